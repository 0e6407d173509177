import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { askForNotices } from '../alerts.ts';
import type { Teammate } from '../contract.ts';
import { chosen, endOther, isSupervisor, me, offerChanged, transfer } from '../desk.ts';
import { opened, shortcuts } from '../keys.ts';
import { set, settings } from '../settings.ts';
import { subject, team, watchTeam } from '../team.ts';
import { choose, language, languages, t, type Language } from '../words/index.ts';
import { Dialog } from './parts.tsx';

const close = (): void => { opened.value = null; };

export function Dialogs(): JSX.Element | null {
  switch (opened.value) {
    case 'shortcuts': return <Shortcuts />;
    case 'settings': return <Settings />;
    case 'transfer': return chosen.value?.phase === 'claimed' ? <Transfer id={chosen.value.id} /> : null;
    case 'handOn': return subject.value ? <Transfer id={subject.value.id} holder={subject.value.holder} /> : null;
    case 'endOther': return subject.value ? <EndOther id={subject.value.id} holder={subject.value.holder} /> : null;
    default: return null;
  }
}

function Shortcuts(): JSX.Element {
  return (
    <Dialog title={t('shortcuts')} close={close}>
      <p>{t('shortcutsLead')}</p>
      <dl class="shortcuts">
        {shortcuts.filter(shortcut => !shortcut.isSupervisors || isSupervisor.value).map(shortcut => (
          <div key={shortcut.words}><dt>{shortcut.keys.map(key => <kbd key={key}>{key}</kbd>)}</dt><dd>{t(shortcut.words)}</dd></div>
        ))}
      </dl>
    </Dialog>
  );
}

function Settings(): JSX.Element {
  const now = settings.value;
  const denied = 'Notification' in globalThis && Notification.permission === 'denied';
  return (
    <Dialog title={t('settings')} close={close}>
      <div class="settings">
        <label class="switch"><input type="checkbox" checked={now.sound} onChange={event => set({ sound: event.currentTarget.checked })} />{t('sound')}</label>
        <label class="switch"><input type="checkbox" checked={now.notices} disabled={denied} onChange={event => void notices(event.currentTarget)} />{t('notices')}</label>
        {denied && <p class="hint">{t('noticesDenied')}</p>}
        <label class="switch"><input type="checkbox" checked={now.singleKeys} onChange={event => set({ singleKeys: event.currentTarget.checked })} />{t('singleKeys')}</label>
        <label for="languages">{t('languages')}</label>
        <input id="languages" dir="ltr" value={now.languages} pattern="[A-Za-z,; \-]*" aria-describedby="languages-hint" onChange={event => { set({ languages: event.currentTarget.value }); offerChanged(); }} />
        <p class="hint" id="languages-hint">{t('languagesHint')}</p>
        <label for="skills">{t('skills')}</label>
        <input id="skills" dir="ltr" value={now.skills} pattern="[A-Za-z0-9_,; \-]*" aria-describedby="skills-hint" onChange={event => { set({ skills: event.currentTarget.value }); offerChanged(); }} />
        <p class="hint" id="skills-hint">{t('skillsHint')}</p>
        <label for="language">{t('language')}</label>
        <select id="language" value={language.value} onChange={event => speak(event.currentTarget.value as Language)}>
          {Object.entries(languages).map(([tag, name]) => <option key={tag} value={tag} lang={tag}>{name}</option>)}
        </select>
      </div>
    </Dialog>
  );
}

/** To a colleague by name, or to whoever knows something. Those who are there are suggested; a name may be typed all the same. */
function Transfer({ id, holder }: { id: string; holder?: string }): JSX.Element {
  useEffect(watchTeam, []);
  const others = (team.value ?? []).filter(mate => mate.freeSlots > 0 && mate.agent !== (holder ?? me.value?.agent));
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const name = String(fields.get('name') ?? '').trim();
    if (await transfer(id, fields.get('kind') === 'skill' ? { toSkill: name.toLowerCase() } : { toAgent: name }, holder)) close();
  }
  return (
    <Dialog title={holder ? t('handOnTitle', { agent: holder }) : t('transfer')} close={close}>
      <form class="settings" onSubmit={submit}>
        <p>{holder ? t('handOnLead', { agent: holder }) : t('transferLead')}</p>
        <fieldset>
          <legend>{t('transferTo')}</legend>
          <label class="switch"><input type="radio" name="kind" value="agent" defaultChecked />{t('transferAgent')}</label>
          <label class="switch"><input type="radio" name="kind" value="skill" />{t('transferSkill')}</label>
        </fieldset>
        <label for="transfer-name">{t('transferName')}</label>
        <input id="transfer-name" name="name" required maxLength={64} pattern="[A-Za-z0-9._@\-]+" autocapitalize="none" autocomplete="off" spellcheck={false} dir="ltr" aria-describedby="transfer-free" />
        <div class="free" id="transfer-free">
          {others.length === 0 ? <p class="hint">{t('transferNoneFree')}</p> : <Free others={others} />}
        </div>
        <button type="submit" class="main">{t('transferDo')}</button>
      </form>
    </Dialog>
  );
}

/** One press puts a name into the field. */
function Free({ others }: { others: readonly Teammate[] }): JSX.Element {
  function put(name: string, button: HTMLElement): void {
    const form = button.closest('form')!;
    form.querySelector<HTMLInputElement>('input[value="agent"]')!.checked = true;
    const field = form.querySelector<HTMLInputElement>('#transfer-name')!;
    field.value = name;
    field.focus();
  }
  return (
    <ul aria-label={t('transferFree')}>
      {others.map(mate => (
        <li key={mate.agent}>
          <button type="button" onClick={event => put(mate.agent, event.currentTarget)}>
            <bdi>{mate.agent}</bdi> <span class="hint">{[t('teamPlaces', { free: mate.freeSlots, capacity: mate.capacity }), ...mate.languages, ...mate.skills].join(' · ')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Another's conversation ends only when it was asked twice. */
function EndOther({ id, holder }: { id: string; holder: string }): JSX.Element {
  return (
    <Dialog title={t('endOtherTitle', { agent: holder })} close={close}>
      <p>{t('endOtherLead', { agent: holder })}</p>
      <p class="dialog-actions"><button type="button" class="main" onClick={() => { close(); void endOther(id, holder); }}>{t('endOther')}</button></p>
    </Dialog>
  );
}

async function notices(box: HTMLInputElement): Promise<void> {
  const granted = box.checked && (await askForNotices());
  set({ notices: granted });
  box.checked = granted;
}

function speak(next: Language): void {
  set({ language: next });
  void choose(next);
}
