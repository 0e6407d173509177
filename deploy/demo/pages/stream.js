// Server-sent events over fetch (EventSource cannot send a credential), and one stream per browser: the tab that holds the lock
// listens, the others hear it from that tab. A browser opens six connections to a host at most; two streams in every tab would fill them.

const channel = new BroadcastChannel('first-minute');
const listeners = new Map();
const retained = new Map();
let leading = false;

channel.onmessage = ({ data }) => {
  if (data.hello) {
    if (leading) for (const message of retained.values()) channel.postMessage(message);
    return;
  }
  remember(data);
  deliver(data.topic, data.value);
};

function remember(message) {
  if (message.keep) retained.set(message.keep, message);
}

function deliver(topic, value) {
  for (const listener of listeners.get(topic) ?? []) listener(value);
}

export function listen(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

/** Tells this tab and the others. A tab that opens later hears the last message told under each `keep`. */
export function tell(topic, value, keep = '') {
  const message = { topic, value, keep };
  remember(message);
  deliver(topic, value);
  channel.postMessage(message);
}

/** Runs `lead(signal)` in exactly one tab of this browser; another takes over when it closes. */
export function leadOneTab(lead) {
  channel.postMessage({ hello: true });
  navigator.locks.request('first-minute-streams', () => {
    leading = true;
    return new Promise(() => lead());
  });
}

/** Follows a stream until the signal ends it; comes back by itself, a little later each time. `request()` gives path and headers anew. */
export async function follow(request, receive, signal, lost = () => {}) {
  let pause = 500;
  while (!signal.aborted) {
    try {
      const { path, headers } = request();
      const response = await fetch(path, { headers: { ...headers, Accept: 'text/event-stream' }, signal, cache: 'no-store' });
      if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status });
      pause = 500;
      await read(response.body, receive);
    } catch (error) {
      if (signal.aborted) return;
      lost(error);
    }
    await new Promise(resolve => { setTimeout(resolve, pause); });
    pause = Math.min(pause * 2, 8000);
  }
}

async function read(body, receive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value.replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const message = parse(block);
      if (message) receive(message);
    }
  }
}

function parse(block) {
  let event = 'message';
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
  }
  return data.length === 0 ? null : { event, data: JSON.parse(data.join('\n')) };
}
