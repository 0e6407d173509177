// The part of the engine's contract that the owner's page reads. Counts, but for the gap report: its questions are strangers' text.
import type { VisitorState } from '../contract.ts';

export interface StateCounts { purposeful: number; floundering: number }

/** One hour, or several; `from` is its beginning, RFC 3339. */
export interface OverviewHour {
  from: string;
  visits: number;
  needs: number;
  offered: StateCounts;
  wouldHaveOffered: StateCounts;
  heldOut: StateCounts;
  shown: number;
  accepted: number;
  declined: number;
  ignored: number;
  withdrawn: number;
  asked: number;
  claimed: number;
  unclaimed: number;
  questionsLeft: number;
  questionsAnswered: number;
}

export type SiteMode = 'off' | 'observe' | 'live';
export type Outcomes = Record<'resolved' | 'converted' | 'notHelpful' | 'shouldNotHaveBeenInvited', number>;

export interface Overview {
  site: string;
  mode: SiteMode;
  asOf: string;
  hours: OverviewHour[];
  total: OverviewHour;
  reached: Record<Exclude<VisitorState, 'unknown'>, number>;
  hindrances: { code: string; text: string; visits: number }[];
  outcomes: Outcomes;
  now: Record<VisitorState, number>;
  load: {
    agentsAvailable: number; capacity: number; freeSlots: number; slotsHeld: number;
    visitorsWaiting: number; waitingSince?: string | null; questionsWaiting: number; oldestQuestionAt?: string | null;
  };
}

export type GapVerdict = 'no_article' | 'not_found' | 'found_not_helpful';

export interface GapQuestion {
  question: string;
  sessions: number;
  searches: number;
  /** 0 to 1. */
  flounderingShare: number;
  zeroResultShare?: number | null;
  article?: { title: string; url: string } | null;
  verdict: GapVerdict | string;
}

export interface GapReport {
  from: string;
  to: string;
  sessions: number;
  floundering: number;
  leftOut: number;
  questionsHeldBack: number;
  isPartial: boolean;
  questions: GapQuestion[];
}
