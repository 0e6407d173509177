import type { JSX } from 'preact';
import { aside } from '../aside.ts';
import { chosen, chosenId, dismiss, me, spoken, toasts } from '../desk.ts';
import { pane } from '../keys.ts';
import { talks } from '../talks.ts';
import { t } from '../words/index.ts';
import { Card } from './Card.tsx';
import { Dialogs } from './Dialogs.tsx';
import { Header } from './Header.tsx';
import { Queue } from './Queue.tsx';
import { Icon } from './parts.tsx';
import { SignIn } from './SignIn.tsx';
import { Talk } from './Talk.tsx';

export function App(): JSX.Element {
  return me.value ? <Desk /> : <SignIn />;
}

/** Where there is no room for both. */
function Panes(): JSX.Element {
  return (
    <div class="panes" role="group" aria-label={t('panes')}>
      <button type="button" class="quiet back" aria-label={t('back')} onClick={() => { chosenId.value = null; }}><Icon name="back" /></button>
      <button type="button" class="quiet" aria-pressed={pane.value === 'talk'} onClick={() => { pane.value = 'talk'; }}>{t('talk')}</button>
      <button type="button" class="quiet" aria-pressed={pane.value === 'card'} onClick={() => { pane.value = 'card'; }}>{t('details')}</button>
    </div>
  );
}

function Desk(): JSX.Element {
  const talking = chosen.value && talks.value.has(chosen.value.id) ? chosen.value : null;
  return (
    <div class="desk" data-shows={chosen.value || aside.value ? 'card' : 'queue'} data-pane={talking ? pane.value : undefined}>
      <a class="skip" href="#card">{t('skip')}</a>
      <Header />
      <main class="work" id="main">
        <Queue />
        {talking && <Panes />}
        <Card />
        {talking && <Talk key={talking.id} entry={talking} />}
      </main>
      <p class="unseen" aria-live="polite">{spoken.value}</p>
      <div class="toasts" role="status">
        {toasts.value.map(toast => (
          <p key={toast.id} class="toast" data-tone={toast.tone}>{toast.text} <button type="button" class="quiet" onClick={() => dismiss(toast.id)}>{t('dismiss')}</button></p>
        ))}
      </div>
      <Dialogs />
    </div>
  );
}
