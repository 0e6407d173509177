// The visit as the engine hears it: who the visitor is, and every event, in order, one at a time.
import * as api from './api.js';
import { listen, tell } from './stream.js';

const storeName = 'first-minute-visitor';
const heartbeatMs = 10_000;
const attemptsMax = 4;
const here = 'https://larkfield.example';
const tab = crypto.randomUUID();
const others = new Map();

let who = null;
let page = { url: `${here}/help`, title: 'Help centre' };
let queue = Promise.resolve();

export const visitor = () => who;

/** The visitor of this browser: minted once, kept until the newcomer starts over. */
export async function begin(lastTabCloses) {
  who = readKept();
  if (!who) {
    const minted = await api.mintVisitor();
    who = { visitor: minted.visitor, token: minted.token, expiresAt: minted.expiresAt ?? null };
    localStorage.setItem(storeName, JSON.stringify(who));
  }
  setInterval(() => { if (document.visibilityState === 'visible') send('heartbeat', {}, true); }, heartbeatMs);
  addEventListener('pagehide', () => { if (leave()) lastTabCloses(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && !leaving) send('page_hidden', {}, true); });
  listen('tab', ({ id, gone }) => (gone ? others.delete(id) : others.set(id, Date.now())));
  const alive = () => tell('tab', { id: tab });
  alive();
  setInterval(alive, 2000);
  return who;
}

function readKept() {
  try {
    const kept = JSON.parse(localStorage.getItem(storeName));
    const stale = kept?.expiresAt && Date.parse(kept.expiresAt) < Date.now() + 600_000;
    return kept?.visitor && kept?.token && !stale ? kept : null;
  } catch { return null; }
}

/** Forgets who this was; the next load is somebody new. */
export function forget() {
  leave();
  drop();
}

export const drop = () => localStorage.removeItem(storeName);

export function at(path, title) {
  page = { url: here + path, title, language: 'en' };
}

export const address = () => page.url.replace('https://', '');

/** Sends one event after those before it. `quiet` ones leave no line in the trail. */
export function send(type, fields = {}, quiet = false) {
  const event = { id: crypto.randomUUID(), type, site: api.site, visitor: who.visitor, occurredAt: new Date().toISOString(), page, ...fields };
  queue = queue.then(() => deliver(event, quiet));
  return queue;
}

async function deliver(event, quiet) {
  const line = { id: event.id, at: event.occurredAt, type: event.type, event, quiet };
  try {
    const result = await persist(event);
    const rejected = result?.rejected?.[0];
    tell('sent', rejected ? { ...line, refused: rejected.detail ?? rejected.code } : line);
  } catch (error) {
    tell('sent', { ...line, refused: error.message });
  }
}

/** Sends until it is taken, a few times at most. The id stays, so that what arrives twice counts once. */
async function persist(event) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await api.sendEvents(event);
    } catch (error) {
      const passing = error.status === undefined || error.status === 429 || error.status === 503;
      if (!passing || attempt === attemptsMax) throw error;
      await new Promise(resolve => { setTimeout(resolve, 500 * 2 ** attempt); });
    }
  }
}

let leaving = false;
function leave() {
  if (leaving || !who) return false;
  leaving = true;
  tell('tab', { id: tab, gone: true });
  const another = [...others.values()].some(seen => Date.now() - seen < 5000);
  if (another) return false;
  api.beaconEvent({ id: crypto.randomUUID(), type: 'page_left', site: api.site, visitor: who.visitor, occurredAt: new Date().toISOString(), page });
  return true;
}
addEventListener('pageshow', () => { leaving = false; });
