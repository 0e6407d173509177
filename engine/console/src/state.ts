// What the agent's own state is called. Pure.

/** `connecting`: before the first connection; `lost`: was there and is no more. */
export type Link = 'connecting' | 'live' | 'lost';

export type DeskState = 'connecting' | 'lost' | 'away' | 'paused' | 'available' | 'full';

/** The one word that stands at the top; a lost connection before everything else, since nothing else is then known to be true. */
export function deskStateOf(link: Link, isAvailable: boolean, isPaused: boolean, slotsUsed: number, capacity: number): DeskState {
  if (link !== 'live') return link;
  if (!isAvailable) return 'away';
  if (isPaused) return 'paused';
  return slotsUsed >= capacity ? 'full' : 'available';
}

/** Renewed so often while available, ms: presence lapses after 30 s. */
export const renewMs = 10_000;

/** Whole seconds that are surely left. */
export const leftSeconds = (until: number, now: number): number => Math.max(0, Math.floor((until - now) / 1000));

/** "0:42"; from an hour on "1:02:03". */
export function clockText(seconds: number): string {
  const pad = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
