import type { Senses } from './client';
import { pageOf } from './client';
import { hearCommerce } from './sense/commerce';
import type { Ears } from './sense/ears';
import { hearFriction } from './sense/friction';
import { hearHelp } from './sense/help';
import { hearPresence } from './sense/presence';
import { hearRoutes } from './sense/route';

/** Everything that is heard of a visit. */
export const senses: Senses = ({ options, signal, track, needsBeat, left }) => {
  const ears: Ears = {
    options, signal, track, page: () => pageOf(options),
    on: (target, type, heard) => target.addEventListener(type, heard, { signal, capture: true, passive: true }),
  };
  const help = hearHelp(ears);
  const seeProduct = hearCommerce(ears, help.searched);
  hearFriction(ears);
  hearPresence(ears, needsBeat, left);
  hearRoutes(ears, () => {
    help.arrived();
    seeProduct();
  });
};
