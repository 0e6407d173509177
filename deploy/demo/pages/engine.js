// The engine's pane: what it makes of the visit, why, and what would have to be otherwise. Asked again after every event; a change is marked.
import * as api from './api.js';
import { byId, el, mark, quoted, show } from './dom.js';
import { listen, tell } from './topics.js';
import * as visit from './visit.js';
import { glosses, outcomeOf, sentenceOf, stateNames } from './words.js';

const askAfterMs = [40, 160, 500, 1200];
const trailMax = 40;
const body = byId('engine-body');
let parts = null;
let before = null;
let who; // undefined until it was first looked
let trail = [];
let turned = new Map();
let timers = [];

export function mount() {
  build();
  for (const topic of ['sent', 'arrived', 'outcome', 'choice']) listen(topic, askSoon);
  setInterval(() => { if (document.visibilityState === 'visible') refresh(); }, 2000);
  refresh();
}

function askSoon() {
  timers.forEach(clearTimeout);
  timers = askAfterMs.map(after => setTimeout(refresh, after));
}

let asking = false;
async function refresh() {
  if (asking) return;
  asking = true;
  try {
    const visitor = await visit.visitor();
    // Between two pages nobody can be asked who it is.
    if (!visitor && visit.choice() === 'yes') return;
    if (visitor !== who) begin(visitor);
    if (who) await look();
    else put(parts.outcome, visit.choice() === 'no' ? 'Nothing is heard: you said no.' : 'Nothing is heard yet: the shop asks you first.');
  } catch (error) {
    byId('engine-asof').textContent = error.status === 404 ? 'no visit yet' : 'not reached just now';
  } finally { asking = false; }
}

/** Somebody new, or nobody who may be heard. */
function begin(visitor) {
  [who, before, trail, turned] = [visitor, null, [], new Map()];
  body.classList.toggle('unheard', !who);
  draw({});
  before = null;
  drawTrail();
}

async function look() {
  const asked = who;
  const [now, events] = await Promise.all([api.ask(asked), api.events(asked, trailMax)]);
  if (asked !== who) return;
  const isNews = JSON.stringify([before, trail]) !== JSON.stringify([now, events]);
  trail = events;
  draw(now);
  drawTrail();
  if (isNews) tell('assessed', { now, events });
}

