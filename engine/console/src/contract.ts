// The part of the engine's contract that the console reads. Text in it is a stranger's: it goes to the page through <Quoted> or text nodes only.

export type VisitorState = 'unknown' | 'exploring' | 'progressing' | 'purposeful' | 'floundering';

/** A stable code with its text; `weight`, where the engine gives one, is what it adds to the log-odds of the state. */
export interface Coded { code: string; text: string; weight?: number }

export interface ReservedCard {
  state: VisitorState;
  stateText: string;
  /** Language tag of the words on the card. */
  language: string;
  /** 0 to 1. */
  urgency: number;
  /** Empty where the visitor's approval is needed first. */
  reasons: Coded[];
}

export interface CardQuery { id: string; text: string; resultCount?: number | null; scope: 'catalogue' | 'help' | string; opened: number; times: number; at: string | null }
export interface CardPage { id: string; label: string; kind: string; visits: number; dwellSeconds: number; at: string | null }
export interface CardItem { id: string; label: string; quantity: number; price?: number | null }
export interface Article { id: string; title: string; url: string }

export interface ContextCard extends ReservedCard {
  /** 0 to 1; absent where the state has no probability. */
  confidence?: number;
  need: string;
  needIsClear: boolean;
  suggestedOpener: string;
  queries: CardQuery[];
  pages: CardPage[];
  cart: CardItem[];
  articles: Article[];
  answer?: Coded;
  notKnown: Coded[];
  approvalNeeded: boolean;
}

export type CardKind = 'reserved' | 'full' | 'withdrawn' | 'claimed' | 'expired' | 'ended';

/** What the stream of cards says and `GET /v1/agents/cards` lists. Kinds and fields that are not known here are ignored. */
export interface CardMessage {
  v: number;
  kind: CardKind;
  site: string;
  offer: string;
  agent?: string;
  expiresAt?: string | null;
  reserved?: ReservedCard;
  card?: ContextCard;
  cause?: string;
}

export interface Claim { id: string; holder: string; card: ContextCard | null }

export interface Presence { agent: string; status: 'available' | 'away'; capacity: number; ttlSeconds: number; agentsAvailable: number; freeSlots: number }

/** RFC 9457 problem details. */
export interface Problem { status: number; code?: string; title?: string; detail?: string; holder?: string; reservedForSeconds?: number }
