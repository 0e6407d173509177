// The table of contents of the page: mint a visitor, mount the panes, follow the two streams from one tab.
import * as agent from './agent.js';
import * as api from './api.js';
import * as counter from './counter.js';
import { byId } from './dom.js';
import * as engine from './engine.js';
import * as guide from './guide.js';
import * as help from './help.js';
import * as invitation from './invitation.js';
import * as shop from './shop.js';
import { follow, leadOneTab, listen, tell } from './stream.js';
import * as visit from './visit.js';
import { cardOf, invitationOf } from './wire.js';

const [articles, products] = await Promise.all([api.content('articles'), api.content('products')]);
help.mount(byId('surface-help'), articles);
shop.mount(byId('surface-shop'), products);
counter.mount();
await visit.begin(agent.closeDesk).catch(error => {
  byId('surface-help').textContent = `The server could not be reached: ${error.message}. Reload the page to try again.`;
  throw error;
});
invitation.mount();
engine.mount();
agent.mount();
guide.mount(() => choose('help'));
listen('assessed', now => help.suggest((now.articles ?? []).map(article => article.id)));
listen('sent', () => { byId('address').textContent = decodeURI(visit.address()).replaceAll('%20', ' '); });
surfaces();
help.home();
leadOneTab(lead);

/** What one tab does for all: hold the streams, renew the agent's presence. */
function lead() {
  const always = new AbortController().signal;
  agent.renewPresence().catch(() => {});
  follow(() => api.visitorStream(visit.visitor()), message => invitationOf(message).forEach(([topic, value, keep]) => tell(topic, value, keep)), always, expired);
  follow(api.cardStream, message => cardOf(message, agent.agentId()).forEach(card => tell('card', card, `card ${card.id}`)), always);
}

/** The server no longer knows this visitor's token (it was started anew): begin again. */
function expired(error) {
  if (error.status !== 401 && error.status !== 403) return;
  const again = 'first-minute-began-again';
  if (Date.now() - Number(sessionStorage.getItem(again)) < 30_000) return;
  sessionStorage.setItem(again, String(Date.now()));
  visit.drop();
  location.reload();
}

function surfaces() {
  const tabs = ['help', 'shop'];
  for (const name of tabs) {
    byId(`tab-${name}`).addEventListener('click', () => { if (choose(name)) (name === 'help' ? help.home : shop.list)(); });
    byId(`tab-${name}`).addEventListener('keydown', event => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      const other = byId(`tab-${tabs[1 - tabs.indexOf(name)]}`);
      other.focus();
      other.click();
    });
  }
  byId('guide-fresh').addEventListener('click', async () => {
    await agent.retire();
    visit.forget();
    tell('fresh', true);
    location.reload();
  });
  listen('fresh', () => { if (document.visibilityState !== 'visible') location.reload(); });
}

/** Brings a surface to the front; false when it was there already. */
function choose(name) {
  const changed = byId(`surface-${name}`).hidden;
  for (const other of ['help', 'shop']) {
    const chosen = other === name;
    byId(`surface-${other}`).hidden = !chosen;
    byId(`tab-${other}`).setAttribute('aria-selected', String(chosen));
    byId(`tab-${other}`).tabIndex = chosen ? 0 : -1;
  }
  return changed;
}
