import { uniqueId } from './unique-id';
/** The tabs of one browser on one origin: what one says, the others hear; one of them leads. */
export interface Tabs {
  /** Random; of this tab only. */
  id: string;
  say(message: TabMessage): void;

  /** Calls `lead` once this tab is the one that leads, until `signal` ends. */
  lead(lead: () => void, signal: AbortSignal): void;

  /** Runs one at a time over all tabs. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;

  /** Whether the tab of that id is still open. */
  lives(id: string): Promise<boolean>;
  close(): void;
}

export interface TabMessage {
  kind: string;
  value?: unknown;
}

/** @param name of the channel and the locks: one for each site key. */
export function openTabs(name: string, hear: (message: TabMessage) => void): Tabs {
  const id = uniqueId();
  const channel = new BroadcastChannel(name);
  const { locks } = navigator; // absent on insecure origins: then each tab leads
  const ended = new AbortController();
  channel.onmessage = ({ data }) => hear(data as TabMessage);
  const hold = (lock: string, signal: AbortSignal, held?: () => void) => void locks.request(lock, { signal }, () => {
    held?.();
    return new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  }).catch(() => {}); // ended while it waited
  if (locks) hold(`${name}.${id}`, ended.signal);
  return {
    id,
    say: message => channel.postMessage(message),
    lead(lead, signal) {
      if (locks) hold(`${name}.lead`, signal, lead);
      else lead();
    },
    alone: async (lock, work) => (locks ? await locks.request(`${name}.${lock}`, work) : work()) as Awaited<ReturnType<typeof work>>,
    lives: async other => !locks || locks.request(`${name}.${other}`, { ifAvailable: true }, lock => lock === null),
    close() {
      ended.abort();
      channel.close();
    },
  };
}
