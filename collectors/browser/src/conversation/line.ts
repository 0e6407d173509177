import { type HubConnection, HubConnectionBuilder, HubConnectionState, HttpTransportType, LogLevel } from '@microsoft/signalr';

/** One entry of a conversation, as the engine numbers it. */
export interface Entry {
  offer: string;
  seq: number;
  kind: 'message' | 'claimed' | 'waiting' | 'closed' | (string & {});
  from?: 'visitor' | 'agent';
  id?: string;
  text?: string;
  cause?: string;
}

/** What the agent's side does at the moment; stands nowhere. */
export interface Sign {
  offer: string;
  kind: 'writing' | 'received' | (string & {});

  /** Of `received`: everything up to this number has arrived there. */
  received?: number;
}

/** What the engine answers to a call. */
export interface Answer {
  status?: 'accepted' | 'claimed' | 'ended';
  seq?: number;
  received?: number;
  problem?: { status: number; code: string };
}

export interface LineParts {
  server: string;

  /** The token that holds now; empty where there is none. */
  token(): Promise<string>;
  heard(entry: Entry): void;
  signed(sign: Sign): void;

  /** Joined, now or again; or refused for good. */
  joined(answer: Answer): void;
  connected(isConnected: boolean): void;
}

/** The connection of one conversation: comes back by itself, and goes on after the last entry that was heard. */
export interface Line {
  join(offer: string): void;

  /** Repeats safely under the same id. Throws while there is no connection. */
  send(id: string, text: string): Promise<Answer>;
  end(): Promise<Answer>;

  /** She is writing; told now and then, and never what. */
  writing(): void;
  hangUp(): void;
}

/** The engine passes over what comes more often. */
const writingPauseMs = 2_000;
const againAfterMs = (attempt: number) => Math.min(1_000 * 2 ** attempt, 15_000) * (0.75 + Math.random() / 2);

export function createLine(parts: LineParts): Line {
  let offer = '';
  let last = 0;
  let wanted = false;
  let wroteAt = -Infinity;
  let arrived = 0;
  let connection = make(true);

  /**
   * A bare WebSocket can be opened at any node and needs nothing before it. Where none gets through, the other ways are negotiated, which behind several
   * nodes needs a gateway that sends one client to one node.
   */
  function make(isBare: boolean): HubConnection {
    const made = new HubConnectionBuilder()
      .withUrl(`${parts.server}/v1/conversations/hub`, {
        accessTokenFactory: parts.token, withCredentials: false,
        ...(isBare && { skipNegotiation: true, transport: HttpTransportType.WebSockets }),
      })
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: ({ previousRetryCount }) => againAfterMs(previousRetryCount) })
      .configureLogging(LogLevel.None)
      .build();
    made.on('entry', (entry: Entry) => {
      if (entry.offer !== offer || entry.seq <= last) return;
      last = entry.seq;
      parts.heard(entry);
      // Once for all that comes together.
      if (entry.from === 'agent' && !arrived) arrived = setTimeout(acknowledge, 200);
    });
    made.on('sign', (sign: Sign) => { if (sign.offer === offer) parts.signed(sign); });
    made.on('left', () => void rejoin().catch(() => {}));
    made.onreconnecting(() => parts.connected(false));
    made.onreconnected(() => void rejoin().catch(() => {}));
    made.onclose(() => { if (wanted && made === connection) void start(0); });
    return made;
  }

  async function start(attempt: number): Promise<void> {
    if (!wanted) return;
    try {
      if (connection.state === HubConnectionState.Disconnected) await connection.start();
      await rejoin();
    } catch {
      parts.connected(false);
      if (connection.state === HubConnectionState.Disconnected) connection = make(attempt % 2 === 1);
      setTimeout(start, againAfterMs(attempt), attempt + 1);
    }
  }

  async function rejoin(): Promise<void> {
    if (!wanted) return;
    const answer = await connection.invoke<Answer>('Join', offer, last);
    if (answer.problem?.code === 'unavailable') setTimeout(() => void rejoin().catch(() => {}), againAfterMs(1));
    else parts.joined(answer);
    parts.connected(!answer.problem);
  }

  /** Lost, it is only a mark that the agent does not see; the next one says it too. */
  function acknowledge(): void {
    arrived = 0;
    if (connection.state === HubConnectionState.Connected) void connection.invoke('Received', offer, last).catch(() => {});
  }

  return {
    writing() {
      if (performance.now() - wroteAt < writingPauseMs || connection.state !== HubConnectionState.Connected) return;
      wroteAt = performance.now();
      void connection.invoke('Writing', offer).catch(() => {});
    },
    join(next) {
      if (next !== offer) [offer, last] = [next, 0];
      wanted = true;
      if (connection.state === HubConnectionState.Disconnected) void start(0);
      else if (connection.state === HubConnectionState.Connected) void rejoin().catch(() => {});
    },
    send: (id, text) => connection.invoke<Answer>('Send', offer, id, text),
    end: () => connection.invoke<Answer>('Close', offer),
    hangUp() {
      wanted = false;
      void connection.stop();
    },
  };
}
