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
  /** What she asked, where she asked for a person herself. */
  question?: string;
  approvalNeeded: boolean;
}

export type CardKind = 'reserved' | 'full' | 'withdrawn' | 'claimed' | 'expired' | 'ended' | 'queued' | 'question' | 'presence';

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

/** `card`: the message with which the full card was published. */
export interface Claim { id: string; holder: string; card: CardMessage | null }

/** `pausedBy`: nothing new comes to her until she is resumed. */
export interface Presence { agent: string; status: 'available' | 'away'; capacity: number; ttlSeconds: number; agentsAvailable: number; freeSlots: number; role?: 'agent' | 'supervisor'; pausedBy?: string | null }

/** Without `agent` the token speaks for whoever is named beside it. */
export interface Me { site: string; agent?: string | null; role: 'agent' | 'supervisor' }

/** What takes a slot of an agent's: nothing that was said or shared. */
export interface Seat { id: string; status: 'pending' | 'open' | 'seen' | 'accepted' | 'claimed'; since: string; language?: string | null; skill?: string | null }

/** `seats`: only for a supervisor. */
export interface Teammate { agent: string; status: 'available' | 'away'; pausedBy?: string | null; capacity: number; freeSlots: number; seenAt: string; skills: string[]; languages: string[]; seats?: Seat[] }

/** RFC 9457 problem details. */
export interface Problem { status: number; code?: string; title?: string; detail?: string; holder?: string; reservedForSeconds?: number }

/** How a conversation went, as its agent says. */
export type Outcome = 'resolved' | 'converted' | 'not_helpful' | 'should_not_have_been_invited';

const list = <T>(value: T[] | undefined): T[] => (Array.isArray(value) ? value : []);

/** A card with every list that the views go through; an engine of another version may leave some out. */
export function wholeCard(card: ContextCard): ContextCard {
  return {
    ...wholeReserved(card), confidence: card.confidence, need: String(card.need ?? ''), needIsClear: card.needIsClear === true, suggestedOpener: String(card.suggestedOpener ?? ''),
    queries: list(card.queries), pages: list(card.pages), cart: list(card.cart), articles: list(card.articles), answer: card.answer, notKnown: list(card.notKnown), question: card.question,
    approvalNeeded: card.approvalNeeded === true,
  };
}

export function wholeReserved(card: ReservedCard): ReservedCard {
  return { state: card.state, stateText: String(card.stateText ?? ''), language: String(card.language ?? 'en'), urgency: Number(card.urgency) || 0, reasons: list(card.reasons) };
}

export const wholeTeammate = (mate: Teammate): Teammate => ({
  ...mate, agent: String(mate.agent ?? ''), capacity: Number(mate.capacity) || 0, freeSlots: Number(mate.freeSlots) || 0, skills: list(mate.skills), languages: list(mate.languages), seats: list(mate.seats),
});

/** A question that a visitor left; the whole address only whoever took it sees. */
export interface Question { id: string; text: string; replyTo?: string | null; replyToIsMasked: boolean; language?: string | null; askedAt: string; forgottenAt: string; holder?: string | null }
