import type { Ears } from './ears';

/** A title is often set just after the address; reading it this much later finds it. */
const settleMs = 80;

/**
 * Views of pages, and of the routes of single-page applications: whatever changes path or query, not the fragment. Calls `arrived` once the page has
 * settled, after `page_viewed`. `replaceState` counts only where it changes the path: frameworks tidy queries with it.
 */
export function hearRoutes(ears: Ears, arrived: () => void): void {
  let last = '';
  let cancel: (() => void) | undefined;
  const look = () => {
    cancel?.();
    cancel = ears.later(() => {
      const place = ears.page().url.split('#')[0]!;
      if (place === last) return;
      last = place;
      ears.track('page_viewed');
      arrived();
    }, settleMs);
  };
  for (const name of ['pushState', 'replaceState'] as const) {
    const whole = history[name];
    // Never taken back, since another script may have wrapped it meanwhile; without consent it only looks on.
    history[name] = function patched(this: History, ...given) {
      whole.apply(this, given);
      look();
    };
  }
  ears.on(window, 'popstate', look);
  // Back to a page that the browser had kept whole: a view, too.
  ears.on(window, 'pageshow', event => {
    if (!(event as PageTransitionEvent).persisted) return;
    last = '';
    look();
  });
  look();
}
