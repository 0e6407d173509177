import { retryAfterMsOf } from './backoff';
import type { Identity } from './identity';
import type { Article, SentEvent, SignedVisitor } from './options';
import type { Delivery } from './queue';

/** Every call to the engine. Nothing here decides whether it may be made. */
export interface Api {
  mint(signed: SignedVisitor | undefined): Promise<Identity | null | Delivery>;
  deliver(events: SentEvent[]): Promise<Delivery>;
  beacon(events: SentEvent[]): boolean;

  /** A call to what is hers: her stream, or all that is held of her. */
  hers(who: Identity, path: string, init: RequestInit): Promise<Response>;

  /** GET with the visitor's token, or POST where there is a body; the answer as JSON, null when that cannot be had now. */
  ask<T>(path: string, who: Identity, body?: object): Promise<T | null>;

  /** Which invitation stands now, and articles that may help. */
  standing(who: Identity): Promise<Standing | null>;
}

export interface Standing {
  invitation?: { id: string };
  articles?: Article[];
}

/** Outlives the page that sends it. Browsers allow 64 KiB of these at a time, and refuse more. */
const keepaliveCharactersMax = 15_000;

const failed = (response: Response | null): Delivery =>
  ({ done: false, retryAfterMs: retryAfterMsOf(response?.headers.get('Retry-After') ?? null, Date.now()) });

/** True where another attempt may succeed. */
const passes = (response: Response | null) => !response || response.status === 429 || response.status >= 500;

export function createApi(server: string, key: string): Api {
  const encoded = encodeURIComponent;
  // Text, as a string is sent, with the key in the address is a simple request: no preflight before it, and the same for a beacon.
  const post = (path: string, body: string) =>
    fetch(`${server}/v1/${path}?key=${encoded(key)}`, { method: 'POST', body, keepalive: body.length < keepaliveCharactersMax, credentials: 'omit' }).catch(() => null);

  const call = (path: string, who: Identity, init?: RequestInit) =>
    fetch(`${server}/v1/${path}`, { cache: 'no-store', credentials: 'omit', ...init, headers: { ...init?.headers, Authorization: `Bearer ${who.token}` } });

  const ask = async <T>(path: string, who: Identity, body?: object): Promise<T | null> => {
    try {
      const answer = await call(path, who, body && { method: 'POST', keepalive: true, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
      return answer.ok ? await answer.json() as T : null;
    } catch {
      return null;
    }
  };
  const complain = ({ status, url }: Response) => console.warn('engagement:', status, url);

  return {
    async mint(signed) {
      const response = await post('sessions', signed ? JSON.stringify(signed) : '');
      if (passes(response)) return failed(response);
      if (!response!.ok) {
        complain(response!);
        return null;
      }
      const made = await response!.json() as { visitor: string; token: string; expiresAt: string };
      return { ...made, expires: Date.parse(made.expiresAt), active: Date.now() };
    },
    async deliver(events) {
      const response = await post('events', JSON.stringify(events));
      if (passes(response)) return failed(response);
      if (!response!.ok) complain(response!);
      return { done: true };
    },
    beacon: events => navigator.sendBeacon(`${server}/v1/events?key=${encoded(key)}`, JSON.stringify(events)),
    hers: (who, path, init) => call(`visitors/${encoded(who.visitor)}${path}`, who, init),
    ask,
    standing: who => ask(`should-engage?visitor=${encoded(who.visitor)}`, who),
  };
}
