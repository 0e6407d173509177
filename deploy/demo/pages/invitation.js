// The invitation on the page: one at a time, no is as easy as yes, and it goes by itself. Nothing is shared before the visitor has seen
// what it would be and has struck what she would rather keep.
import * as api from './api.js';
import { byId, el, quoted, show, announce } from './dom.js';
import { listen, tell } from './stream.js';
import { visitor } from './visit.js';

const seenAfterMs = 2000;
const place = byId('invite-place');
let open = null;
let clock = null;

export function mount() {
  listen('invitation', offer => (offer ? arrive(offer) : leave()));
  listen('answered', ({ id, answer }) => { if (open?.id === id) conclude(answer); });
  listen('unclaimed', ({ id }) => { if (open?.id === id) note('Sorry, nobody could take it after all.', 'We would rather say so than let you wait.', 0); });
  listen('taken', ({ id }) => { if (open?.id === id || open === null) taken(id); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible' && open?.asking) recheck(); });
}

/** Does it still stand? Asked when a tab comes back to the front: an offer may have gone in the meantime. */
async function recheck() {
  const now = await api.mine(visitor()).catch(() => null);
  if (now && now.invitation?.id !== open?.id && open?.asking) leave();
}

function arrive(offer) {
  if (open?.id === offer.id) return;
  if (offer.leavesAt <= Date.now()) return;
  open = { ...offer, asking: true };
  first();
  announce('An invitation to talk to a person is on the page.');
  byId('jump-visitor').classList.add('news');
  watchSeen(open);
  clearInterval(clock);
  clock = setInterval(tick, 1000);
  tick();
}

function panel(label, ...children) {
  const box = el('section', { class: 'invite arrive', role: 'dialog', 'aria-modal': 'false', 'aria-label': label,
    onkeydown: event => { if (event.key === 'Escape') decline(); } }, ...children);
  show(place, box);
  tick();
  return box;
}

const foot = () => [el('div', { class: 'sand' }, el('i')), el('div', { class: 'invite-foot' }, el('span', { class: 'left' }))];
const closeButton = () => el('button', { type: 'button', class: 'close', 'aria-label': 'No, thanks – close', onclick: decline }, '×');

function first() {
  const box = panel('Invitation', closeButton(),
    el('h3', {}, quoted(open.title)),
    open.body && el('p', {}, quoted(open.body)),
    el('div', { class: 'actions' },
      el('button', { type: 'button', class: 'button main', onclick: consider }, open.labels.accept),
      el('button', { type: 'button', class: 'button', onclick: decline }, open.labels.decline)),
    ...foot());
  box.querySelector('.invite-foot').append(el('button', { type: 'button', class: 'quiet', onclick: consider }, open.labels.why));
}

/** The reasons in words, and each thing that would be shared, to be struck. */
async function consider() {
  const offer = open;
  let told;
  try { told = await api.explanation(visitor()); } catch { return leave(); }
  if (open !== offer || !open.asking) return;
  const items = told.items ?? [];
  const boxes = items.map(item => el('input', { type: 'checkbox', checked: !told.approvalNeeded, value: item.id }));
  const chosen = () => ({ strike: boxes.filter(box => !box.checked).map(box => box.value), approve: boxes.filter(box => box.checked).map(box => box.value) });
  const box = panel('Why you see this, and what would be shared', closeButton(),
    el('h3', { tabindex: '-1' }, offer.labels.why),
    el('ul', { class: 'because' }, (told.reasons ?? []).map(reason => el('li', {}, reason.text))),
    el('h4', {}, 'If you say yes, a person here would see this'),
    items.length === 0
      ? el('p', {}, 'Only the reasons above.')
      : el('fieldset', { class: 'strike' }, el('legend', { class: 'unseen' }, 'Untick what you would rather keep to yourself'),
        items.map((item, i) => el('label', {}, boxes[i], el('span', {}, describe(item))))),
    items.length > 0 && el('p', {}, told.approvalNeeded ? 'Your browser asks not to share: only what you tick is shown.' : 'Untick what you would rather keep. Your name is not known here.'),
    el('div', { class: 'actions' },
      el('button', { type: 'button', class: 'button main', onclick: () => accept(chosen()) }, 'Share and talk'),
      el('button', { type: 'button', class: 'button', onclick: decline }, open.labels.decline)),
    ...foot());
  box.querySelector('h3').focus({ preventScroll: true });
}

/** An item of the explanation, in words. */
function describe({ kind, text, detail }) {
  if (kind === 'search') return ['You searched for “', quoted(text), '”', detail === '0' ? ' and found nothing' : ''];
  if (kind === 'cart') return ['In your cart: ', quoted(text)];
  return ['You looked at “', quoted(text), '”'];
}

async function accept(chosen) {
  const { id } = open;
  try {
    await api.answer(id, visitor(), 'accepted', chosen);
    tell('answered', { id, answer: 'accepted' });
  } catch { leave('This offer has just gone. Nothing was shared.'); }
}

async function decline() {
  const { id } = open;
  conclude('declined');
  tell('answered', { id, answer: 'declined' });
  await api.answer(id, visitor(), 'declined').catch(() => {});
}

function conclude(answer) {
  if (!open?.asking) return;
  open.asking = false;
  clearInterval(clock);
  byId('jump-visitor').classList.remove('news');
  if (answer === 'accepted') return note('Thank you. Somebody has been asked.', 'It stands on the agent’s desk now; nobody has joined yet.', 0);
  return note('That is fine.', 'You will not be asked again during this visit.', 6000);
}

function taken(id) {
  if (open?.id !== id && open !== null) return;
  note('A person has taken your question.', 'Here the conversation would open. This demonstration ends at the hand-over.', 0);
}

/** The offer ended without an answer: its time ran out, or the person is no longer free. */
function leave(sentence) {
  if (!open) return;
  const waited = !open.asking;
  open = null;
  clearInterval(clock);
  byId('jump-visitor').classList.remove('news');
  if (sentence) return note('Gone again.', sentence, 6000);
  if (waited) return note('Sorry, nobody is free right now.', 'Your question was not answered by a person this time.', 8000);
  const box = place.firstElementChild;
  box?.classList.add('fading');
  setTimeout(() => { if (place.firstElementChild === box) show(place); }, 900);
}

function note(title, body, goesAfterMs) {
  const box = el('section', { class: 'invite arrive', role: 'status' },
    el('button', { type: 'button', class: 'close', 'aria-label': 'Close this note', onclick: () => show(place) }, '×'), el('h3', {}, title), el('p', {}, body));
  show(place, box);
  announce(`${title} ${body}`);
  if (goesAfterMs > 0) setTimeout(() => { if (place.firstElementChild === box) show(place); }, goesAfterMs);
}

function tick() {
  if (!open?.asking) return;
  const leftMs = open.leavesAt - Date.now();
  if (leftMs <= 0) return leave();
  place.querySelector('.sand i')?.style.setProperty('--left', String(Math.max(0, leftMs / open.wholeMs)));
  const words = place.querySelector('.left');
  if (words) words.textContent = `Goes by itself in ${Math.ceil(leftMs / 1000)} s`;
}

/** Seen means: two seconds in view, in the tab at the front. Less is not counted as an answer. */
function watchSeen(offer) {
  let since = null;
  let inView = true;
  const observer = new IntersectionObserver(entries => { inView = entries.at(-1).isIntersecting; }, { threshold: 0.5 });
  observer.observe(place);
  const timer = setInterval(() => {
    if (open !== offer || !offer.asking) return stop();
    const looking = inView && document.visibilityState === 'visible';
    since = looking ? since ?? performance.now() : null;
    if (since !== null && performance.now() - since >= seenAfterMs) {
      stop();
      api.shown(offer.id, visitor()).catch(() => {});
    }
  }, 250);
  const stop = () => { clearInterval(timer); observer.disconnect(); };
}
