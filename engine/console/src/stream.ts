// Server-sent events over fetch, because EventSource cannot send a credential.

export interface StreamMessage { event: string; data: unknown }

/** Takes bytes' text in any pieces and gives whole messages; comments give nothing. What is no JSON is dropped. */
export class StreamReader {
  private rest = '';

  push(text: string): StreamMessage[] {
    this.rest += text;
    const blocks = this.rest.split(/\r?\n\r?\n/);
    this.rest = blocks.pop() ?? '';
    return blocks.map(messageOf).filter(message => message !== null);
  }
}

function messageOf(block: string): StreamMessage | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  }
  if (data.length === 0) return null;
  try { return { event, data: JSON.parse(data.join('\n')) }; } catch { return null; }
}

/** The engine says something every 15 s; a connection that is silent longer than this is taken for dead. */
export const silenceMsMax = 40_000;
const pauseMsFirst = 500;
const pauseMsMax = 10_000;

/** Pause before the next attempt, in ms: doubled each time up to 10 s, and spread, so that a restarted engine is not met by everyone at once. */
export const pauseMs = (attempt: number, random: number): number => Math.min(pauseMsFirst * 2 ** attempt, pauseMsMax) * (0.5 + random / 2);

export interface Following {
  open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Connected: what was missed meanwhile is now to be read again. */
  connected(): void;
  receive(message: StreamMessage): void;
  /** Something was heard, be it a sign of life only. */
  alive(): void;
  /** Returns false to stop trying: the credential is no longer taken. */
  lost(error: unknown): boolean;
}

/** Follows a stream until the signal ends it. */
export async function follow(following: Following, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await once(following, signal, () => { attempt = 0; });
      if (!signal.aborted && !following.lost(null)) return;
    } catch (error) {
      if (signal.aborted || !following.lost(error)) return;
    }
    await pause(pauseMs(attempt, Math.random()), signal);
  }
}

async function once(following: Following, signal: AbortSignal, connected: () => void): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end);
  let watch = setTimeout(end, silenceMsMax);
  try {
    const body = await following.open(ending.signal);
    connected();
    following.connected();
    const [messages, text, bytes] = [new StreamReader(), new TextDecoder(), body.getReader()];
    for (;;) {
      const { value, done } = await bytes.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(end, silenceMsMax);
      following.alive();
      for (const message of messages.push(text.decode(value, { stream: true }))) following.receive(message);
    }
  } finally {
    clearTimeout(watch);
    signal.removeEventListener('abort', end);
    ending.abort();
  }
}

/** Ends early when the machine comes back to a network, or the page to the front. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    globalThis.addEventListener?.('online', done);
    signal.addEventListener('abort', done);
  });
}
