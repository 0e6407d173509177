import type { JSX } from 'preact';
import { chosen, dismiss, me, spoken, toasts } from '../desk.ts';
import { t } from '../words/index.ts';
import { Card } from './Card.tsx';
import { Dialogs } from './Dialogs.tsx';
import { Header } from './Header.tsx';
import { Queue } from './Queue.tsx';
import { SignIn } from './SignIn.tsx';

export function App(): JSX.Element {
  return me.value ? <Desk /> : <SignIn />;
}

function Desk(): JSX.Element {
  return (
    <div class="desk" data-shows={chosen.value ? 'card' : 'queue'}>
      <a class="skip" href="#main">{t('skip')}</a>
      <Header />
      <Queue />
      <Card />
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
