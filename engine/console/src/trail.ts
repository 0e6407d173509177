// A card's evidence in the order it happened, and reasons' weights as shares. Pure.
import type { CardPage, CardQuery, Coded, ContextCard } from './contract.ts';

export interface TrailStep { id: string; at: string | null; query?: CardQuery; page?: CardPage }

/** Oldest first; what has no time stands first, in the engine's order. */
export function trailOf(card: Pick<ContextCard, 'queries' | 'pages'>): TrailStep[] {
  const steps: TrailStep[] = [
    ...card.queries.map(query => ({ id: query.id, at: query.at, query })),
    ...card.pages.map(page => ({ id: page.id, at: page.at, page })),
  ];
  return steps.map((step, i) => ({ step, i, ms: step.at ? Date.parse(step.at) || 0 : 0 })).sort((a, b) => a.ms - b.ms || a.i - b.i).map(({ step }) => step);
}

/** Of each reason, its weight beside the heaviest: 0 to 1. Null where not all have one, since bars of some would say the rest weigh nothing. */
export function weightShares(reasons: readonly Coded[]): number[] | null {
  if (reasons.length === 0 || !reasons.every(reason => typeof reason.weight === 'number' && Number.isFinite(reason.weight))) return null;
  const heaviest = Math.max(...reasons.map(reason => reason.weight!));
  return heaviest <= 0 ? null : reasons.map(reason => Math.max(0, reason.weight!) / heaviest);
}

export const weightBand = (share: number): 'strong' | 'some' | 'little' => (share >= 0.66 ? 'strong' : share >= 0.33 ? 'some' : 'little');
