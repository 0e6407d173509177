import type { EventFields, Options, Page } from '../options';

/** What every sense has: how it hears, and how it says what it heard. All listening ends with `signal`. */
export interface Ears {
  options: Options;
  signal: AbortSignal;
  track(type: string, fields?: EventFields): void;
  page(): Page;
  on(target: EventTarget, type: string, heard: (event: Event) => void): void;

  /** Does it so much later, or as the page goes: whoever leaves quickly was here too. Not once listening has ended. Returns what calls it off. */
  later(work: () => void, ms: number): () => void;
}

/** Text of an attribute or element, in one line; undefined when there is none. */
export const textOf = (text: unknown): string | undefined =>
  String(typeof text === 'object' ? '' : text ?? '').replace(/\s+/g, ' ').trim().slice(0, 200) || undefined;

/** A number that is not negative; undefined for anything else. */
export const amountOf = (value: unknown): number | undefined => {
  const amount = value === '' || typeof value === 'object' ? NaN : Number(value);
  return amount >= 0 && amount < Infinity ? amount : undefined;
};

/** The element that a click was meant for, of those that a selector names. */
export const near = (event: Event, selector: string): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
