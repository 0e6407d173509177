import type { JSX } from 'preact';
import { useAttempt } from '../../attempt.ts';
import { Refused } from '../../call.ts';
import { Mark } from '../../views/Mark.tsx';
import { signIn, signInTrouble } from '../state.ts';
import { t, type Key } from '../words/index.ts';
import { LanguageChoice } from './LanguageChoice.tsx';

export function SignIn(): JSX.Element {
  const { busy, detail, make } = useAttempt(signInTrouble, troubleOf, () => 'key');

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const key = String(new FormData(event.target as HTMLFormElement).get('key') ?? '').trim();
    void make(async () => {
      await signIn(key);
      requestAnimationFrame(() => document.getElementById('title')?.focus());
    });
  }

  const trouble = signInTrouble.value;
  return (
    <main class="sign-in" id="main">
      <form onSubmit={submit}>
        <Mark />
        <h1>{t('signInTitle')}</h1>
        <p class="lead">{t('signInLead')}</p>
        <label for="key">{t('key')}</label>
        <input id="key" name="key" type="password" required autocomplete="off" dir="ltr" aria-describedby="key-hint" aria-invalid={trouble !== null} />
        <p class="hint" id="key-hint">{t('keyHint')}</p>
        <p class="trouble" role="alert">{trouble && t(trouble, { detail: detail.value })}</p>
        <button type="submit" class="main" disabled={busy.value}>{busy.value ? t('signingIn') : t('signIn')}</button>
        <LanguageChoice />
      </form>
    </main>
  );
}

function troubleOf(error: unknown): Key {
  if (!(error instanceof Refused) || error.status === 0) return 'notReached';
  if (error.status === 401) return 'wrongKey';
  return error.status === 403 ? 'forbiddenKey' : 'refused';
}
