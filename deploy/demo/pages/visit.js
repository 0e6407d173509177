// The visit in the frame, looked at from outside: the shop's pages know nothing of this one. Who it is and what became of an invitation says their SDK,
// whose calls any page of the same origin may make.
import { byId } from './dom.js';
import { tell } from './topics.js';

const choiceName = 'larkfield.choice';
const lookEveryMs = 200;
const answerWithinMs = 1000;
const outcomes = ['invited', 'asked', 'accepted', 'declined', 'withdrawn', 'claimed', 'unclaimed', 'ended'];
const frame = byId('shop-frame');
const met = new WeakSet();

const client = () => {
  const sdk = frame.contentWindow?.engagement;
  return typeof sdk?.visitor === 'function' ? sdk : null;
};

/** `yes` or `no` to being heard; null while she has not answered. */
export const choice = () => localStorage.getItem(choiceName);

/** Her id; null as long as she is not heard. What a page that is left has promised is never kept: it is waited for a while. */
export const visitor = async () => (await Promise.race([client()?.visitor(), new Promise(resolve => { setTimeout(resolve, answerWithinMs); })])) ?? null;

export function mount() {
  setInterval(meet, lookEveryMs);
  addEventListener('storage', ({ key }) => { if (key === choiceName) tell('choice', choice()); });
}

/** Each page has an SDK of its own. */
function meet() {
  const sdk = client();
  if (!sdk || met.has(sdk)) return;
  met.add(sdk);
  sdk.on('sent', () => tell('sent'));
  for (const outcome of outcomes) sdk.on(outcome, () => tell('outcome', outcome));
  tell('arrived', decodeURI(frame.contentWindow.location.pathname + frame.contentWindow.location.search));
}

/** Types it into the help centre's own search, as she would. */
export function search(query) {
  const page = frame.contentDocument;
  const field = page.querySelector('#query');
  if (!field) {
    frame.addEventListener('load', () => setTimeout(search, lookEveryMs, query), { once: true });
    return frame.contentWindow.location.assign('/demo/help/');
  }
  field.value = query;
  return field.form.requestSubmit();
}

/** Forgets her: at the engine, on this device, and that she was asked. */
export function forget() {
  client()?.forget();
  client()?.consent(false);
  for (const name of [choiceName, 'larkfield.cart']) localStorage.removeItem(name);
}
