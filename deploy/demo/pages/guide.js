// The line that leads a newcomer through the first minute: one sentence at a time, always about what just happened.
import { byId, el, show } from './dom.js';
import { listen } from './topics.js';
import * as visit from './visit.js';

const tries = ['return label', 'print return label', 'returns label missing'];
const asking = 'The shop asks first whether it may listen: answer it on its page. Until you do, nothing is sent.';
const afterVain = [
  'You want to send something back and need a return label. Look for it in the help centre, three times:',
  'Nothing found: this shop’s articles use other words for it. Try again, in other words, and watch the middle pane.',
  'Again nothing. The engine has noticed that the two are alike. Once more.',
];
const afterOutcome = {
  invited: 'You have been invited, and the agent has a reserved card. Ask why you see it, say yes or no – or let the agent go away.',
  asked: 'You asked for a person. The agent has your card: take the conversation there.',
  accepted: 'Now the agent has the full card, as you left it. Take the conversation there.',
  declined: 'No is no: nobody asks again, in any tab, whatever you search for. You can still ask for a person yourself.',
  withdrawn: 'The invitation has left by itself: nobody promises what nobody can keep.',
  claimed: 'You are talking. Write on one side, answer on the other; go to another page of the shop, and it goes on.',
  unclaimed: 'Nobody took it in time, and you were told so. You may leave your question.',
  ended: 'Heard, understood, talked about. Start over to try a no, an agent who goes away, or a smooth order in the shop.',
};

let tried = new Set();
let said = null;

export function mount() {
  draw();
  listen('choice', () => {
    said = null;
    draw();
  });
  listen('assessed', follow);
  listen('outcome', outcome => say(afterOutcome[outcome]));
}

function draw() {
  const isHeard = visit.choice() === 'yes';
  show(byId('guide-steps'), tries.map(query => el('li', { class: tried.has(query) ? 'done' : '' },
    el('button', { type: 'button', disabled: !isHeard, onclick: () => visit.search(query) }, query))));
  if (!isHeard) say(visit.choice() === 'no' ? 'You said no, so nothing is heard and nothing is sent. Allow it at the top of the shop’s page, or start over.' : asking);
  else if (said === null || said === asking) say(afterVain[0]);
}

/** What follows from what the engine answers and what its log holds. */
function follow({ now, events }) {
  const vain = events.filter(event => event.type === 'search_performed' && event.search?.resultCount === 0);
  const before = tried.size;
  tried = new Set(vain.map(event => event.search.query.toLowerCase()));
  if (tried.size !== before) {
    draw();
    if (vain.length < afterVain.length) say(afterVain[vain.length]);
  }
  const codes = (now?.blockers ?? []).map(blocker => blocker.code ?? blocker);
  if (codes.includes('ignored')) say('You saw the invitation and let it pass. That counts as a no: nobody asks again during this visit. Start over to try more.');
  else if (codes.includes('nobody_free')) say('The engine would help, but no agent is free, so it keeps quiet. Let the agent become available and see what happens.');
}

function say(sentence) {
  said = sentence;
  const place = byId('guide-say');
  if (place.textContent !== sentence) place.textContent = sentence;
}