function build() {
  const scale = (name, label) => {
    const figure = el('b', {}, '–');
    const fill = el('div', { class: `fill ${name}` });
    const bar = el('div', { class: 'scale-bar', role: 'meter', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': '1', 'aria-valuenow': '0' }, fill, el('div', { class: 'mark' }));
    return { node: el('div', { class: 'scale' }, el('div', { class: 'scale-head' }, el('span', {}, label), figure), bar), figure, fill, bar };
  };
  const list = (name, title) => {
    const items = el('ul', { class: name });
    return { node: el('section', { class: 'part' }, el('h3', {}, title), items), items };
  };
  parts = {
    state: el('strong', {}, stateNames.unknown), gloss: el('span', { class: 'verdict-gloss' }, glosses.unknown),
    outcome: el('p', { class: 'outcome', role: 'status', id: 'outcome' }, 'Waiting for the first event.'),
    floundering: scale('floundering', 'Searching and not finding'), purposeful: scale('purposeful', 'Set on buying something'),
    why: list('why', 'What speaks for it'), stands: list('stands', 'What stands in the way of an offer'), would: list('would', 'It would offer a conversation if'),
    trail: el('ol', {}), fine: el('p', { class: 'fine' }),
  };
  parts.verdict = el('div', { class: 'verdict', id: 'verdict' }, parts.state, parts.gloss);
  parts.trailBox = el('section', { class: 'trail', hidden: true }, el('h3', {}, 'Events as they arrived, newest first'), parts.trail);
  show(body, parts.verdict, parts.outcome, el('div', { class: 'scales' }, parts.floundering.node, parts.purposeful.node, el('p', { class: 'scale-note' }, 'At the mark an offer becomes possible; for a purchase only with signs of hesitation.')),
    parts.why.node, parts.stands.node, parts.would.node, parts.trailBox, parts.fine);
}

function draw(now) {
  const changed = name => before !== null && JSON.stringify(before[name]) !== JSON.stringify(now[name]);
  const state = now.state ?? 'unknown';
  parts.verdict.dataset.state = state;
  put(parts.state, stateNames[state] ?? state);
  put(parts.gloss, glosses[state] ?? '');
  const outcome = outcomeOf(now);
  parts.outcome.className = `outcome ${outcome.kind}`;
  put(parts.outcome, outcome.sentence);
  drawScale(parts.floundering, now.probabilities?.floundering, now.threshold?.floundering);
  drawScale(parts.purposeful, now.probabilities?.purposeful, now.threshold?.purposeful);
  drawList(parts.why, now.reasons, before?.reasons, 'Nothing yet.');
  drawList(parts.stands, now.blockers, before?.blockers, 'Nothing.');
  drawList(parts.would, now.wouldEngageIf, before?.wouldEngageIf, outcome.kind === 'offer' ? 'It has.' : 'Nothing small would change its mind.');
  if (changed('state')) noteTurn(state);
  parts.fine.textContent = [now.modelVersion?.floundering, now.modelVersion?.purposeful, now.policyVersion && `policy ${now.policyVersion}`, now.decisionId].filter(Boolean).join(' · ');
  byId('engine-asof').textContent = now.asOf ? `as of ${clock(now.asOf)}` : '';
  before = now;
}

function put(node, text) {
  if (node.textContent === text) return;
  const first = node.textContent === '' || before === null;
  node.textContent = text;
  if (!first) mark(node);
}

function drawScale(scale, value, threshold) {
  const known = typeof value === 'number';
  const text = known ? `${Math.round(value * 100)} %` : '–';
  put(scale.figure, text);
  scale.fill.style.setProperty('--value', known ? String(value) : '0');
  scale.bar.style.setProperty('--mark', String(threshold ?? 0.5));
  scale.bar.setAttribute('aria-valuenow', known ? value.toFixed(2) : '0');
  scale.bar.setAttribute('aria-valuetext', text);
}

function drawList(list, items = [], earlier = [], empty = '') {
  const texts = items.map(item => item.text ?? sentenceOf(item.code ?? item));
  const had = new Set((earlier ?? []).map(item => item.text ?? sentenceOf(item.code ?? item)));
  const key = JSON.stringify([texts, empty]);
  if (list.drawn === key) return;
  list.drawn = key;
  show(list.items, texts.length === 0 ? el('li', { class: 'none' }, empty) : texts.map(text => el('li', { class: before !== null && !had.has(text) ? 'moved' : '' }, text)));
}

/** By the last thing that she did. */
function noteTurn(state) {
  const last = trail.find(event => !/^(invitation|chat)_/.test(event.type));
  if (last) turned.set(last.id, state);
}

function drawTrail() {
  const lines = trail.filter(event => event.type !== 'heartbeat');
  parts.trailBox.hidden = lines.length === 0;
  show(parts.trail, lines.map(event => el('li', {}, el('time', { datetime: event.occurredAt }, clock(event.occurredAt)),
    el('span', {}, describe(event), turned.has(event.id) && el('span', { class: 'turned' }, `→ ${stateNames[turned.get(event.id)] ?? turned.get(event.id)}`)))));
}

function describe(event) {
  switch (event.type) {
    case 'search_performed': return ['searched “', quoted(event.search.query), `” · ${event.search.resultCount === 0 ? 'nothing found' : `${event.search.resultCount} found`}`];
    case 'search_result_opened': return ['opened a result of the search'];
    case 'article_viewed': return ['read “', quoted(event.article.title), '”'];
    case 'article_rated': return [event.article.helpful ? 'said it helped' : 'said it did not help'];
    case 'product_viewed': return ['looked at ', quoted(event.product.name)];
    case 'product_added': return ['put in the cart: ', quoted(event.product.name)];
    case 'product_removed': return ['took out of the cart: ', quoted(event.product.name)];
    default: return [sentenceOf(event.type), event.page?.title && event.type === 'page_viewed' ? [': ', quoted(event.page.title)] : ''].flat().filter(Boolean);
  }
}

const clock = instant => new Date(instant).toLocaleTimeString('en-GB');
