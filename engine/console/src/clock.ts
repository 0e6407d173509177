import { signal } from '@preact/signals';
import pulse from './pulse.ts?worker&url';

/** Now in ms by this machine, once a second; what counts down is drawn from it. */
export const now = signal(Date.now());

const listeners = new Set<() => void>();

/** Runs once a second, in the background too. */
export function eachSecond(listener: () => void): void {
  listeners.add(listener);
}

export function startClock(): void {
  const tick = (): void => {
    now.value = Date.now();
    for (const listener of listeners) listener();
  };
  const own = setInterval(tick, 1_000);
  try {
    const worker = new Worker(trusted(new URL(pulse, location.href)), { type: 'module' });
    worker.onmessage = () => {
      clearInterval(own);
      tick();
    };
  } catch {
    // Without workers the page's own timer does, as long as it is in front.
  }
}

/** The page's policy lets no text become the address of a script but this one. */
function trusted(address: URL): URL {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): unknown } } }).trustedTypes;
  if (!types) return address;
  const policy = types.createPolicy('engagement-console', {
    createScriptURL: text => {
      if (text !== address.href || address.origin !== location.origin) throw new TypeError('not the console’s own script');
      return text;
    },
  });
  return policy.createScriptURL(address.href) as URL;
}
