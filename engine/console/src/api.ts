// Every call that the console makes, in one place; nothing else knows a path or a header.
import { callTimeoutMs, refusalOf, request } from './call.ts';
import { wholeTeammate, type CardMessage, type Claim, type Me, type Outcome, type Presence, type Question, type Teammate } from './contract.ts';

export { Refused } from './call.ts';

/** To whom a conversation is handed. */
export type Recipient = { toAgent: string } | { toSkill: string };

export interface Credentials { token: string; agent: string }

/** How a request names who asks: by a bearer token that was typed in, or by one of a sign-in that renews itself. */
export interface SignedIn { readonly agent: string; bearer(): string }

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

  /** @param holder A supervisor's: whose conversation it is, where not her own. */
  endConversation(card: string, holder?: string): Promise<{ id: string; status: string }> {
    return this.call(`/v1/cards/${encodeURIComponent(card)}/end`, { method: 'POST', body: { agent: this.who.agent, ...(holder ? { holder } : {}) } });
  }

  /** How it went, once. @param note For colleagues; may be empty. */
  wrapUp(card: string, outcome: Outcome, note: string): Promise<unknown> {
    return this.call(`/v1/conversations/${encodeURIComponent(card)}/wrap-up`, { method: 'POST', body: { agent: this.who.agent, outcome, ...(note === '' ? {} : { note }) } });
  }

  /** Hands a conversation to an agent, or to whoever has a skill. @param holder A supervisor's: whose it is, where not her own. */
  transfer(card: string, to: Recipient, holder?: string): Promise<unknown> {
    return this.call(`/v1/conversations/${encodeURIComponent(card)}/transfer`, { method: 'POST', body: { agent: this.who.agent, ...to, ...(holder ? { holder } : {}) } });
  }

  /** Whom the token speaks for, and as what. */
  whoAmI(): Promise<Me> {
    return this.call('/v1/agents/me');
  }

  /** Who is there; what each holds, where a supervisor asks. */
  async agents(): Promise<Teammate[]> {
    const answer = await this.call<{ agents: Teammate[] }>('/v1/agents');
    return Array.isArray(answer.agents) ? answer.agents.map(wholeTeammate) : [];
  }

  /** Lets nothing new come to an agent, or lets it come again: herself, or a supervisor anybody. */
  setPause(agent: string, paused: boolean): Promise<unknown> {
    return this.call(`/v1/agents/${encodeURIComponent(agent)}/pause`, { method: 'PUT', body: { by: this.who.agent, paused } });
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
    const response = await request(path, init, this.who.bearer(), this.send);
    const date = Date.parse(response.headers.get('Date') ?? '');
    if (!Number.isNaN(date)) {
      const skew = date - Date.now();
      this.skewMs = Math.abs(skew) < 2_000 ? 0 : skew;
    }
    return response;
  }
}
