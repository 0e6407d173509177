// From the contract's messages to what the panes draw: the only file that knows their shape.

/** Messages of the visitor's stream, as `[topic, value, name under which later tabs hear it]`. */
export function invitationOf({ event, data }) {
  switch (event) {
    case 'invitation': return [['invitation', {
      id: data.id, title: data.title ?? data.text, body: data.body ?? '', expiresInMs: (data.expiresIn ?? 45) * 1000 }, 'invitation']];
    case 'withdrawn': return [['invitation', null, 'invitation']];
    case 'claimed': return [['taken', { id: data.id }, 'invitation']];
    default: return [];
  }
}

/** Messages of the agents' stream. */
export function cardOf({ event, data }) {
  if (event !== 'card') return [];
  return [{ id: data.id, status: data.status, state: data.state, urgency: data.urgency, reasons: data.reasons, expiresInMs: (data.expiresIn ?? 45) * 1000, full: data.full }];
}
