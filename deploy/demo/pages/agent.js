// The agent's desk: presence, the reserved card with its time, the full card after acceptance, the claim.
import * as api from './api.js';
import { byId, el, quoted, show, announce } from './dom.js';
import { listen, tell } from './stream.js';
import { stateNames } from './words.js';

const body = byId('agent-body');
const storeName = 'first-minute-agent';
const renewMs = 10_000;
const overMs = 12_000;
const cards = new Map();
let me = null;
let presence = null;
let cardList = null;

export function mount() {
  me = JSON.parse(localStorage.getItem(storeName)) ?? { id: `you-${crypto.randomUUID().slice(0, 8)}`, status: 'available' };
  keep();
  presence = el('div', { class: 'presence' });
  cardList = el('div', { class: 'cards', 'aria-live': 'polite', 'aria-relevant': 'additions' });
  show(body, presence, cardList);
  listen('presence', status => { me.status = status; keep(); drawPresence(); drawCards(); });
  listen('card', receive);
  drawPresence();
  drawCards();
  setInterval(countDown, 1000);
}

const keep = () => localStorage.setItem(storeName, JSON.stringify(me));
export const agentId = () => me.id;

/** Run by the tab that leads: presence lapses by itself unless it is renewed. */
export function renewPresence() {
  const renew = () => (me.status === 'available' ? api.setPresence(me.id, 'available').catch(() => {}) : null);
  setInterval(renew, renewMs);
  return api.setPresence(me.id, me.status);
}

/** The last tab closes, and the desk with it: nobody is promised who sits at no desk. Coming back is at once. */
export function closeDesk() {
  if (me?.status === 'available') api.setPresence(me.id, 'away', true).catch(() => {});
}

/** The desk of somebody who starts over is cleared: the agent is a new one too. */
export async function retire() {
  localStorage.removeItem(storeName);
  await api.setPresence(me.id, 'away', true).catch(() => {});
}

async function toggle() {
  const status = me.status === 'available' ? 'away' : 'available';
  tell('presence', status);
  await api.setPresence(me.id, status).catch(() => announce('The desk could not be reached.'));
  tell('presence', status);
}

function drawPresence() {
  const here = me.status === 'available';
  presence.dataset.status = me.status;
  const had = presence.contains(document.activeElement);
  show(presence, el('p', {}, el('i', { class: 'lamp', 'aria-hidden': 'true' }), el('b', {}, here ? 'Available' : 'Away')),
    el('button', { type: 'button', class: 'button', id: 'presence', onclick: toggle }, here ? 'Agent leaves' : 'Agent comes back'));
  if (had) presence.querySelector('button').focus();
}

function receive(card) {
  const known = cards.get(card.id);
  if (card.status in partings) {
    if (known && !known.over) settle(known, causes[card.cause] ?? partings[card.status]);
    return drawCards();
  }
  cards.set(card.id, { ...known, ...card });
  if (!known) { byId('jump-agent').classList.add('news'); announce('A reserved card is on the agent’s desk.'); }
  return drawCards();
}

const partings = { gone: 'Withdrawn. The visitor no longer sees the invitation.', ended: 'The conversation has ended.', elsewhere: 'Another agent has taken it.' };
const causes = { declined: 'They said no, thank you. Nobody asks again.', lapsed: 'Time ran out. The invitation is gone.', expired: 'Time ran out. The invitation is gone.' };

function settle(card, sentence) {
  card.over = sentence;
  setTimeout(() => { cards.delete(card.id); drawCards(); }, overMs);
}

function drawCards() {
  if (cards.size > 0) return show(cardList, [...cards.values()].reverse().map(draw));
  byId('jump-agent').classList.remove('news');
  return show(cardList, el('div', { class: 'idle' }, me.status === 'available'
    ? [el('p', {}, 'No card. That is the usual state: most visitors are fine.'), el('p', {}, 'When somebody is stuck, a reserved card appears here, with the reasons and without the visitor’s words.')]
    : [el('p', {}, 'With nobody here, nobody is invited. The engine says so on its side.')]));
}

