// What every page of this site has: head, foot, language, the question of consent.
import * as consent from './consent.js';
import { byId, el, show } from './dom.js';
import { language, languages, speak, t } from './language.js';

export const content = name => fetch(`/demo/content/${name}.json`).then(response => response.json());

/** Draws the page; what is in `main` has been drawn when the SDK may begin to listen. */
export function page({ title, surface, cart = null, main }) {
  document.title = title;
  byId('skip').textContent = t('skip');
  const link = (name, href) => el('a', { href, 'aria-current': surface === name ? 'page' : null }, t(name));
  show(byId('head'),
    el('a', { class: 'brand', href: '/demo/shop/', translate: 'no' }, 'Larkfield'),
    el('nav', { 'aria-label': t('site') }, link('shop', '/demo/shop/'), link('help', '/demo/help/')),
    el('div', { class: 'tools' }, cart, switcher()));
  const forgotten = new URLSearchParams(location.search).has('forgotten');
  show(byId('main'), forgotten && el('p', { class: 'said', role: 'status' }, t('forgotten')), main);
  show(byId('foot'), el('p', {}, t('madeUpShop')));
  byId('consent').setAttribute('aria-label', t('yourChoice'));
  consent.mount();
}

function switcher() {
  const choose = el('select', { id: 'language', 'aria-label': t('language'), onchange: () => speak(choose.value) },
    Object.entries(languages).map(([tag, name]) => el('option', { value: tag, lang: tag, selected: tag === language }, name)));
  return choose;
}
