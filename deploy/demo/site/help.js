// The help centre: topics, search, article. Each is a page of its own; marks say to the SDK what cannot be guessed.
import { byId, el, quoted } from './dom.js';
import { around, english, t } from './language.js';
import { indexOf, search } from './search.js';
import { content, page } from './site.js';

const suggestAgainMs = [300, 1000, 3000];
const articles = await content('articles');
const query = new URLSearchParams(location.search).get('q')?.trim().slice(0, 200) ?? '';
const [, id] = /^\/demo\/help\/([^/]+)/.exec(location.pathname) ?? [];
const article = articles.find(candidate => candidate.id === id);

if (article) show(article.title, view(article));
else if (id === 'search' && query) show(t('results'), [form(), results(search(indexOf(articles), query))]);
else show(t('help'), [form(), topics()]);

function show(title, main) {
  page({ title, surface: 'help', main });
}

function form() {
  const input = el('input', { id: 'query', type: 'search', name: 'q', autocomplete: 'off', maxlength: '200', required: true, placeholder: t('searchHint') });
  input.value = query;
  return el('form', { role: 'search', action: '/demo/help/search' },
    el('h1', {}, el('label', { for: 'query' }, t('searchLabel'))),
    el('div', { class: 'search' }, input, el('button', { class: 'button main' }, t('search'))));
}

function topics() {
  return el('div', { class: 'topics' }, [...Map.groupBy(articles, one => one.topic)].map(([topic, list]) =>
    el('section', english, el('h2', {}, topic), el('ul', {}, list.map(one => el('li', {}, link(one)))))));
}

function link(one) {
  return el('a', { href: `/demo/help/${one.id}`, ...english }, one.title);
}

function listed(list, results) {
  return el('ul', results, list.map(one => el('li', {}, link(one), el('p', english, one.text[0]))));
}

function results(found) {
  if (found.length > 0) {
    return el('div', { class: 'found' }, el('p', { class: 'found-count', role: 'status' }, t(found.length === 1 ? 'foundOne' : 'found', { count: found.length })),
      listed(found, { 'data-engagement-results': found.length }));
  }
  const perhaps = el('div', { class: 'found' });
  suggest(perhaps);
  return el('div', { 'data-engagement-results': '0' },
    el('div', { class: 'nothing', role: 'status' }, el('p', {}, around('nothing', quoted(query))),
      el('p', {}, t('otherWords'), ' ', el('a', { href: '/demo/help/' }, t('allTopics')))), perhaps);
}

/** Articles that the engine thinks may answer it: asked once it has heard of the search, and again where it was still thinking. */
function suggest(place) {
  const ask = async ([pause, ...pauses]) => {
    const named = (await window.engagement.suggestions()).map(one => articles.find(known => known.id === one.id)).filter(Boolean);
    if (named.length > 0) place.replaceChildren(el('p', { class: 'found-count' }, t('suggestions')), listed(named));
    else if (pause) setTimeout(ask, pause, pauses);
  };
  (window.engagement ??= []).push(['on', 'sent', event => { if (event.type === 'search_performed') ask(suggestAgainMs); }]);
}

function view(one) {
  const back = document.referrer.includes('/demo/help/search') ? document.referrer : '/demo/help/';
  return el('article', { class: 'article', 'data-engagement-article': one.id },
    el('a', { class: 'quiet', href: back }, t(back === '/demo/help/' ? 'backToTopics' : 'backToResults')),
    el('h1', english, one.title), one.text.map(paragraph => el('p', english, paragraph)), rating());
}

function rating() {
  const choice = (helpful, words, thanks) => el('button', { type: 'button', class: 'button', 'data-engagement-helpful': helpful, onclick: () => {
    byId('rate').replaceChildren(el('p', { role: 'status', tabindex: '-1' }, t(thanks)));
    byId('rate').firstChild.focus();
  } }, t(words));
  return el('div', { class: 'rate', id: 'rate', role: 'group', 'aria-label': t('didHelp') }, el('span', {}, t('didHelp')), choice('yes', 'yes', 'thanksYes'), choice('no', 'no', 'thanksNo'));
}
