// Conversations of this agent, as signals; opened by the desk when a claim is won.
import { signal } from '@preact/signals';
import { Refused } from './api.ts';
import * as talk from './conversation.ts';
import type { Hub } from './hub.ts';

export const talks = signal<ReadonlyMap<string, talk.Talk>>(new Map());
export const hubConnected = signal(false);
/** Conversations whose visitor is writing just now. */
export const writing = signal<ReadonlySet<string>>(new Set());
/** What is being written, by conversation: it outlasts turning to another card. */
export const drafts = signal<ReadonlyMap<string, string>>(new Map());

/** A sign of writing holds so long. */
const writingMs = 6_000;
const writingEnds = new Map<string, ReturnType<typeof setTimeout>>();

let hub: Hub | null = null;
let starting: Promise<Hub> | null = null;
let inFront: () => string | null = () => null;
let heard: (entry: talk.TalkEntry) => void = () => {};
let who: { agent: string; bearer: () => string } | null = null;

/** @param front The conversation that the agent looks at. @param hear Of every entry that is new. */
export function startTalks(signedIn: { agent: string; bearer: () => string }, front: () => string | null, hear: (entry: talk.TalkEntry) => void): void {
  [who, inFront, heard] = [signedIn, front, hear];
}

export function stopTalks(): void {
  void hub?.stop();
  [hub, starting, who] = [null, null, null];
  talks.value = new Map();
  drafts.value = new Map();
  hubConnected.value = false;
}

/** Follows a conversation from where it is known. */
export async function openTalk(offer: string): Promise<void> {
  if (talks.value.has(offer)) return;
  change(offer, talk.emptyTalk);
  const connection = await connect();
  await connection?.join(offer, 0).catch(() => {});
}

export async function send(offer: string, text: string): Promise<void> {
  const trimmed = text.trim();
  const current = talks.value.get(offer);
  if (!current || trimmed === '' || current.isClosed) return;
  const id = crypto.randomUUID();
  change(offer, talk.withPending(current, id, trimmed));
  await deliver(offer, id, trimmed);
}

/** Refused or not delivered: once more, under the same id, so that it stands once. */
export async function sendAgain(offer: string, id: string): Promise<void> {
  const waiting = talks.value.get(offer)?.pending.find(message => message.id === id);
  if (waiting) await deliver(offer, id, waiting.text);
}

export async function closeTalk(offer: string): Promise<void> {
  const connection = await connect();
  await connection?.close(offer);
}

export function forgetTalk(offer: string): void {
  hub?.leave(offer);
  const rest = new Map(talks.value);
  rest.delete(offer);
  talks.value = rest;
  setWriting(offer, false);
}

export function markRead(offer: string): void {
  const current = talks.value.get(offer);
  if (current && current.unread > 0) change(offer, talk.asRead(current));
}

/** @param isTyped The agent's own keys: then the visitor hears that somebody is writing. */
export function draft(offer: string, text: string, isTyped = false): void {
  if (isTyped && text.trim() !== '') hub?.writing(offer);
  drafts.value = new Map(drafts.value).set(offer, text);
}

function change(offer: string, next: talk.Talk): void {
  talks.value = new Map(talks.value).set(offer, next);
}

async function deliver(offer: string, id: string, text: string): Promise<void> {
  const connection = await connect();
  try {
    await connection!.send(offer, id, text);
  } catch (error) {
    // Not reached: it waits, and goes again when the connection is back. Refused: the agent is told, and may take it out.
    const current = talks.value.get(offer);
    if (current && error instanceof Refused && error.status !== 0 && error.code !== 'unavailable') change(offer, talk.withRefused(current, id));
  }
}

function connect(): Promise<Hub | null> {
  if (!who) return Promise.resolve(null);
  const { agent, bearer } = who;
  return (starting ??= import('./hub.ts').then(({ Hub }) => {
    hub = new Hub(agent, bearer, {
      entry: receive,
      sign: receiveSign,
      joined: (offer, received) => { const current = talks.value.get(offer); if (current) change(offer, talk.withArrived(current, received)); },
      left: offer => { const current = talks.value.get(offer); if (current) change(offer, { ...current, isClosed: true }); },
      missing: () => { talks.value = new Map(); },
      connected: isConnected => {
        hubConnected.value = isConnected;
        if (isConnected) for (const [offer, current] of talks.value) for (const waiting of current.pending) if (!waiting.isRefused) void deliver(offer, waiting.id, waiting.text);
      },
    });
    void hub.start();
    return hub;
  }));
}

function receiveSign(sign: talk.TalkSign): void {
  const current = talks.value.get(sign.offer);
  if (!current) return;
  if (sign.kind === 'writing') setWriting(sign.offer, true);
  else if (sign.kind === 'received') change(sign.offer, talk.withArrived(current, sign.received));
}

function setWriting(offer: string, isWriting: boolean): void {
  clearTimeout(writingEnds.get(offer));
  writingEnds.delete(offer);
  if (isWriting) writingEnds.set(offer, setTimeout(() => setWriting(offer, false), writingMs));
  if (writing.value.has(offer) === isWriting) return;
  const next = new Set(writing.value);
  if (isWriting) next.add(offer);
  else next.delete(offer);
  writing.value = next;
}

function receive(entry: talk.TalkEntry): void {
  const current = talks.value.get(entry.offer);
  if (!current) return;
  if (entry.from === 'visitor' || entry.kind === 'closed') setWriting(entry.offer, false);
  const next = talk.withEntry(current, entry, inFront() === entry.offer && document.visibilityState === 'visible');
  if (next === current) return;
  change(entry.offer, next);
  heard(entry);
}
