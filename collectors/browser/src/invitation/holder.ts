import type { Api } from '../api';
import type { Identity } from '../identity';
import type { Options, Topic } from '../options';
import type { StreamMessage } from '../stream';
import type { Talk } from '../conversation/talk';
import { el, fieldInFocus, filled } from './dom';
import { createPanel } from './panel';
import { wordsIn } from './words';

/** An invitation as the engine sends it. */
interface Offer extends StreamMessage {
  id: string;
  text: string;
  labels: { accept: string; decline: string; why: string };
  language: string;

  /** By this machine's clock; added by the tab that heard it. */
  leavesAt: number;
}

/** One thing of the card that the visitor may keep to herself. */
interface ExplainedItem {
  id: string;
  kind: string;
  text: string;
}

interface Explanation {
  reasons: { text: string }[];
  items: ExplainedItem[];

  /** The browser objects to sharing: only what she ticks is shared. */
  approvalNeeded: boolean;
}

export interface HolderParts {
  options: Options;
  api: Api;
  who(): Promise<Identity | null>;

  /** To the other tabs. */
  spread(message: StreamMessage): void;
  tell(topic: Topic, detail: unknown): void;

  /** Whether she has said no on this device within the last 30 days, where that may be kept. */
  hasRefused(): boolean;
  refused(): void;
}

export interface Holder {
  /** A message of the engine's stream, or another tab's. */
  receive(message: StreamMessage): void;

  /** The visitor asks herself: brings up the invitation that waits; false where none does and the site has a way of its own. */
  ask(): boolean;

  /** The button "ask a person". */
  launch(ask: () => void): void;
  stop(): void;
}

/** Visible for so long without a break, in the tab at the front, is seen. */
const seenMs = 2_000;

/** A field in focus into which nothing was typed for so long is not being typed in. */
const typingMs = 2_000;
const tickMs = 250;
const noteMs = 8_000;

