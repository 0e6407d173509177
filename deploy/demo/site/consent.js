// The question that comes before everything: whether the visit may be heard. Until somebody says yes the SDK sends and stores nothing.
import { byId, el, show } from './dom.js';
import { t } from './language.js';

const storeName = 'larkfield.choice';
const tell = (...call) => (window.engagement ??= []).push(call);
const choice = () => localStorage.getItem(storeName);

export function mount() {
  draw();
  if (choice() === 'yes') tell('consent', true);
  // Answered in another tab: it holds here too.
  addEventListener('storage', event => {
    if (event.key !== storeName) return;
    tell('consent', choice() === 'yes');
    draw();
  });
}

function choose(answer) {
  localStorage.setItem(storeName, answer);
  tell('consent', answer === 'yes');
  draw();
  byId('consent').focus();
}

/** Everything: at the engine, on this device, and that the question was answered. */
function forget() {
  tell('forget');
  tell('consent', false);
  localStorage.removeItem(storeName);
  location.assign('/demo/help/?forgotten');
}

function draw() {
  const answer = choice();
  const place = byId('consent');
  const button = (words, act, kind) => el('button', { type: 'button', class: kind, onclick: act }, t(words));
  place.className = answer === null ? 'consent asked' : 'consent';
  show(place, answer === null
    ? [el('div', {}, el('h2', {}, t('consentTitle')), el('p', {}, t('consentText'))),
      el('div', { class: 'actions' }, button('consentYes', () => choose('yes'), 'button'), button('consentNo', () => choose('no'), 'button'))]
    : [el('p', {}, t(answer === 'yes' ? 'choiceYes' : 'choiceNo')),
      answer === 'yes' ? [button('stop', () => choose('no'), 'quiet'), button('forget', forget, 'quiet')] : button('allow', () => choose('yes'), 'quiet')]);
}
