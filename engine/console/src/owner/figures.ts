// Numbers made fit to be drawn and read. Pure.
import type { Overview, OverviewHour } from './contract.ts';

/** Bars on one another: the first series stands at the bottom, each of the result reaches from zero to its own top. */
export function stacked(series: readonly (readonly number[])[]): number[][] {
  const tops: number[][] = [];
  for (const values of series) tops.push(values.map((value, i) => value + (tops.at(-1)?.[i] ?? 0)));
  return tops;
}

export const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Top of an axis that begins at zero and has whole numbers, four steps or fewer: 1, 2, 5 times a power of ten. */
export function axisTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map(n => n * power).find(n => n * 4 >= most) ?? 10 * power;
  return Math.ceil(most / step) * step;
}

/** Of a whole, 0 to 1; null where there is no whole. */
export const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** "12 %", as the language writes it; nothing above 100 and nothing that is not nought is called nought. */
export function percent(share: number, language: string): string {
  const shown = share > 0 && share < 0.005 ? 0.01 : Math.min(1, share);
  const text = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(shown);
  return share > 0 && share < 0.005 ? `< ${text}` : text;
}

/** How long something has lasted: the largest unit that it fills. */
export function lasted(ms: number, language: string): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 90 * 60 ? [Math.round(seconds / 60), 'minute'] : seconds < 48 * 3600 ? [Math.round(seconds / 3600), 'hour'] : [Math.round(seconds / 86_400), 'day'];
  return new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'long' }).format(value as number);
}

/** Invitations that were made, or would have been where nothing is shown, and which of both there is to tell of. */
export function offersOf(overview: Overview): { made: boolean; would: boolean } {
  const made = total(overview.total.offered) > 0;
  const would = total(overview.total.wouldHaveOffered) > 0;
  return { made: made || (overview.mode !== 'observe' && !would), would: would || (overview.mode === 'observe' && !made) };
}

export const total = (counts: { purposeful: number; floundering: number }): number => counts.purposeful + counts.floundering;

/** Visits of the day in which nobody was in need. */
export const leftAlone = (overview: Overview): number => Math.max(0, overview.total.visits - overview.total.needs);

/** Begins in ms, and the last one's end. */
export const startsOf = (hours: readonly OverviewHour[]): number[] => hours.map(hour => Date.parse(hour.from));

export const hourMs = 3_600_000;