/** Holds the one invitation: when it may come up, what it says, what she answers, when it goes. The same in every tab of a browser. */
export function createHolder(parts: HolderParts): Holder {
  const { options, api } = parts;
  let offer: Offer | null = null;
  let asking = false; // it waits for an answer
  let over = false; // whatever still comes about it changes nothing
  let up = false; // it is on this page
  let checking = false;
  let lookedSince: number | null = null;
  let typedAt = -Infinity;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let panel: ReturnType<typeof createPanel> | null = null;
  const onPage = () => (panel ??= createPanel(options.place));

  // Another file, with what a conversation needs: most who are invited never come to it. A tab that nobody looks at waits with it.
  let talking: Promise<Talk | null> | null = null;
  let isOurs = options.conversation !== 'none';
  const looked = () => new Promise<void>(resolve => (document.hidden ? document.addEventListener('visibilitychange', () => resolve(), { once: true }) : resolve()));
  const talk = () => talking ??= looked().then(() => import('../conversation/talk')).then(({ createTalk }) => createTalk({
    options, who: () => parts.who(), language, shared: words, report: (topic, detail) => parts.tell(topic, detail),
    place: {
      show(section, tongue) { onPage().show(section, tongue); up = true; listen(true); settle(); },
      hide: close, dock: (button, tongue) => onPage().launch(button, tongue), speak: sentence => onPage().say(sentence), dress: css => onPage().dress(css),
    },
  }), () => null);
  const converse = (act: (talk: Talk) => void) => void talk().then(one => {
    if (one) return act(one);
    // The file cannot be had: what becomes of it is at least said.
    isOurs = false;
    conclude('accepted', words().asked);
  });
  const language = () => offer?.language ?? options.language ?? document.documentElement.lang ?? 'en';
  const words = () => wordsIn(language());

  const onInput = () => { typedAt = performance.now(); settle(); };
  const settle = () => { if (up) panel!.settle(); };
  const onVisible = () => { if (document.visibilityState === 'visible' && up && asking) void check(); };
  const listen = (on: boolean) => {
    const change = on ? 'addEventListener' : 'removeEventListener';
    document[change]('input', onInput, true);
    document[change]('focusin', settle);
    document[change]('visibilitychange', onVisible);
    window[change]('resize', settle);
    clearInterval(ticking);
    if (on) ticking = setInterval(tick, tickMs);
  };

  function receive(message: StreamMessage): void {
    const { kind, id } = message;
    if (kind === 'invitation') {
      if (offer?.id !== id) arrive(message as Offer);
    } else if (isOurs && (talking || /^(asked|claimed)$/.test(kind)) && !(asking && id === offer?.id)) {
      if (/^(asked|claimed)$/.test(kind) && !over) parts.tell(kind as Topic, { id });
      converse(one => one.hear(message));
    } else if (kind === 'claimed') {
      // Perhaps of an invitation that was accepted on the page before this one.
      if (!asking && !over) conclude(kind, words().claimed, id);
    } else if (id === offer?.id && !over) {
      if (kind === 'unclaimed') conclude(kind, words().nobody, id, !!options.contactUrl);
      else if (kind === 'answered') answered(String(message.answer));
      else if (kind === 'withdrawn' || kind === 'ended') conclude(kind, asking || kind === 'ended' ? '' : words().nobody, id);
    }
  }

  function arrive(next: Offer): void {
    if (next.leavesAt <= Date.now()) return;
    close();
    [offer, asking, over, typedAt] = [next, true, false, fieldInFocus() ? performance.now() : -Infinity];
    listen(true);
    if (parts.hasRefused()) void answer('declined');
    else void present();
  }

  const isTyping = () => fieldInFocus() !== null && performance.now() - typedAt < typingMs;

  /** Asked again at the very moment: it may have gone since. Undefined where that cannot be known now. */
  async function check(): Promise<boolean | undefined> {
    const checked = offer;
    const who = await parts.who();
    const standing = who && await api.standing(who);
    if (!standing || offer !== checked) return undefined;
    const stands = standing.invitation?.id === offer?.id;
    if (!stands && asking) leave();
    return stands;
  }

  async function present(evenTyping = false): Promise<void> {
    if (!asking || up || checking || document.visibilityState !== 'visible' || (isTyping() && !evenTyping)) return;
    checking = true;
    const stands = await check();
    checking = false;
    if (!stands || !asking || up || (isTyping() && !evenTyping)) return;
    up = true;
    first();
    onPage().say(words().invited);
    parts.tell('invited', { id: offer!.id });
  }

  // The cross is no text: it goes by the direction of what it closes.
  const button = (text: string, onclick: () => void, kind?: string) => el('button', { type: 'button', class: kind, dir: kind !== 'x' && 'auto', onclick }, text);

  function section(title: string, escape: () => void, ...children: (Node | string | false | undefined)[]): void {
    const cross = button('×', escape, 'x');
    cross.setAttribute('aria-label', asking ? words().close : words().done);
    onPage().show(el('section', {
      role: 'dialog', 'aria-labelledby': 'title',
      onkeydown: (event: KeyboardEvent) => { if (event.key === 'Escape') escape(); },
    }, el('h2', { id: 'title', tabindex: -1, dir: 'auto' }, title), ...children, cross), language());
    up = true;
    settle();
    draw();
  }

  const decline = () => void answer('declined');
  const foot = (why?: Node) => el('div', {}, why, el('small', { dir: 'auto' }));

  /** The first sentence is the title, the rest stands below. */
  function first(): void {
    const { text, labels } = offer!;
    const [, title = text, body] = /^(.+?[.?!؟])\s+(.+)$/s.exec(text) ?? [];
    section(title, decline, body && el('p', { dir: 'auto' }, body),
      el('div', {}, button(labels.accept, consider, 'yes'), button(labels.decline, decline)),
      foot(button(labels.why, consider, 'why')));
  }

  /** Why she sees this, and each thing that would be shared, to be struck. */
  async function consider(): Promise<void> {
    const considered = offer!;
    const who = await parts.who();
    const told = who && await api.ask<Explanation>(`visitors/${encodeURIComponent(who.visitor)}/explanation?language=${considered.language}`, who);
    if (offer !== considered || !asking) return;
    if (!told) return conclude('withdrawn', words().gone);
    const boxes = told.items.map(item => {
      const box = el('input', { type: 'checkbox' }) as HTMLInputElement;
      box.checked = !told.approvalNeeded;
      box.value = item.id;
      return box;
    });
    const chosen = (ticked: boolean) => boxes.filter(box => box.checked === ticked).map(box => box.value);
    const describe = ({ kind, text }: ExplainedItem) => filled(words()[kind === 'search' || kind === 'cart' ? kind : 'page'], text);
    section(considered.labels.why, decline,
      el('ul', {}, ...told.reasons.map(reason => el('li', { dir: 'auto' }, reason.text))),
      el('p', { dir: 'auto' }, words().would),
      el('fieldset', {}, ...told.items.map((item, i) => el('label', {}, boxes[i], el('span', { dir: 'auto' }, ...describe(item))))),
      boxes.length > 0 && el('p', { dir: 'auto' }, told.approvalNeeded ? words().tick : words().untick),
      el('div', {}, button(words().share, () => void answer('accepted', chosen(false), chosen(true)), 'yes'), button(considered.labels.decline, decline)),
      foot());
  }

  async function answer(given: string, strike?: string[], approve?: string[]): Promise<void> {
    const { id } = offer!;
    const isNo = given === 'declined';
    // A no holds from this moment, whatever the network says.
    if (isNo) {
      answered(given);
      parts.refused();
    }
    const who = await parts.who();
    const taken = who && await api.ask(`invitations/${id}/answer`, who, { answer: given, strike, approve });
    if (!isNo && offer?.id === id) {
      if (!taken) return conclude('withdrawn', words().gone);
      answered(given);
    }
    parts.spread({ kind: 'answered', id, answer: given });
  }

  function answered(given: string): void {
    if (!asking) return;
    const { id } = offer!;
    if (given !== 'accepted' || !isOurs) return conclude(given as Topic, given === 'accepted' ? words().asked : '');
    asking = false;
    parts.tell(given, { id });
    converse(one => one.open(id, false));
  }

  function leave(): void {
    conclude('withdrawn', '');
  }

  /** It waits for an answer no longer: a note says what became of it, or it is simply gone. */
  function conclude(topic: Topic, note: string, id: unknown = offer?.id, isLeave = false): void {
    asking = false;
    over = topic !== 'accepted' && topic !== 'claimed';
    listen(false);
    parts.tell(topic, { id });
    if (!note) return close();
    section(note, close, isLeave && el('p', {}, el('a', { href: options.contactUrl }, words().leave)));
    panel!.say(note);
    if (topic === 'withdrawn') setTimeout(() => { if (!asking) close(); }, noteMs);
  }

  function close(): void {
    [up, lookedSince] = [false, null];
    panel?.hide();
  }

  function draw(): void {
    const left = up && asking && document.querySelector('engagement-invitation')?.shadowRoot?.querySelector('small');
    if (left) left.textContent = words().left.replace('{0}', String(Math.ceil((offer!.leavesAt - Date.now()) / 1_000)));
  }

  function tick(): void {
    if (!asking) return;
    if (Date.now() >= offer!.leavesAt) return leave();
    if (!up) return void present();
    draw();
    if (lookedSince === Infinity) return;
    if (!panel!.isSeen()) lookedSince = null;
    else if (performance.now() - (lookedSince ??= performance.now()) >= seenMs) {
      lookedSince = Infinity;
      const { id } = offer!;
      void parts.who().then(who => who && api.ask(`invitations/${id}/shown`, who, {}));
      parts.tell('shown', { id });
    }
  }

  return {
    receive,
    ask() {
      void present(true);
      if (asking || options.askAPerson || !isOurs) return asking;
      converse(one => one.ask());
      return true;
    },
    launch: ask => onPage().launch(el('button', { type: 'button', id: 'ask', onclick: ask }, words().ask), language()),
    stop() {
      void talking?.then(one => one?.quit());
      asking = false;
      listen(false);
      close();
      [offer, over] = [null, false];
    },
  };
}
