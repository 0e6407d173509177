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

/** A message of this agent's that the engine has not taken yet. */
export interface Pending { id: string; text: string; isRefused: boolean }

export interface Talk {
  readonly entries: readonly TalkEntry[];
  /** Number of the last entry seen; joining again asks for what comes after it. */
  readonly last: number;
  readonly pending: readonly Pending[];
  readonly isClosed: boolean;
  /** Messages of the visitor's that came while the conversation was not in front. */
  readonly unread: number;
}

export const messageCharactersMax = 2_000;

/** Of a wrap-up's note. */
export const noteCharactersMax = 500;

export const emptyTalk: Talk = { entries: [], last: 0, pending: [], isClosed: false, unread: 0 };

/** What comes twice changes nothing; a message of one's own replaces the one that was waiting. */
export function withEntry(talk: Talk, entry: TalkEntry, isInFront: boolean): Talk {
  if (!Number.isInteger(entry?.seq) || entry.seq <= talk.last) return talk;
  return {
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

export const asRead = (talk: Talk): Talk => (talk.unread === 0 ? talk : { ...talk, unread: 0 });
