// The connection over which conversations run; loaded with the first one.
import { HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr';
import { Refused } from './api.ts';
import type { Problem } from './contract.ts';
import type { TalkEntry, TalkSign } from './conversation.ts';
import { pauseMs } from './stream.ts';

export interface HubEvents {
  entry(entry: TalkEntry): void;
  sign(sign: TalkSign): void;
  /** Joined, now or again: up to which number the visitor's side has what was said. */
  joined(offer: string, received: number): void;
  left(offer: string): void;
  /** True: entries come; false: they do not, and what is sent waits. */
  connected(isConnected: boolean): void;
  /** This engine knows no conversations. */
  missing(): void;
}

interface Joined { offer: string; status: 'accepted' | 'claimed' | 'ended'; last: number; received?: number }

/** The engine passes over what comes more often. */
const writingPauseMs = 2_000;
const arrivedPauseMs = 200;

export class Hub {
  private readonly connection: HubConnection;
  /** Offers followed, each with the number of its last entry. */
  private readonly joined = new Map<string, number>();
  private readonly wroteAt = new Map<string, number>();
  private readonly arriving = new Set<string>();
  private isStopped = false;

  constructor(agent: string, bearer: () => string, private readonly events: HubEvents) {
    this.connection = new HubConnectionBuilder()
      .withUrl(`/v1/conversations/hub?agent=${encodeURIComponent(agent)}`, { accessTokenFactory: bearer, withCredentials: false })
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: context => pauseMs(context.previousRetryCount, Math.random()) })
      .configureLogging(LogLevel.None)
      .build();
    this.connection.on('entry', (entry: TalkEntry) => {
      const last = this.joined.get(entry.offer);
      if (last === undefined) return;
      this.joined.set(entry.offer, Math.max(last, entry.seq));
      events.entry(entry);
      if (entry.from === 'visitor') this.acknowledge(entry.offer);
    });
    this.connection.on('sign', (sign: TalkSign) => { if (this.joined.has(sign.offer)) events.sign(sign); });
    this.connection.on('left', (of: { offer: string }) => {
      this.joined.delete(of.offer);
      events.left(of.offer);
    });
    this.connection.onreconnecting(() => events.connected(false));
    this.connection.onreconnected(() => void this.joinAll());
    this.connection.onclose(() => {
      events.connected(false);
      if (!this.isStopped) void this.start();
    });
  }

  /** Comes back by itself, for as long as it is not stopped. */
  async start(): Promise<void> {
    for (let attempt = 0; !this.isStopped && this.connection.state === HubConnectionState.Disconnected; attempt++) {
      try {
        await this.connection.start();
        return await this.joinAll();
      } catch (error) {
        // An engine without conversations: they are held elsewhere.
        if (error instanceof Error && /status code '404'/i.test(error.message)) return this.events.missing();
        await new Promise(resolve => { setTimeout(resolve, pauseMs(attempt, Math.random())); });
      }
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.connection.stop();
  }

  /** @param after Number of the last entry that is already there; later ones follow as events. */
  async join(offer: string, after: number): Promise<Joined | null> {
    this.joined.set(offer, after);
    if (this.connection.state !== HubConnectionState.Connected) return null;
    const joined = await this.invoke<Joined>('Join', offer, after);
    this.events.joined(offer, joined.received ?? 0);
    return joined;
  }

  /** The agent is writing; told now and then, and never what. */
  writing(offer: string): void {
    if (performance.now() - (this.wroteAt.get(offer) ?? -Infinity) < writingPauseMs || this.connection.state !== HubConnectionState.Connected) return;
    this.wroteAt.set(offer, performance.now());
    void this.invoke('Writing', offer).catch(() => {});
  }

  /** @param id The message's own: sent again under the same one, it stands once. */
  send(offer: string, id: string, text: string): Promise<{ seq: number }> {
    return this.invoke('Send', offer, id, text);
  }

  close(offer: string): Promise<{ status: string }> {
    return this.invoke('Close', offer);
  }

  leave(offer: string): void {
    this.joined.delete(offer);
    if (this.connection.state === HubConnectionState.Connected) void this.invoke('Leave', offer).catch(() => {});
  }

  /** Once for all that comes together. Lost, it is only a mark that the visitor does not see; the next one says it too. */
  private acknowledge(offer: string): void {
    if (this.arriving.has(offer)) return;
    this.arriving.add(offer);
    setTimeout(() => {
      this.arriving.delete(offer);
      const last = this.joined.get(offer);
      if (last && this.connection.state === HubConnectionState.Connected) void this.invoke('Received', offer, last).catch(() => {});
    }, arrivedPauseMs);
  }

  private async joinAll(): Promise<void> {
    for (const [offer, last] of this.joined) {
      try {
        await this.join(offer, last);
      } catch (error) {
        if (error instanceof Refused && error.code === 'not_found') {
          this.joined.delete(offer);
          this.events.left(offer);
        }
      }
    }
    if (this.connection.state === HubConnectionState.Connected) this.events.connected(true);
  }

  private async invoke<T>(method: string, ...values: unknown[]): Promise<T> {
    let answer: T & { problem?: Problem };
    try {
      answer = await this.connection.invoke<T & { problem?: Problem }>(method, ...values);
    } catch (error) {
      throw new Refused({ status: 0, code: 'not_reached', detail: String(error) });
    }
    if (answer?.problem) throw new Refused(answer.problem);
    return answer;
  }
}
