// Words of this page for codes of the contract. The engine sends its own text with reasons and blockers; these are for what it sends without.
export const stateNames = { unknown: 'Too early to say', exploring: 'Exploring', progressing: 'Getting there', purposeful: 'Purposeful', floundering: 'Floundering' };

export const glosses = {
  unknown: 'Not enough has happened yet.',
  exploring: 'Looking around, no sign of trouble.',
  progressing: 'On the way, with no sign of trouble.',
  purposeful: 'Set on something, and hesitating over it.',
  floundering: 'Searching, and not finding.',
};

const sentences = {
  page_viewed: 'opened', product_list_viewed: 'looked through the shop', cart_viewed: 'looked into the cart', checkout_started: 'went to the checkout',
  checkout_step_completed: 'went on to payment', order_completed: 'placed an order', form_error: 'met an error in a form', page_hidden: 'turned to another tab',
  page_left: 'left', rage_clicked: 'clicked in anger',
};

export const sentenceOf = code => sentences[code] ?? String(code ?? '').replaceAll('_', ' ');

const leftAlone = {
  progressing: 'getting there without help', exploring: 'just looking around', not_enough_evidence: 'too little has happened to say',
  below_threshold: 'the signs are too weak', declined: 'said no, and no is no', ignored: 'saw the invitation and let it pass', left_site: 'has left the site',
  offer_limit: 'has been asked already', objected: 'objected to being read', page_excluded: 'on a page where nobody is interrupted',
  stale: 'may have gone already', outside_hours: 'the desk is closed', site_off: 'the engine is off for this site',
};

/** One sentence about what follows from the engine's answer, and its kind: offer, nobody or alone. */
export function outcomeOf(now) {
  const codes = (now.blockers ?? []).map(blocker => blocker.code ?? blocker);
  if (codes.includes('in_conversation')) return { kind: 'offer', sentence: 'Accepted: handed to a person.' };
  if (codes.includes('offer_open') || now.invitation) return { kind: 'offer', sentence: 'Invited: a person is held free for you.' };
  if (codes.includes('nobody_free')) return { kind: 'nobody', sentence: 'You could use a person, but nobody is free. So nothing is promised.' };
  if (now.engage) return { kind: 'offer', sentence: 'You could use a person, and one is free.' };
  const why = codes.map(code => leftAlone[code]).find(Boolean);
  return { kind: 'alone', sentence: why ? `Left alone: ${why}.` : 'Left alone.' };
}
