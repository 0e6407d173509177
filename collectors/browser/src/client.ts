import { createApi } from './api';
import { pause } from './backoff';
import { createIdentity, type Identity } from './identity';
import type { createHolder, Holder } from './invitation/holder';
import type { Consent, Engagement, EventFields, Options, SentEvent, Topic } from './options';
import { permit, readSignals, type Permission } from './permission';
import { createQueue, type Delivery } from './queue';
import { areaOf, createStore } from './store';
import { near } from './sense/ears';
import { follow, type StreamMessage } from './stream';
import { openTabs, type Tabs } from './tabs';
import { uniqueId } from './unique-id';

/** What the senses are given; the invitation-only build has none. */
export interface Senses {
  (parts: { options: Options; signal: AbortSignal; track(type: string, fields?: EventFields): void; needsBeat(): boolean; leaving(isGone: boolean): void }): void;
}

const refusalName = 'no';

/** What a page could not send yet, by its tab's id; and what it had not sent when it went: the next page of the visit takes that over at its start. */
const queueOf = 'queue.';
const leftBy = 'left.';
const refusalMs = 30 * 86_400_000;
const askTabsMs = 250;

/** The invitation's file could not be had: so long until the next try. */
const loadAgainMs = 3_000;

/** What holds the invitation is fetched when the first one comes: most visitors never get one. */
export type LoadHolder = () => Promise<{ createHolder: typeof createHolder }>;

