// What the agents' stream and the list of open cards say, as one queue. Pure: time is an argument, nothing is changed in place.
import { wholeCard, wholeReserved, type CardMessage, type ContextCard, type ReservedCard } from './contract.ts';

/** `wrapUp`: this agent's conversation is over, and she has not said yet how it went. */
export type Phase = 'reserved' | 'accepted' | 'claimed' | 'wrapUp' | 'over';

/** Why a card is no longer there, as codes of the words; what the engine names beyond these is told as `gone`. */
export type Parting = 'declined' | 'ignored' | 'lapsed' | 'withdrawn' | 'unclaimed' | 'taken' | 'transferred' | 'ended' | 'gone';

export interface Entry {
  readonly id: string;
  readonly site: string;
  readonly phase: Phase;
  /** Whose slot is leased, or who has it. */
  readonly agent: string | null;
  /** When lease or wait ends, ms by the engine's clock; null: not said. */
  readonly expiresAt: number | null;
  readonly reserved: ReservedCard | null;
  readonly card: ContextCard | null;
  readonly parting: Parting | null;
  /** Last change, ms by the engine's clock. */
  readonly changedAt: number;
}

export type Queue = ReadonlyMap<string, Entry>;

/** An accepted card is for the leased agent alone so long; then anyone's; after the wait the visitor is told that nobody came. The engine's own limits. */
export const ownerFirstMs = 20_000;
export const giveUpMs = 60_000;
/** So long a card that is over stays in sight, with its reason. */
export const partingMs = 12_000;

const ranks: Record<Phase, number> = { reserved: 0, accepted: 1, claimed: 2, wrapUp: 3, over: 4 };

/** Partings after which a card may wait again: another agent left it or handed it over. */
const comesBack: ReadonlySet<Parting | null> = new Set<Parting>(['taken', 'transferred', 'ended', 'gone']);

/** The queue with one message applied; the same queue where it says nothing new (doubles, kinds not known, what comes late). */
export function apply(queue: Queue, message: CardMessage, me: string, now: number): Queue {
  if (typeof message?.offer !== 'string') return queue;
  const known = queue.get(message.offer);
  const next = entryOf(message, known, me, now);
  if (!next) return queue;
  const isBack = message.kind === 'queued' && (!known || !isPast(known) || comesBack.has(known.parting));
  if (known && ((ranks[next.phase] < ranks[known.phase] && !isBack) || isSame(known, next))) return queue;
  return new Map(queue).set(next.id, next);
}

/**
 * After every reconnect: the queue as the list of open cards says. What is not listed has gone meanwhile, unless it changed after the reading began:
 * the list may be older than that.
 */
export function reconcile(queue: Queue, open: readonly CardMessage[], me: string, readingSince: number, now: number): Queue {
  let next = queue;
  for (const message of open) next = apply(next, message, me, now);
  const listed = new Set(open.map(message => message.offer));
  for (const entry of queue.values()) {
    if (isPast(entry) || listed.has(entry.id) || entry.changedAt >= readingSince) continue;
    next = new Map(next).set(entry.id, { ...entry, phase: entry.phase === 'claimed' && entry.agent === me ? 'wrapUp' : 'over', parting: 'gone', changedAt: now });
  }
  return next;
}

/** Takes out what has been over long enough, and ends what nobody ended though its time is past (the engine says so too; this is for a lost connection). */
export function tidy(queue: Queue, now: number): Queue {
  let next: Map<string, Entry> | null = null;
  for (const entry of queue.values()) {
    if (entry.phase === 'over') {
      if (now - entry.changedAt > partingMs) (next ??= new Map(queue)).delete(entry.id);
    } else if (entry.phase !== 'claimed' && entry.phase !== 'wrapUp' && entry.expiresAt !== null && now > entry.expiresAt + 2_000) {
      (next ??= new Map(queue)).set(entry.id, { ...entry, phase: 'over', parting: entry.phase === 'reserved' ? 'lapsed' : 'unclaimed', changedAt: now });
    }
  }
  return next ?? queue;
}

/** Not this agent's any more, and so its content neither: someone else was quicker, or the engine refused a claim for good. */
export function part(queue: Queue, id: string, parting: Parting, now: number): Queue {
  const known = queue.get(id);
  return known ? new Map(queue).set(id, { ...known, phase: 'over', parting, card: null, changedAt: now }) : queue;
}

/** This agent's conversation is over: its card stays until she has said how it went. */
export function wrapUp(queue: Queue, id: string, now: number): Queue {
  const known = queue.get(id);
  return known?.phase === 'claimed' ? new Map(queue).set(id, { ...known, phase: 'wrapUp', parting: 'ended', changedAt: now }) : queue;
}

/** The claim was won. */
export function won(queue: Queue, id: string, me: string, message: CardMessage | null, now: number): Queue {
  const known = queue.get(id);
  if (!known || isPast(known)) return queue;
  return new Map(queue).set(id, { ...known, phase: 'claimed', agent: me, expiresAt: null, card: message?.card ? wholeCard(message.card) : known.card, changedAt: now });
}

