// The help centre: search, results, article.
import { el, quoted, show, announce } from './dom.js';
import { indexOf, search } from './search.js';
import { at, send } from './visit.js';
import { tell } from './stream.js';

let articles, index, place, last = { query: '', found: [] }, suggested = [];

export function mount(root, all) {
  [place, articles, index] = [root, all, indexOf(all)];
}

/** Articles that the engine suggests; shown where a search has found nothing. */
export function suggest(ids) {
  const found = ids.map(id => articles.find(article => article.id === id)).filter(Boolean);
  if (found.map(article => article.id).join() === suggested.map(article => article.id).join()) return;
  suggested = found;
  if (last.query && last.found.length === 0 && place.querySelector('.nothing')) place.querySelector('.nothing').parentElement.replaceWith(nothing());
}

const brand = () => el('p', { class: 'brand' }, el('b', {}, 'Larkfield'), el('span', {}, 'Things for the home · help centre'));

export function home() {
  at('/help', 'Help centre');
  last = { query: '', found: [] };
  render(topics());
  return send('page_viewed');
}

/** Runs a search as if typed; the guide's suggestions come this way too. */
export function run(query) {
  const text = query.trim().slice(0, 200);
  if (!text) return Promise.resolve();
  last = { query: text, found: search(index, text) };
  at(`/help/search?q=${encodeURIComponent(text)}`, 'Search results');
  render(results());
  announce(last.found.length === 0 ? 'Nothing found.' : `${last.found.length} found.`);
  const sent = send('search_performed', { search: { query: text, resultCount: last.found.length, scope: 'help' } });
  tell('searched', { query: text, count: last.found.length });
  return sent;
}

function render(...below) {
  const input = el('input', { id: 'query', type: 'search', name: 'q', autocomplete: 'off', maxlength: '200', placeholder: 'A few words, such as “delivery cost”' });
  input.value = last.query;
  const form = el('form', { role: 'search', onsubmit: event => { event.preventDefault(); run(input.value).then(() => place.querySelector('#query')?.focus()); } },
    el('label', { class: 'search-label', for: 'query' }, 'How can we help?'),
    el('div', { class: 'search' }, input, el('button', { type: 'submit', class: 'button main' }, 'Search')));
  show(place, brand(), form, ...below);
  place.scrollTop = 0;
}

function topics() {
  const groups = Map.groupBy(articles, article => article.topic);
  return el('div', { class: 'topics' }, [...groups].map(([topic, list]) =>
    el('section', {}, el('h3', {}, topic), el('ul', {}, list.map(article => el('li', {}, link(article, 'topic')))))));
}

function results() {
  if (last.found.length === 0) return el('div', { class: 'found' }, nothing());
  return el('div', { class: 'found' },
    el('p', { class: 'found-count' }, `${last.found.length} ${last.found.length === 1 ? 'article' : 'articles'} for “`, quoted(last.query), '”'),
    el('ul', {}, last.found.map(article => el('li', {}, link(article, 'result'), el('p', {}, article.text[0])))));
}

function nothing() {
  return el('div', {},
    el('div', { class: 'nothing' },
      el('p', {}, 'Nothing found for “', quoted(last.query), '”.'),
      el('p', {}, 'Other words may help. Or look through the topics: ', el('button', { type: 'button', class: 'linklike', onclick: home }, 'all topics'))),
    suggested.length > 0 && el('div', { class: 'found' }, el('p', { class: 'found-count' }, 'Perhaps one of these:'),
      el('ul', {}, suggested.map(article => el('li', {}, link(article, 'suggestion'), el('p', {}, article.text[0]))))));
}

const link = (article, from) => el('button', { type: 'button', class: 'linklike', onclick: () => open(article, from) }, article.title);

async function open(article, from) {
  at(`/help/${article.id}`, article.title);
  if (from !== 'topic') send('search_result_opened', { search: { query: last.query, resultCount: last.found.length, scope: 'help' }, article: { id: article.id, title: article.title } }, true);
  send('article_viewed', { article: { id: article.id, title: article.title } });
  const back = last.query ? backToResults : home;
  const view = el('article', { class: 'article' },
    el('button', { type: 'button', class: 'quiet', onclick: back }, last.query ? '← Back to the results' : '← All topics'),
    el('h3', { tabindex: '-1' }, article.title),
    article.text.map(paragraph => el('p', {}, paragraph)),
    rating(article));
  show(place, brand(), view);
  place.scrollTop = 0;
  view.querySelector('h3').focus({ preventScroll: true });
}

function backToResults() {
  at(`/help/search?q=${encodeURIComponent(last.query)}`, 'Search results');
  render(results());
  return send('page_viewed');
}

function rating(article) {
  const place = el('div', { class: 'rate', role: 'group', 'aria-label': 'Rate this article' });
  const rate = helpful => {
    send('article_rated', { article: { id: article.id, title: article.title, helpful } });
    show(place, el('p', { tabindex: '-1' }, helpful ? 'Good to hear. Thank you.' : 'Thank you for saying so.'));
    place.firstChild.focus();
  };
  show(place, el('span', {}, 'Did this help?'),
    el('button', { type: 'button', class: 'button', onclick: () => rate(true) }, 'Yes'),
    el('button', { type: 'button', class: 'button', onclick: () => rate(false) }, 'No'));
  return place;
}
