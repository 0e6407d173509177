// Where agents sign in with the company's account, if they do: which provider that is, and what is left of a way to it. Small, since every sign-in page has it;
// the protocol itself is a library's, loaded when somebody goes that way.
import { callTimeoutMs } from './call.ts';

/** As the engine says of a site. */
export interface Provider { site: string; issuer: string; clientId: string; scopes: string; host: string }

/** Null where a token is all there is, or where the engine does not say. `?site=` in the console's address chooses among several. */
export async function findProvider(): Promise<Provider | null> {
  const site = new URLSearchParams(location.search).get('site');
  try {
    const response = await fetch(`/v1/sign-in${site === null ? '' : `?site=${encodeURIComponent(site)}`}`, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(callTimeoutMs) });
    return response.ok ? ((await response.json()) as Provider) : null;
  } catch {
    return null;
  }
}

/** Back from the provider, with its answer in the address. */
export const isBack = (search: string): boolean => {
  const query = new URLSearchParams(search);
  return query.has('state') && (query.has('code') || query.has('error'));
};

const placeName = 'engagement.console.provider';

/** Which provider this tab went to. */
export const wentTo = (): Provider | null => {
  try { return JSON.parse(sessionStorage.getItem(placeName) ?? 'null') as Provider | null; } catch { return null; }
};
export const goingTo = (provider: Provider): void => { sessionStorage.setItem(placeName, JSON.stringify(provider)); };