/** A supervisor took over what another held: it came to her and she has claimed it, whatever of that was heard before. */
export function tookOver(queue: Queue, id: string, site: string, me: string, message: CardMessage | null, now: number): Queue {
  const waits = apply(queue, { v: 1, kind: 'queued', site, offer: id, agent: me }, me, now);
  return won(waits, id, me, message, now);
}

function entryOf(message: CardMessage, known: Entry | undefined, me: string, now: number): Entry | null {
  const base = {
    id: message.offer, site: message.site, agent: message.agent || known?.agent || null, expiresAt: known?.expiresAt ?? null,
    reserved: known?.reserved ?? null, card: known?.card ?? null, parting: null, changedAt: now,
  };
  const expiresAt = message.expiresAt ? Date.parse(message.expiresAt) || null : null;
  switch (message.kind) {
    case 'reserved': return message.reserved ? { ...base, phase: 'reserved', expiresAt, reserved: wholeReserved(message.reserved) } : null;
    case 'full': return message.card ? { ...base, phase: 'accepted', agent: message.agent || null, expiresAt, card: wholeCard(message.card), reserved: wholeReserved(message.card) } : null;
    // Waits again, or from the start where a visitor asked by herself: kept for one agent, or for all. Its content comes as `full`.
    case 'queued': return { ...base, phase: 'accepted', agent: message.agent || null, expiresAt };
    case 'claimed':
      // Another agent's conversation is none of this one's business; a card that stood here says where it went.
      if (message.agent === me) return { ...base, phase: 'claimed', expiresAt: null };
      return known ? { ...base, phase: 'over', parting: 'taken', card: null } : null;
    case 'withdrawn':
    case 'expired': return known ? { ...base, phase: 'over', parting: partingOf(message) } : null;
    // Said twice, or after the list had said so: how it went is still to be asked.
    case 'ended': return known ? { ...base, phase: (known.phase === 'claimed' || known.phase === 'wrapUp') && known.agent === me ? 'wrapUp' : 'over', parting: 'ended' } : null;
    default: return null;
  }
}

function partingOf(message: CardMessage): Parting {
  switch (message.cause) {
    case 'declined': return 'declined';
    case 'ignored': return 'ignored';
    case 'lapsed': return 'lapsed';
    case 'unclaimed': case 'given_up': return 'unclaimed';
    default: return message.kind === 'expired' ? 'lapsed' : 'withdrawn';
  }
}

/** No longer the visitor's or anybody's to take. */
export const isPast = (entry: Entry): boolean => entry.phase === 'over' || entry.phase === 'wrapUp';

const isSame = (a: Entry, b: Entry): boolean => a.phase === b.phase && a.agent === b.agent && a.expiresAt === b.expiresAt && (b.card === null || a.card !== null);

/** Whether this agent may take it now. */
export const isClaimable = (entry: Entry, me: string, now: number): boolean => entry.phase === 'accepted' && (entry.agent === me || now >= openToAllAt(entry));

/** When an accepted card becomes anyone's, ms by the engine's clock. */
export const openToAllAt = (entry: Entry): number => (entry.expiresAt === null || entry.agent === null ? 0 : entry.expiresAt - giveUpMs + ownerFirstMs);

/** In which part of the list a card stands: what waits for this agent first. */
export type Section = 'talks' | 'waiting' | 'mine' | 'others';

export function sectionOf(entry: Entry, me: string, now: number): Section {
  if ((entry.phase === 'claimed' || entry.phase === 'wrapUp') && entry.agent === me) return 'talks';
  if (isClaimable(entry, me, now)) return 'waiting';
  return entry.agent === me ? 'mine' : 'others';
}

const sections: readonly Section[] = ['talks', 'waiting', 'mine', 'others'];

export interface Listed { section: Section; entries: Entry[] }

/** By section; within one, the most urgent first, then what has least time left. Empty sections are left out. */
export function listed(queue: Queue, me: string, now: number): Listed[] {
  const bySection = new Map<Section, Entry[]>(sections.map(section => [section, []]));
  for (const entry of queue.values()) bySection.get(sectionOf(entry, me, now))!.push(entry);
  return sections.map(section => ({ section, entries: bySection.get(section)!.sort(compare) })).filter(part => part.entries.length > 0);
}

function compare(a: Entry, b: Entry): number {
  return Number(a.phase === 'over') - Number(b.phase === 'over')
    || urgencyOf(b) - urgencyOf(a)
    || (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity)
    || (a.id < b.id ? -1 : 1);
}

/** 0 to 1. */
export const urgencyOf = (entry: Entry): number => entry.card?.urgency ?? entry.reserved?.urgency ?? 0;

export type UrgencyBand = 'high' | 'some' | 'little';
export const urgencyBand = (urgency: number): UrgencyBand => (urgency >= 0.66 ? 'high' : urgency >= 0.33 ? 'some' : 'little');

/** Slots in use: leases and conversations of this agent's. */
export function slotsInUse(queue: Queue, me: string): number {
  let count = 0;
  for (const entry of queue.values()) if (entry.agent === me && !isPast(entry)) count++;
  return count;
}