/** Puts the parts together. Until it is permitted to read, it touches neither storage nor network nor the page's data. */
export function createClient(options: Options, loadHolder: LoadHolder, senses?: Senses): Engagement {
  const server = options.server ?? '';
  const api = createApi(server, options.key);
  const signals = readSignals(navigator);
  const listeners = new Map<Topic, Set<(detail: unknown) => void>>();
  let permission: Permission = { read: false, store: 'none' };
  let running: AbortController | null = null;
  let tabs: Tabs | null = null;
  let streamed: AbortController | null = null; // of the stream, in the tab that holds it
  let retained: StreamMessage | null = null;
  let keepsAs = queueOf;
  let hearIdentity: ((identity: Identity) => void) | null = null;

  const store = createStore(() => areaOf(permission), () => [localStorage, sessionStorage]);
  const identity = createIdentity({
    store, mint: mintPatiently, signed: options.visitor, now: Date.now,
    alone: work => tabs!.alone('visitor', work),
    fromOtherTabs: () => new Promise(resolve => {
      // Another tab knows who this is where the device may keep nothing, and before what it kept can be read here: that takes its time between processes.
      hearIdentity = resolve;
      tabs!.say({ kind: 'hello' });
      setTimeout(resolve, askTabsMs);
    }),
  });

  const whoIsHeard = async () => running && identity.ensure();

  const queue = createQueue({
    async deliver(events) {
      const who = await identity.ensure();
      // Without an identity nothing will ever be taken; a passing trouble was waited for.
      if (!who || !running) return { done: true };
      const sent = events.map(event => (event.visitor ??= who.visitor, event));
      const delivery = await api.deliver(sent);
      if (delivery.done) sent.forEach(event => tell('sent', event));
      return delivery;
    },
    beacon(events) {
      const who = identity.current();
      return !!who && api.beacon(events.map(event => ({ visitor: who.visitor, ...event })));
    },
    keep(events) {
      store.remove(queueOf + tabs!.id);
      if (events[0]) store.set(keepsAs + tabs!.id, events);
    },
    now: Date.now, random: Math.random, later: (work, ms) => setTimeout(work, ms), cancel: timer => clearTimeout(timer as number),
  });

  let holder: Promise<Holder | null> | null = null;
  const hold = () => holder ??= loadHolder().then(({ createHolder }) => createHolder({
    options, api, tell, who: whoIsHeard,
    spread: message => tabs?.say(message),
    hasRefused,
    refused: () => { if (permission.store === 'local') store.set(refusalName, Date.now()); },
  }), () => (holder = null));

  const hasRefused = () => (store.get<number>(refusalName) ?? 0) > Date.now() - refusalMs;

  const receive = (message: StreamMessage) => {
    if (holder || /^inv|laimed|sk/.test(message.kind)) void hold().then(held => (held ? held.receive(message) : running && setTimeout(receive, loadAgainMs, message)));
  };

  function tell(topic: Topic, detail: unknown): void {
    listeners.get(topic)?.forEach(listener => listener(detail));
  }

  async function mintPatiently(): Promise<Identity | null> {
    const { signal } = running!;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const made = await api.mint(options.visitor);
      if (!made || 'token' in made) return signal.aborted ? null : made;
      await pause(attempt, (made as Delivery & { done: false }).retryAfterMs);
    }
    return null;
  }

  function track(type: string, fields?: EventFields): void {
    if (!running) return;
    if (type !== 'heartbeat') identity.touch();
    queue.push({
      id: uniqueId(), type, occurredAt: new Date().toISOString(), page: pageOf(options), ...fields,
      privacy: { consent: true, ...signals, noInvitation: hasRefused() },
    });
  }

  function begin(): void {
    running = new AbortController();
    const { signal } = running;
    tabs = openTabs(`engagement ${options.key}`, hear);
    // In a task of its own, so that the page may go on in between.
    setTimeout(() => {
      if (signal.aborted) return;
      tabs!.lead(() => void lead(signal), signal);
      addEventListener('online', queue.hurry, { signal });
      senses?.({ options, signal, track, needsBeat: () => !streamed, leaving });
      store.names(leftBy).forEach(inherit);
      void whoIsHeard();
    });
    if (options.launcher) void hold().then(held => held?.launch(ask));
  }

  /** The page goes, or is only looked away from. */
  function leaving(isGone: boolean): void {
    if (!isGone) return queue.hurry();
    keepsAs = leftBy;
    queue.leave();
  }

  function inherit(name: string): void {
    queue.adopt(store.get<SentEvent[]>(name) ?? []);
    store.remove(name);
  }

  /** What one tab does for all: hold the stream, and send what tabs have left that ended without a word. */
  async function lead(signal: AbortSignal): Promise<void> {
    streamed = new AbortController();
    for (const name of store.names(queueOf)) if (!await tabs!.lives(name.slice(queueOf.length))) inherit(name);
    while (!signal.aborted) {
      const anew = streamed = new AbortController();
      const mine = anew.signal;
      await follow(async () => {
        const who = await identity.ensure();
        if (!who || mine.aborted) return null;
        const response = await api.hers(who, '/invitations/stream', { signal: mine });
        // The engine knows this token no more: the next attempt is made by somebody new.
        if ([401, 403].includes(response.status)) identity.forget();
        return response;
      }, heard, mine);
      if (!mine.aborted) return; // refused for good
    }
  }

  function heard(message: StreamMessage): void {
    if (message.kind === 'invitation') message.leavesAt = Date.now() + Number(message.expiresInMs);
    retained = message;
    tabs!.say(message as { kind: string });
    receive(message);
  }

  function hear(message: { kind: string; value?: unknown }): void {
    const { kind, value } = message;
    if (kind === 'hello') {
      const who = identity.current();
      if (who) tabs!.say({ kind: 'identity', value: who });
      if (streamed && retained) tabs!.say(retained);
    } else if (kind === 'identity') hearIdentity?.(value as Identity);
    else if (kind === 'forget') forgotten();
    else if (kind === 'consent') consent(value as Consent, false);
    else receive(message as StreamMessage);
  }

  function forgotten(): void {
    identity.forget();
    queue.clear();
    void holder?.then(held => held?.stop());
    retained = null;
    streamed?.abort();
  }

  function end(): void {
    running?.abort();
    forgotten();
    tabs?.close();
    running = tabs = streamed = null;
    store.clear();
  }

  function consent(said: Consent, spread = true): void {
    if (spread) tabs?.say({ kind: 'consent', value: said });
    const next = permit(options.consent !== 'notRequired', options.doNotTrack !== 'ignore', said, signals);
    if (running && (!next.read || next.store === 'none')) end();
    permission = next;
    if (next.read && !running) begin();
  }

  /** Without consent, too: it is she who asks. */
  async function ask(): Promise<void> {
    const { askAPerson } = options;
    if (await (running && hold())?.then(held => held?.ask())) return;
    if (typeof askAPerson === 'function') askAPerson();
    else if (askAPerson) location.assign(askAPerson);
  }

  const client: Engagement = {
    consent, track,
    on(topic, listener) {
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      return () => void all.delete(listener);
    },
    async suggestions() {
      const who = await whoIsHeard();
      return (who && (await api.standing(who))?.articles) || [];
    },
    ask,
    forget() {
      if (!running) return;
      const who = identity.current();
      if (who) api.hers(who, '', { method: 'DELETE', keepalive: true }).catch(() => {}); // away: her session ends by itself
      tabs!.say({ kind: 'forget' });
      forgotten();
    },
    visitor: async () => (await whoIsHeard())?.visitor ?? null,
  };
  document.addEventListener('click', event => {
    if (near(event, '[data-engagement-ask]')) void ask();
  });
  if (options.consent === 'notRequired') consent(true, false);
  return client;
}

export const pageOf = (options: Options) => options.page?.() ?? {
  url: location.href, title: document.title.slice(0, 250), language: document.documentElement.lang || undefined,
  referrer: document.referrer || undefined,
};
