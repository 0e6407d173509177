// Every call that this page makes, in one place. The three keys are the demonstration's own, published ones: the server refuses them anywhere
// but on this machine. On a real site the page holds the write key only; the API key and the agent token stay on servers and desks.
export const site = 'demo';
const writeKey = 'demo-write-key';
const apiKey = 'demo-api-key';
const agentToken = 'demo-agent-token';

const bearer = key => ({ Authorization: `Bearer ${key}` });
const json = { 'Content-Type': 'application/json' };

/** Throws with `status`, `code` and a sentence, read from the problem details. */
async function call(path, { method = 'GET', key, body, keepalive } = {}) {
  const response = await fetch(path, {
    method, keepalive, cache: 'no-store',
    headers: { ...bearer(key), ...(body === undefined ? {} : json) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 204) return null;
  const answer = (response.headers.get('Content-Type') ?? '').includes('json') ? await response.json() : null;
  if (!response.ok) throw Object.assign(new Error(answer?.detail ?? answer?.title ?? `HTTP ${response.status}`), { status: response.status, code: answer?.code });
  return answer;
}

export const mintVisitor = () => call('/v1/sessions', { method: 'POST', key: writeKey, body: { site } });
export const sendEvents = events => call('/v1/events', { method: 'POST', key: writeKey, body: events });
export const beaconEvent = event => navigator.sendBeacon(`/v1/events?key=${writeKey}`, new Blob([JSON.stringify(event)], { type: 'text/plain' }));

export const ask = visitor => call(`/v1/should-engage?site=${site}&visitor=${encodeURIComponent(visitor)}`, { key: apiKey });
/** The same question by the visitor's own token: only whether an invitation stands, and articles that may help. */
export const mine = who => call(`/v1/should-engage?site=${site}&visitor=${encodeURIComponent(who.visitor)}`, { key: who.token });
export const explanation = who => call(`/v1/visitors/${encodeURIComponent(who.visitor)}/explanation`, { key: who.token });
export const shown = (id, who) => call(`/v1/invitations/${encodeURIComponent(id)}/shown`, { method: 'POST', key: who.token, body: {} });
/** `strike` names what stays with the visitor; `approve`, where her browser objects to sharing, the only things that may go. */
export const answer = (id, who, what, { strike, approve } = {}) =>
  call(`/v1/invitations/${encodeURIComponent(id)}/answer`, { method: 'POST', key: who.token, body: { answer: what, strike, approve } });

export const setPresence = (agent, status, keepalive) =>
  call(`/v1/agents/${encodeURIComponent(agent)}/presence`, { method: 'PUT', key: agentToken, body: { status, capacity: 1 }, keepalive });
export const claim = (id, agent) => call(`/v1/cards/${encodeURIComponent(id)}/claim`, { method: 'POST', key: agentToken, body: { agent } });
export const endConversation = (id, agent) => call(`/v1/cards/${encodeURIComponent(id)}/end`, { method: 'POST', key: agentToken, body: { agent } });

export const visitorStream = who => ({ path: `/v1/visitors/${encodeURIComponent(who.visitor)}/invitations/stream`, headers: bearer(who.token) });
export const cardStream = () => ({ path: '/v1/agents/cards/stream', headers: bearer(agentToken) });

export const content = name => fetch(`/demo/content/${name}.json`).then(response => response.json());
export const simulated = () => fetch('/demo/stats', { cache: 'no-store' }).then(response => (response.ok ? response.json() : null));
