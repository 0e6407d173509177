import type { JSX } from 'preact';
import { askForNotices } from '../alerts.ts';
import { opened, shortcuts } from '../keys.ts';
import { set, settings } from '../settings.ts';
import { choose, language, languages, t, type Language } from '../words/index.ts';
import { Dialog } from './parts.tsx';

const close = (): void => { opened.value = null; };

export function Dialogs(): JSX.Element | null {
  switch (opened.value) {
    case 'shortcuts': return <Shortcuts />;
    case 'settings': return <Settings />;
    default: return null;
  }
}

function Shortcuts(): JSX.Element {
  return (
    <Dialog title={t('shortcuts')} close={close}>
      <p>{t('shortcutsLead')}</p>
      <dl class="shortcuts">
        {shortcuts.map(shortcut => (
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
        <label for="language">{t('language')}</label>
        <select id="language" value={language.value} onChange={event => speak(event.currentTarget.value as Language)}>
          {Object.entries(languages).map(([tag, name]) => <option key={tag} value={tag} lang={tag}>{name}</option>)}
        </select>
      </div>
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
