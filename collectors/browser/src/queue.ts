import { pauseOf } from './backoff';
import type { SentEvent } from './options';

/** What became of a batch: taken (or never to be taken), or to be sent again. */
export type Delivery = { done: true } | { done: false; retryAfterMs: number | null };

export interface QueueParts {
  /** Sends a batch; never rejects. */
  deliver(events: SentEvent[]): Promise<Delivery>;

  /** Hands a batch to the browser as the page goes; false when it was not taken. */
  beacon(events: SentEvent[]): boolean;

  /** Keeps what is not sent yet, or forgets it when there is nothing. */
  keep(events: SentEvent[]): void;
  now(): number;
  random(): number;
  later(work: () => void, ms: number): unknown;
  cancel(timer: unknown): void;
}

export interface Queue {
  /** Adds one event; it leaves with those around it. */
  push(event: SentEvent): void;

  /** Takes over the events of a page that is gone: they take their places in time. */
  adopt(events: SentEvent[]): void;

  /** Sends at once, whatever pause there was: the network is back. */
  hurry(): void;

  /** The page goes: what is left is handed to the browser, or kept where the server was away. */
  leave(): void;
  clear(): void;
}

/** Events of one batch; the collector takes more. */
export const batchEventsMax = 50;

/** A page that is offline for long loses its oldest events beyond this many. */
export const queueEventsMax = 200;

/** Older events are of a session that is over: the engine would count them late and change nothing. */
export const eventAgeMaxMs = 30 * 60_000;

/** Events that come together leave together; short, because help in time is the point. */
export const gatherMs = 150;

/** Browsers take 64 KiB of beacons at a time; what they do not take is kept. */
const beaconEventsMax = 20;

/** The events that are not yet with the server, in order, one batch under way at a time. */
export function createQueue(parts: QueueParts): Queue {
  let waiting: SentEvent[] = [];
  let underWay = 0;
  let failures = 0;
  let timer: unknown = null;
  let age = 0; // of the queue: a batch of before clear() must not touch what came after

  const keep = () => parts.keep(failures > 0 ? waiting : []);

  const schedule = (ms: number) => {
    if (timer === null && underWay === 0 && waiting[0]) timer = parts.later(() => { timer = null; void send(); }, ms);
  };

  const stop = () => {
    parts.cancel(timer);
    timer = null;
  };

  const trim = () => {
    const oldest = parts.now() - eventAgeMaxMs;
    const fresh = waiting.splice(underWay).filter(event => Date.parse(event.occurredAt) > oldest);
    waiting = [...waiting, ...fresh].slice(-queueEventsMax);
    underWay = Math.min(underWay, waiting.length);
  };

  async function send(): Promise<void> {
    trim();
    if (underWay > 0 || !waiting[0]) return;
    underWay = Math.min(batchEventsMax, waiting.length);
    const mine = age;
    const result = await parts.deliver(waiting.slice(0, underWay));
    if (mine !== age) return;
    const was = failures;
    if (result.done) {
      waiting.splice(0, underWay);
      failures = 0;
    } else {
      failures += 1;
    }
    underWay = 0;
    if (was + failures > 0) keep();
    schedule(result.done ? 0 : pauseOf(failures, result.retryAfterMs, parts.random()));
  }

  return {
    push(event) {
      waiting.push(event);
      if (failures > 0) {
        trim();
        keep();
      }
      schedule(gatherMs);
    },
    adopt(events) {
      const others = [...events, ...waiting.splice(underWay)];
      waiting.push(...others.sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt)));
      trim();
      schedule(0);
    },
    hurry() {
      stop();
      schedule(0);
    },
    leave() {
      stop();
      trim();
      // A batch under way may end with the page: it is sent again, and its ids tell the collector what it has already.
      if (failures > 0) return keep();
      while (waiting[0] && parts.beacon(waiting.slice(0, beaconEventsMax))) waiting = waiting.slice(beaconEventsMax);
      age += 1;
      underWay = 0;
      parts.keep(waiting);
    },
    clear() {
      stop();
      age += 1;
      [waiting, underWay, failures] = [[], 0, 0];
      parts.keep([]);
    },
  };
}
