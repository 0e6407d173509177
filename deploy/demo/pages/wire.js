// From the contract's messages to what the panes draw: with api.js the only file that knows their shape.

/** Messages of the visitor's stream, as `[topic, value, name under which later tabs hear it]`. */
export function invitationOf({ event, data }) {
  switch (event) {
    case 'invitation': return [['invitation', {
      id: data.id, ...headline(data.text), labels: data.labels, leavesAt: Date.now() + leftMs(data), wholeMs: data.expiresInMs }, 'invitation']];
    case 'withdrawn': return [['invitation', null, 'invitation']];
    case 'claimed': return [['taken', { id: data.id }, 'taken']];
    case 'unclaimed': return [['unclaimed', { id: data.id }, 'taken']];
    default: return [];
  }
}

/** A stored invitation may be sent again later: it then has less time than it had at first. */
const leftMs = ({ expiresInMs, expiresAt }) => Math.max(0, Math.min(expiresInMs, Date.parse(expiresAt) - Date.now()));

/** The first sentence is the headline, the rest stands below. */
function headline(text) {
  const [, title, body] = /^(.+?[.?!])\s+(.+)$/s.exec(text) ?? [null, text, ''];
  return { title, body };
}

/** Messages of the agents' stream. A slot is leased from one agent; the others see that it is hers, and may take what she leaves. */
export function cardOf({ event, data }, me) {
  const mine = data.agent === me;
  const card = { id: data.offer, leavesAt: data.expiresAt ? Date.parse(data.expiresAt) : null };
  switch (event) {
    case 'reserved': return [{ ...card, mine, status: 'reserved', ...brief(data.reserved) }];
    case 'full': return [{ ...card, mine, status: 'accepted', ...brief(data.card), full: data.card }];
    case 'claimed': return [{ ...card, mine, status: mine ? 'claimed' : 'elsewhere' }];
    case 'withdrawn':
    case 'expired': return [{ ...card, status: 'gone', cause: data.cause ?? event }];
    default: return [];
  }
}

const brief = ({ state, stateText, urgency, reasons }) => ({ state, stateText, urgency, reasons });