const headings = { reserved: 'Reserved for you', accepted: 'Accepted: they would like to talk', claimed: 'Yours' };
const othersHeadings = { reserved: 'Reserved for another agent', accepted: 'Accepted: another agent goes first' };

function draw(card) {
  if (card.over) return el('article', { class: 'card over' }, el('h3', {}, card.over));
  const full = card.full;
  const heading = (card.mine ? headings : othersHeadings)[card.status];
  return el('article', { class: `card ${card.status}`, 'data-status': card.status, 'aria-label': heading },
    el('div', { class: 'card-head' }, el('h3', {}, heading), card.status === 'reserved' && el('span', { class: 'left', 'data-id': card.id }, leftWords(card))),
    el('p', { class: 'meta' }, [stateNames[card.state] ?? card.state, card.urgency !== undefined && `${urgencyOf(card.urgency)} urgency`, full && typeof full.confidence === 'number' && `${Math.round(full.confidence * 100)} % sure`].filter(Boolean).join(' · ')),
    full && [el('h4', {}, 'What they seem to need'), el('p', { class: 'need' }, quoted(full.need))],
    full?.suggestedOpener && [el('h4', {}, 'You could begin with'), el('p', { class: 'opener' }, quoted(full.suggestedOpener))],
    actions(card),
    reasons(card),
    full ? evidence(full) : el('p', { class: 'sealed' }, 'What they searched for and read stays with them until they say yes.'));
}

const reasons = card => card.reasons?.length > 0 && [el('h4', {}, 'Why'), el('ul', { class: 'reasons' }, card.reasons.map(reason => el('li', {}, reason.text)))];

function evidence(full) {
  const part = (title, items) => items?.length > 0 && [el('h4', {}, title), el('ul', {}, items)];
  return [
    part('Searched for', full.queries?.map(query => el('li', {}, '“', quoted(query.text), '” ', el('span', { class: 'amount' }, found(query))))),
    part('Looked at', full.pages?.map(page => el('li', {}, quoted(page.label), page.visits > 1 && el('span', { class: 'amount' }, ` ${page.visits} times`)))),
    part('In the cart', full.cart?.map(line => el('li', {}, `${line.quantity} × `, quoted(line.label)))),
    full?.answer && el('p', { class: 'answer' }, quoted(full.answer.text)),
    part('Might answer it', full.articles?.map(article => el('li', {}, quoted(article.title)))),
    part('Not known', full.notKnown?.map(unknown => el('li', {}, unknown.text))),
  ].flat().filter(Boolean);
}

const found = ({ resultCount }) => (typeof resultCount !== 'number' ? '' : resultCount === 0 ? 'nothing found' : `${resultCount} found`);
const urgencyOf = share => (share >= 0.66 ? 'high' : share >= 0.33 ? 'some' : 'little');

function actions(card) {
  if (card.status === 'accepted') return [card.note && el('p', { class: 'sealed' }, card.note), el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button main', onclick: () => claim(card) }, 'Take this conversation'))];
  if (card.status === 'claimed') return [el('p', { class: 'sealed' }, 'The visitor is told that a person is here. The talk itself happens in your own desk.'),
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button', onclick: () => end(card) }, 'End the conversation'))];
  return null;
}

async function claim(card) {
  try {
    await api.claim(card.id, me.id);
    tell('card', { ...card, mine: true, status: 'claimed', note: null }, `card ${card.id}`);
  } catch (error) {
    if (error.code === 'reserved') cards.get(card.id).note = error.message;
    else settle(card, error.message);
    drawCards();
  }
}

async function end(card) {
  await api.endConversation(card.id, me.id).catch(() => {});
  tell('card', { id: card.id, status: 'ended' }, `card ${card.id}`);
}

const leftWords = card => `${Math.max(0, Math.ceil((card.leavesAt - Date.now()) / 1000))} s left`;

function countDown() {
  for (const node of cardList.querySelectorAll('.left')) {
    const card = cards.get(node.dataset.id);
    if (card) node.textContent = leftWords(card);
    if (card?.status === 'reserved' && !card.over && card.leavesAt < Date.now() - 2000) { settle(card, 'Time ran out. The invitation is gone.'); drawCards(); }
  }
}
