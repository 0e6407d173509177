// The table of contents of the page: the visitor's site in a frame, what the engine makes of it, the agents' console in a frame.
import { onRetired, retire } from './agent.js';
import * as api from './api.js';
import * as counter from './counter.js';
import { byId } from './dom.js';
import * as engine from './engine.js';
import * as guide from './guide.js';
import { listen } from './topics.js';
import * as visit from './visit.js';

counter.mount();
if (await api.isBuilt()) {
  visit.mount();
  engine.mount();
  guide.mount();
  listen('arrived', path => { byId('address').textContent = `larkfield.example${path.replace('/demo', '')}`; });
  listen('outcome', news);
  byId('guide-fresh').addEventListener('click', () => {
    visit.forget();
    retire();
    location.reload();
  });
  onRetired(() => location.reload());
  byId('shop-frame').src = '/demo/help/';
  byId('desk-frame').src = '/demo/pages/desk.html';
} else {
  byId('guide-say').textContent = 'The browser SDK and the agents’ console are not built here: they need Node.js 20.19 or newer with npm. Install it (Debian: nodejs npm) and start ./run again.';
  document.querySelector('.panes').remove();
}

/** On a phone the panes stand one above the other: an invitation is brought into view, and where something waits a mark says so. */
function news(outcome) {
  if (outcome === 'invited') byId('shop-frame').scrollIntoView({ block: 'nearest' });
  byId('jump-visitor').classList.toggle('news', outcome === 'invited');
  byId('jump-agent').classList.toggle('news', ['invited', 'asked', 'accepted'].includes(outcome));
}
