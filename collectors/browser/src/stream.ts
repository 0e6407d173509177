import { pause } from './backoff';

export interface StreamMessage {
  kind: string;
  [field: string]: unknown;
}

/** How the stream's request is made anew each time; null: stop. */
export type StreamRequest = () => Promise<Response | null>;

/** Server-sent events over fetch, since EventSource can send no credential. Comes back by itself, a little later each time, until `signal` ends. */
export async function follow(request: StreamRequest, receive: (message: StreamMessage) => void, signal: AbortSignal): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const response = await request();
      if (!response) return;
      if (response.ok) {
        failures = 1;
        await read(response.body!, receive);
      }
    } catch {
      // Cut off: come back.
    }
    if (!signal.aborted) await pause(failures, null);
  }
}

async function read(body: ReadableStream<Uint8Array>, receive: (message: StreamMessage) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let rest = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data) receive(JSON.parse(data) as StreamMessage);
    }
  }
}
