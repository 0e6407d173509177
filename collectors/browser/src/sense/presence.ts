import { near, type Ears } from './ears';

/** An offer needs a sign of presence of the last 15 s. */
const beatMs = 10_000;

/** After this long the click on a link has not led away. */
const leadsAwayMs = 3_000;

/** Heartbeats while the page is looked at, hiding, and leaving; not where a link only leads on within the site. */
export function hearPresence(ears: Ears, needsBeat: () => boolean, left: (isGone: boolean) => void): void {
  let inside = -Infinity;
  const within = (event: Event) => {
    const to = (near(event, 'a[href]') as HTMLAnchorElement | null)?.href ?? (event.target as HTMLFormElement).action;
    if (String(to).startsWith(`${location.origin}/`)) inside = event.timeStamp;
  };
  ears.on(document, 'click', within);
  ears.on(document, 'submit', within);
  const beat = setInterval(() => { if (!document.hidden && needsBeat()) ears.track('heartbeat'); }, beatMs);
  ears.signal.addEventListener('abort', () => clearInterval(beat));
  ears.on(document, 'visibilitychange', () => { 
    if (!document.hidden) return;
    ears.track('page_hidden');
    left(false);
  });
  ears.on(window, 'pagehide', event => {
    if (event.timeStamp - inside > leadsAwayMs) ears.track('page_left');
    left(true);
  });
}
