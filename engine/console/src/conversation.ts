// One conversation as the engine's numbered entries say. Pure.

export interface TalkEntry {
  v: number;
  offer: string;
  /** From 1, without a gap. */
  seq: number;
  kind: 'message' | 'claimed' | 'waiting' | 'closed' | string;
  at: string;
  from?: 'visitor' | 'agent' | string;
  id?: string;
  text?: string;
  cause?: string;
}

/** What the visitor's side does at the moment; it stands nowhere. */
export interface TalkSign {
  offer: string;
  kind: 'writing' | 'received' | string;
  /** Of `received`: everything up to this number has arrived there. */
  received?: number;
}

/** A message of this agent's that the engine has not taken yet. */
export interface Pending { id: string; text: string; isRefused: boolean }

export interface Talk {
  readonly entries: readonly TalkEntry[];
  /** Number of the last entry seen; joining again asks for what comes after it. */
  readonly last: number;
  readonly pending: readonly Pending[];
  readonly isClosed: boolean;
  /** Number up to which entries have arrived at the visitor's; 0 where nothing is known. */
  readonly arrived: number;
  /** Messages of the visitor's that came while the conversation was not in front. */
  readonly unread: number;
}

export const messageCharactersMax = 2_000;

/** Of a wrap-up's note. */
export const noteCharactersMax = 500;

export const emptyTalk: Talk = { entries: [], last: 0, pending: [], isClosed: false, arrived: 0, unread: 0 };

/** What comes twice changes nothing; a message of one's own replaces the one that was waiting. */
export function withEntry(talk: Talk, entry: TalkEntry, isInFront: boolean): Talk {
  if (!Number.isInteger(entry?.seq) || entry.seq <= talk.last) return talk;
  return {
    ...talk,
    entries: [...talk.entries, entry],
    last: entry.seq,
    pending: entry.id === undefined ? talk.pending : talk.pending.filter(waiting => waiting.id !== entry.id),
    isClosed: entry.kind === 'closed' || (talk.isClosed && entry.kind !== 'claimed'),
    unread: talk.unread + (entry.kind === 'message' && entry.from !== 'agent' && !isInFront ? 1 : 0),
  };
}

export const withPending = (talk: Talk, id: string, text: string): Talk => ({ ...talk, pending: [...talk.pending, { id, text, isRefused: false }] });

export const withRefused = (talk: Talk, id: string): Talk =>
  ({ ...talk, pending: talk.pending.map(waiting => (waiting.id === id ? { ...waiting, isRefused: true } : waiting)) });

export const withoutPending = (talk: Talk, id: string): Talk => ({ ...talk, pending: talk.pending.filter(waiting => waiting.id !== id) });

export const withArrived = (talk: Talk, upTo: number | undefined): Talk =>
  (Number.isInteger(upTo) && upTo! > talk.arrived ? { ...talk, arrived: upTo! } : talk);

/** What stands under this agent's messages: the latest that has arrived says so, and the latest of all that it was sent; the others say nothing. */
export function markOf(talk: Talk, entry: TalkEntry): 'arrived' | 'sent' | null {
  const mine = talk.entries.filter(each => each.kind === 'message' && each.from === 'agent');
  if (entry === mine.filter(each => each.seq <= talk.arrived).at(-1)) return 'arrived';
  return entry === mine.at(-1) ? 'sent' : null;
}

export const asRead = (talk: Talk): Talk => (talk.unread === 0 ? talk : { ...talk, unread: 0 });
