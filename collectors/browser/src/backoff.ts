const firstMs = 1_000;
const longestMs = 60_000;

/**
 * How long to wait before the next attempt, in milliseconds: what the server asked for and up to a fifth more, so that not everybody comes back in
 * the same moment; else doubling from one second to a minute, of which half is chance.
 * @param attempt failures so far, from 1.
 * @param random 0 to 1.
 */
export function pauseOf(attempt: number, retryAfterMs: number | null, random: number): number {
  if (retryAfterMs !== null) return retryAfterMs * (1 + random / 5);
  return Math.min(longestMs, firstMs * 2 ** (attempt - 1)) * (0.5 + random / 2);
}

/** Waits so long. */
export const pause = (attempt: number, retryAfterMs: number | null): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, pauseOf(attempt, retryAfterMs, Math.random())));

/** Milliseconds of a Retry-After header, in seconds or as a date; null where there is none that can be read, or nothing to wait for. */
export function retryAfterMsOf(header: string | null, now: number): number | null {
  const seconds = Number(header ?? NaN);
  return Math.max(0, seconds >= 0 ? seconds * 1_000 : Date.parse(header!) - now) || null;
}
