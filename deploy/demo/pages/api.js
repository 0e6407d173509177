// Every call that this page makes, in one place; what visitor and agent do goes from their own pages. The keys are the demonstration's own, published
// ones: the server refuses them anywhere but on this machine. On a real site a page holds the write key only.
const apiKey = 'demo-api-key';

/** The token that an agent would type in. */
export const agentToken = 'demo-agent-token';

/** Throws with `status`, `code` and a sentence, read from the problem details. */
async function call(path, key) {
  const response = await fetch(path, { cache: 'no-store', headers: { Authorization: `Bearer ${key}` } });
  const answer = (response.headers.get('Content-Type') ?? '').includes('json') ? await response.json() : null;
  if (!response.ok) throw Object.assign(new Error(answer?.detail ?? answer?.title ?? `HTTP ${response.status}`), { status: response.status, code: answer?.code });
  return answer;
}

export const ask = visitor => call(`/v1/should-engage?visitor=${encodeURIComponent(visitor)}`, apiKey);

/** What the log holds of a visitor, newest first. */
export const events = (visitor, limit) => call(`/v1/events?visitor=${encodeURIComponent(visitor)}&limit=${limit}`, apiKey).then(answer => answer.events);

export const simulated = () => fetch('/demo/stats', { cache: 'no-store' }).then(response => (response.ok ? response.json() : null));

/** Whether the SDK and the console were built here: they need Node.js. */
export const isBuilt = () => Promise.all(['/sdk/engagement.js', '/console/'].map(path => fetch(path, { method: 'HEAD' }))).then(answers => answers.every(answer => answer.ok));
