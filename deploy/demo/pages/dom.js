// Building the page: as the shop's pages do, and what only these need.
import { byId } from '/demo/site/dom.js';

export { byId, el, quoted, show } from '/demo/site/dom.js';

/** Says a sentence to those who listen rather than look. */
export function announce(sentence) {
  const place = byId('announce');
  place.textContent = '';
  setTimeout(() => { place.textContent = sentence; }, 50);
}

/** Marks a node as just changed. */
export function mark(node) {
  node.classList.remove('moved');
  void node.offsetWidth;
  node.classList.add('moved');
}
