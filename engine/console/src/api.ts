// Every call that the console makes, in one place; nothing else knows a path or a header.
import type { CardMessage, Claim, Outcome, Presence, Problem, Question } from './contract.ts';

export interface Credentials { token: string; agent: string }

/** How a request names who asks. Today a bearer token typed in; an OpenID Connect sign-in would give one that renews itself. */
export interface SignedIn { readonly agent: string; bearer(): string }

/** A refusal as the engine words it. `status` 0: the engine was not reached. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.name = 'Refused';
  }
  get status(): number { return this.problem.status; }
  get code(): string { return this.problem.code ?? ''; }
}

const callTimeoutMs = 15_000;

export class Api {
  /** Server's clock minus this machine's, in ms; Date headers have whole seconds, so a little is nothing. */
  private skewMs = 0;

  constructor(private readonly who: SignedIn, private readonly send: typeof fetch = (...request) => fetch(...request)) {}

  /** Now by the engine's clock, as far as its answers tell. */
  now(): number { return Date.now() + this.skewMs; }

  /** @param languages Tags; none: anything. @param skills Codes; none: anything.
   * @param leaving The page is going: sent all the same, and nobody waits. */
  setPresence(status: 'available' | 'away', of: { capacity: number; languages: string[]; skills: string[] }, leaving = false): Promise<Presence> {
    return this.call(`/v1/agents/${encodeURIComponent(this.who.agent)}/presence`, { method: 'PUT', body: { status, ...of }, keepalive: leaving });
  }

  async openCards(): Promise<CardMessage[]> {
    const answer = await this.call<{ cards: CardMessage[] }>('/v1/agents/cards');
    return Array.isArray(answer.cards) ? answer.cards : [];
  }

  /** Exactly one agent wins; who has won may ask again and gets the card again. */
  claim(card: string): Promise<Claim> {
    return this.call(`/v1/cards/${encodeURIComponent(card)}/claim`, { method: 'POST', body: { agent: this.who.agent } });
  }

  endConversation(card: string): Promise<{ id: string; status: string }> {
    return this.call(`/v1/cards/${encodeURIComponent(card)}/end`, { method: 'POST', body: { agent: this.who.agent } });
  }

  /** How it went, once. @param note For colleagues; may be empty. */
  wrapUp(card: string, outcome: Outcome, note: string): Promise<unknown> {
    return this.call(`/v1/conversations/${encodeURIComponent(card)}/wrap-up`, { method: 'POST', body: { agent: this.who.agent, outcome, ...(note === '' ? {} : { note }) } });
  }

  /** Hands a conversation to an agent, or to whoever has a skill. */
  transfer(card: string, to: { toAgent: string } | { toSkill: string }): Promise<unknown> {
    return this.call(`/v1/conversations/${encodeURIComponent(card)}/transfer`, { method: 'POST', body: { agent: this.who.agent, ...to } });
  }

  async questions(): Promise<Question[]> {
    const answer = await this.call<{ questions: Question[] }>('/v1/agents/questions');
    return Array.isArray(answer.questions) ? answer.questions : [];
  }

  /** Exactly one agent wins, for half an hour. */
  takeQuestion(id: string): Promise<Question> {
    return this.call(`/v1/agents/questions/${encodeURIComponent(id)}/take`, { method: 'POST', body: { agent: this.who.agent } });
  }

  /** It is answered: the engine forgets it. */
  finishQuestion(id: string): Promise<unknown> {
    return this.call(`/v1/agents/questions/${encodeURIComponent(id)}/done`, { method: 'POST', body: { agent: this.who.agent } });
  }

  /** Plain text, as long as it is kept. */
  async transcript(card: string): Promise<string> {
    const response = await this.request(`/v1/conversations/${encodeURIComponent(card)}/transcript?agent=${encodeURIComponent(this.who.agent)}`,
      { headers: { Accept: 'text/plain' }, signal: AbortSignal.timeout(callTimeoutMs) });
    if (!response.ok) throw await refusalOf(response);
    return response.text();
  }

  /** The stream of cards, once; resolves with its bytes as soon as the engine has said that it listens. */
  async cardStream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.request('/v1/agents/cards/stream', { headers: { Accept: 'text/event-stream' }, signal });
    if (!response.ok || !response.body) throw await refusalOf(response);
    return response.body;
  }

  private async call<T>(path: string, options: { method?: string; body?: unknown; keepalive?: boolean } = {}): Promise<T> {
    const response = await this.request(path, {
      method: options.method ?? 'GET',
      keepalive: options.keepalive ?? false,
      headers: options.body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    if (!response.ok) throw await refusalOf(response);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }

  private async request(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.send(path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${this.who.bearer()}` }, cache: 'no-store', credentials: 'omit', redirect: 'error' });
    } catch (error) {
      throw new Refused({ status: 0, code: 'not_reached', detail: String(error) });
    }
    const date = Date.parse(response.headers.get('Date') ?? '');
    if (!Number.isNaN(date)) {
      const skew = date - Date.now();
      this.skewMs = Math.abs(skew) < 2_000 ? 0 : skew;
    }
    return response;
  }
}

async function refusalOf(response: Response): Promise<Refused> {
  const problem = (response.headers.get('Content-Type') ?? '').includes('json') ? await response.json().catch(() => ({})) : {};
  return new Refused({ ...problem, status: response.status });
}
