// The simulated visitors beside: how many came, and what the engine did about them.
import * as api from './api.js';
import { byId, el, show } from './dom.js';

const everyMs = 2000;
const kinds = { alone: '', nobody: ' nobody', invited: ' invited' };

export function mount() {
  const refresh = async () => {
    if (document.visibilityState !== 'visible') return;
    const now = await api.simulated().catch(() => null);
    if (!now?.running) { byId('counter').hidden = true; return; }
    byId('counter').hidden = false;
    draw(now);
  };
  refresh();
  setInterval(refresh, everyMs);
}

function draw({ visitors, leftAlone, nobodyFree, invited, recent, last }) {
  if (visitors === 0) return;
  const part = (amount, words) => el('span', { class: 'count' }, el('b', {}, String(amount)), ` ${words}`);
  const sep = () => el('span', { class: 'sep', 'aria-hidden': 'true' }, ' · ');
  show(byId('counter-line'), part(visitors, visitors === 1 ? 'visitor' : 'visitors'), sep(), part(leftAlone, 'left alone'), sep(), part(nobodyFree, 'nobody free'), sep(), part(invited, 'invited'));
  // The newest first: what no longer fits falls off at the right.
  show(byId('counter-dots'), recent.toReversed().map(kind => el('i', { class: `dot${kinds[kind] ?? ''}` })));
  byId('counter-last').textContent = last ?? '';
}
