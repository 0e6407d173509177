// The line that leads a newcomer through the first minute: one sentence at a time, always about what just happened.
import { byId, el, show } from './dom.js';
import * as help from './help.js';
import { listen } from './stream.js';

const tries = ['return label', 'print return label', 'returns label missing'];
let vain = 0;
let last = null;

export function mount(openHelp) {
  drawSteps(openHelp);
  listen('searched', ({ query, count }) => {
    if (count > 0) return;
    vain += 1;
    const words = query.toLowerCase();
    tried.add(words);
    drawSteps(openHelp);
    if (vain === 1) say('Nothing found: this shop’s articles use other words for it. Try again, in other words, and watch the middle pane.');
    else if (vain === 2) say('Again nothing. The engine has noticed that the two are alike. Once more.');
  });
  listen('assessed', now => follow(now));
  listen('answered', ({ answer }) => say(answer === 'accepted'
    ? 'Now the agent has the full card, as you left it. Take it there.'
    : 'No is no: nobody asks again during this visit, in any tab, whatever you search for.'));
  listen('taken', () => say('Done: heard, understood, handed over. Start over to try a no, an agent who leaves, or a smooth order in the shop.'));
  listen('presence', status => { if (status === 'away' && last === 'offer_open') say('The agent has left, so the invitation leaves too: nobody promises what nobody can keep.'); });
}

const tried = new Set();

function drawSteps(openHelp) {
  show(byId('guide-steps'), tries.map(query => el('li', { class: tried.has(query) ? 'done' : '' },
    el('button', { type: 'button', onclick: () => { openHelp(); help.run(query); } }, query))));
}

function follow(now) {
  const codes = (now.blockers ?? []).map(blocker => blocker.code ?? blocker);
  const offered = now.invitation || codes.includes('offer_open') ? 'offer_open' : codes.includes('nobody_free') ? 'nobody_free' : codes.includes('in_conversation') ? 'talking' : codes.includes('ignored') ? 'ignored' : 'none';
  if (offered === last) return;
  last = offered;
  if (offered === 'offer_open') say('You have been invited, and the agent has a reserved card. Ask why you see it, say yes or no – or let the agent leave.');
  if (offered === 'ignored') say('You saw the invitation and let it pass. That counts as a no: nobody asks again during this visit. Start over to try more.');
  if (offered === 'nobody_free') say('The engine would help, but no agent is free, so it keeps quiet. Let the agent come back and see what happens.');
}

function say(sentence) {
  const place = byId('guide-say');
  if (place.textContent !== sentence) place.textContent = sentence;
}
