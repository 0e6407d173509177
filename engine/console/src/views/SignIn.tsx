import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Refused } from '../api.ts';
import { useAttempt } from '../attempt.ts';
import { signIn, signInAt, signInDetail, signInTrouble } from '../desk.ts';
import { findProvider, type Provider } from '../provider.ts';
import { t, type Key } from '../words/index.ts';
import { Mark } from './Mark.tsx';

const agentPattern = '[A-Za-z0-9._@\\-]{1,64}';

/** With the company's account, where the site has a provider; by a token that is typed in otherwise, and always where the provider is away. */
export function SignIn(): JSX.Element {
  const [provider, setProvider] = useState<Provider | null>(null);
  useEffect(() => { void findProvider().then(setProvider); }, []);
  const { busy, detail, make } = useAttempt(signInTrouble, troubleOf, trouble => (isOfAgent(trouble) ? 'agent' : 'token'));

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const [token, agent] = [String(fields.get('token') ?? '').trim(), String(fields.get('agent') ?? '').trim()];
    void make(() => signIn({ token, agent }));
  }

  const trouble = signInTrouble.value;
  return (
    <main class="sign-in" id="main">
      <form onSubmit={submit}>
        <Mark />
        <h1>{t('signInTitle')}</h1>
        <p class="lead">{t('signInLead')}</p>
        {provider && <button type="button" class="main provider" disabled={busy.value} onClick={() => void make(() => signInAt(provider))}>{t('providerSignIn')} <bdi>{provider.host}</bdi></button>}
        {provider && <p class="or">{t('orToken')}</p>}
        <label for="agent">{t('agent')}</label>
        <input id="agent" name="agent" required pattern={agentPattern} autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" aria-describedby="agent-hint" aria-invalid={isOfAgent(trouble)} />
        <p class="hint" id="agent-hint">{t('agentHint')}</p>
        <label for="token">{t('token')}</label>
        <input id="token" name="token" type="password" required autocomplete="off" dir="ltr" aria-describedby="token-hint" aria-invalid={trouble === 'wrongToken' || trouble === 'forbiddenToken'} />
        <p class="hint" id="token-hint">{t('tokenHint')}</p>
        <p class="trouble" role="alert">{trouble && t(trouble, { detail: detail.value || signInDetail.value })}</p>
        <button type="submit" class={provider ? '' : 'main'} disabled={busy.value}>{busy.value ? t('signingIn') : t('signIn')}</button>
      </form>
    </main>
  );
}

const isOfAgent = (trouble: Key | null): boolean => trouble === 'wrongAgent' || trouble === 'othersToken';

function troubleOf(error: unknown): Key {
  if (!(error instanceof Refused) || error.status === 0) return 'notReached';
  if (error.status === 401) return 'wrongToken';
  if (error.status === 403) return error.code === 'another_agents_key' ? 'othersToken' : 'forbiddenToken';
  return error.status === 400 ? 'wrongAgent' : 'refused';
}
