import type { Senses } from './client';
import { pageOf } from './client';
import { hearCommerce } from './sense/commerce';
import type { Ears } from './sense/ears';
import { hearFriction } from './sense/friction';
import { hearHelp } from './sense/help';
import { hearPresence } from './sense/presence';
import { hearRoutes } from './sense/route';

/** Everything that is heard of a visit. */
export const senses: Senses = ({ options, signal, track, needsBeat, leaving }) => {
  const due = new Set<() => void>();
  const ears: Ears = {
    options, signal, track, page: () => pageOf(options),
    on: (target, type, heard) => target.addEventListener(type, heard, { signal, capture: true, passive: true }),
    later(work, ms) {
      const run = () => { if (due.delete(run) && !signal.aborted) work(); };
      setTimeout(run, ms);
      due.add(run);
      return () => due.delete(run);
    },
  };
  // Before what says that the page goes. What one of them puts off is done here too.
  ears.on(window, 'pagehide', () => due.forEach(run => run()));
  const help = hearHelp(ears);
  const seeProduct = hearCommerce(ears, help.searched);
  hearFriction(ears);
  hearPresence(ears, needsBeat, leaving);
  hearRoutes(ears, () => {
    help.arrived();
    seeProduct();
  });
};
