import type { Identity } from '../identity';
import { el, filled } from '../invitation/dom';
import type { Words as InvitationWords } from '../invitation/words';
import type { Options, Topic } from '../options';
import type { StreamMessage } from '../stream';
import { uniqueId } from '../unique-id';
import { createLine, type Answer, type Entry, type Sign } from './line';
import { style } from './style';
import words from './words.json';

type Words = typeof words.en;

export interface TalkParts {
  options: Options;
  who(): Promise<Identity | null>;
  report(topic: Topic, detail: unknown): void;
  language(): string;

  /** The invitation's, some of which are said here too. */
  shared(): InvitationWords;

  /** Where it stands on the page; the section stays the same as long as the conversation does. */
  place: {
    show(section: HTMLElement, language: string): void;
    hide(): void;
    dock(button: HTMLElement, language: string): void;
    speak(sentence: string): void;
    dress(css: string): void;
  };
}

/** The visitor's side of one conversation: from the asking over the waiting to its end, or to a question that is left. */
export interface Talk {
  /** Accepted or asked: it waits for somebody, or somebody is there. */
  open(id: string, isClaimed: boolean): void;

  /** She wants a person: shows what is under way, else asks what about. */
  ask(): void;

  /** A message of the engine's stream about it. */
  hear(message: StreamMessage): void;
  quit(): void;
}

/** A sign of writing holds so long. */
const writingMs = 6_000;

/** What the engine takes at most, in characters. */
const textMax = 2_000;
const replyMax = 254;

interface Article {
  id: string;
  title: string;
  url: string;
}

export function createTalk(parts: TalkParts): Talk {
  const { options, place, shared } = parts;
  const server = options.server ?? '';
  const inLanguage = (): Words => (words as Record<string, Words>)[parts.language().slice(0, 2).toLowerCase()] ?? words.en;
  let id = '';
  let state: 'none' | 'waiting' | 'claimed' | 'over' = 'none';
  let view: View | null = null;
  let dock: HTMLElement | null = null;
  let fresh = 0;
  place.dress(style);

  const line = createLine({
    server,
    token: async () => (await parts.who())?.token ?? '',
    heard, joined, signed,
    connected: isConnected => view?.cut(!isConnected),
  });

  const button = (text: string, onclick: () => void, kind?: string) => el('button', { type: 'button', class: kind, dir: 'auto', onclick }, text);

  /** As herself; null where no good answer comes. */
  async function call(pathOf: (visitor: string) => string, headers: Record<string, string>, init?: RequestInit): Promise<Response | null> {
    const who = await parts.who();
    if (!who) return null;
    const url = `${server}/v1/${pathOf(encodeURIComponent(who.visitor))}`;
    const answer = await fetch(url, { ...init, credentials: 'omit', headers: { ...headers, Authorization: `Bearer ${who.token}` } }).catch(() => null);
    return answer?.ok ? answer : null;
  }

  async function post<T>(path: string, key: string, body: object): Promise<T | null> {
    const answer = await call(visitor => `visitors/${visitor}/${path}`, { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      { method: 'POST', body: JSON.stringify(body) });
    return answer?.json().catch(() => null) ?? null;
  }

  function dialog(title: string, escape: () => void, closing: string, ...children: (Node | string | false | undefined)[]): HTMLElement {
    const cross = el('button', { type: 'button', class: 'x', 'aria-label': closing, onclick: escape }, '×');
    return el('section', {
      class: 'talk', role: 'dialog', 'aria-labelledby': 'title',
      onkeydown: (event: KeyboardEvent) => { if (event.key === 'Escape') escape(); },
    }, el('h2', { id: 'title', tabindex: -1, dir: 'auto' }, title), ...children, cross);
  }

  const show = (section: HTMLElement) => place.show(section, parts.language());
  const close = () => {
    place.hide();
    dock?.remove();
    dock = null;
  };

  /** Makes it small: the conversation goes on behind a button. */
  function shrink(): void {
    place.hide();
    fresh = 0;
    dock = button(inLanguage().talk, grow, 'dock');
    place.dock(dock, parts.language());
  }

  function grow(): void {
    dock?.remove();
    dock = null;
    if (!view) return;
    show(view.section);
    view.focus();
  }

  // ---- What is said

  interface View {
    section: HTMLElement;
    title(text: string): void;
    cut(isCut: boolean): void;
    add(from: 'visitor' | 'agent', text: string, key: string, seq: number): void;

    /** All of hers up to this number has arrived at the agent's. */
    arrived(upTo: number): void;
    writes(isWriting: boolean): void;
    end(): void;
    focus(): void;
  }

  function createView(): View {
    const said = inLanguage();
    const log = el('ol', { role: 'log', tabindex: 0, 'aria-label': said.talk });
    const lost = el('p', { class: 'cut', dir: 'auto', hidden: true }, said.cut);
    const input = el('textarea', { rows: 2, maxlength: textMax, dir: 'auto', 'aria-label': said.message, placeholder: said.message }) as HTMLTextAreaElement;
    const send = () => {
      const text = input.value.trim();
      if (!text) return;
      input.value = '';
      say(text, uniqueId());
    };
    input.addEventListener('input', () => { if (input.value.trim() && state === 'claimed') line.writing(); });
    input.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    const form = el('form', { onsubmit: (event: Event) => { event.preventDefault(); send(); } }, input, el('button', { class: 'yes', dir: 'auto' }, said.send));
    const writing = el('p', { class: 'writes', role: 'status', dir: 'auto' });
    let stops = 0;
    const foot = el('div', {}, button(said.small, shrink, 'why'), button(said.end, finish, 'why'));
    const section = dialog('', shrink, said.small, lost, log, writing, form, foot);
    const items = new Map<string, HTMLElement>();

    /** Hers as the engine numbered them, and up to where they have arrived. */
    const numbered: { seq: number; one: HTMLElement }[] = [];
    let there = 0;

    /** One line; the same under the same key, so that what was sent becomes what was said. */
    function item(from: 'visitor' | 'agent', text: string, key: string): HTMLElement {
      let one = items.get(key);
      if (!one) {
        one = el('li', { class: from }, el('b', {}, from === 'visitor' ? said.you : said.them), el('p', { dir: 'auto' }, text), el('small', { dir: 'auto' }));
        items.set(key, one);
        log.append(one);
        log.scrollTop = log.scrollHeight;
      }
      return one;
    }
    const mark = (one: HTMLElement, ...what: (Node | string)[]) => one.querySelector('small')!.replaceChildren(...what);

    function number(one: HTMLElement, seq: number): void {
      if (!numbered.some(each => each.one === one)) numbered.push({ seq, one });
      numbered.sort((a, b) => a.seq - b.seq);
      markAll();
    }

    /** The latest that has arrived says so, and the latest of all that it was sent; the others say nothing. */
    function markAll(): void {
      const arrived = numbered.filter(({ seq }) => seq <= there).at(-1);
      for (const each of numbered) mark(each.one, ...(each === arrived ? [said.arrived] : each === numbered.at(-1) ? [said.sent] : []));
    }

    function say(text: string, key: string): void {
      const one = item('visitor', text, key);
      mark(one, said.sending);
      const unsent = () => mark(one, said.unsent, ' ', button(said.retry, () => say(text, key), 'why'));
      // Repeated by itself while the connection is away, under the same id: it stands once.
      const attempt = (left: number): void => void line.send(key, text).then(
        ({ problem, seq }) => {
          if (problem?.code === 'unavailable' && left > 0) setTimeout(attempt, 2_000, left - 1);
          else if (problem) unsent();
          else number(one, seq!);
        },
        () => (left > 0 ? setTimeout(attempt, 2_000, left - 1) : unsent()));
      attempt(30);
    }

    return {
      section,
      title(text) { section.querySelector('h2')!.textContent = text; },
      cut(isCut) { lost.hidden = !isCut; },
      add(from, text, key, seq) {
        const one = item(from, text, key);
        if (from === 'visitor') number(one, seq);
      },
      arrived(upTo) {
        if (upTo <= there) return;
        there = upTo;
        markAll();
      },
      writes(isWriting) {
        clearTimeout(stops);
        writing.textContent = isWriting ? said.writes : '';
        if (isWriting) stops = setTimeout(() => { writing.textContent = ''; }, writingMs);
      },
      end() {
        form.remove();
        this.writes(false);
        foot.replaceChildren(...[items.size > 0 && button(said.copy, () => void keepCopy()), button(shared().done, close)].filter(b => !!b));
      },
      focus() { (form.isConnected ? input : section.querySelector<HTMLElement>('h2'))?.focus(); },
    };
  }

  function heard(entry: Entry): void {
    if (entry.kind === 'message') {
      view?.add(entry.from!, entry.text!, entry.from === 'visitor' ? entry.id! : `agent ${entry.seq}`, entry.seq);
      if (entry.from === 'agent') view?.writes(false);
      if (entry.from === 'agent' && dock) dock.textContent = `${inLanguage().talk} – ${inLanguage().fresh.replace('{0}', String(++fresh))}`;
    } else if (entry.kind === 'claimed') turn('claimed');
    else if (entry.kind === 'waiting') turn('waiting', inLanguage().again);
    else if (entry.kind === 'closed') {
      if (entry.cause === 'unclaimed' || entry.cause === 'agent_left') nobody();
      else turn('over');
    }
  }

  function signed({ kind, received }: Sign): void {
    if (kind === 'writing') view?.writes(true);
    else if (kind === 'received') view?.arrived(received ?? 0);
  }

  function joined({ status, received, problem }: Answer): void {
    view?.arrived(received ?? 0);
    if (status === 'claimed') turn('claimed');
    else if (status === 'ended' || problem) turn('over');
  }

  function turn(next: typeof state, title?: string): void {
    if (state === next || state === 'over') return;
    state = next;
    const text = title ?? (next === 'claimed' ? shared().claimed : next === 'waiting' ? shared().asked : inLanguage().over);
    view?.title(text);
    place.speak(text);
    if (next !== 'over') return;
    view?.end();
    line.hangUp();
    parts.report('ended', { id });
  }

  /** Either may end it; what was said can be kept by her. */
  async function finish(): Promise<void> {
    const { problem } = await line.end().catch(() => ({ problem: { status: 503, code: 'unavailable' } }));
    if (problem) view?.cut(true);
    else turn('over');
  }

  async function keepCopy(): Promise<void> {
    const answer = await call(() => `conversations/${encodeURIComponent(id)}/transcript`, { Accept: 'text/plain' });
    if (!answer) return place.speak(inLanguage().failed);
    const url = URL.createObjectURL(await answer.blob());
    el('a', { href: url, download: 'conversation.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  // ---- Asking, and leaving a question

  const field = (label: string, kind: 'textarea' | 'input', max: number) => {
    const one = el(kind, { maxlength: max, dir: 'auto', rows: kind === 'textarea' && 3 }) as HTMLTextAreaElement;
    return { one, row: el('label', { class: 'field', dir: 'auto' }, label, one) };
  };

  function form(send: string, act: () => Promise<boolean>, ...rows: Node[]): HTMLElement {
    const said = inLanguage();
    const trouble = el('p', { role: 'alert', dir: 'auto' });
    const go = el('button', { class: 'yes', dir: 'auto' }, send);
    // Not disabled meanwhile: that would take the focus away, and with it Escape and what comes next.
    let isUnderWay = false;
    return el('form', {
      class: 'rows',
      async onsubmit(event: Event) {
        event.preventDefault();
        if (isUnderWay) return;
        isUnderWay = true;
        const isDone = await act();
        isUnderWay = false;
        trouble.textContent = isDone ? '' : said.failed;
      },
    }, ...rows, trouble, el('div', {}, go));
  }

  function askForm(): void {
    const said = inLanguage();
    const key = uniqueId();
    const about = field(said.askText, 'textarea', textMax);
    show(dialog(shared().ask, close, shared().done, form(said.ask, async () => {
      const answer = await post<{ outcome: string; id?: string; status?: string; articles?: Article[] }>('ask', key, { text: about.one.value.trim() || undefined, language: parts.language() });
      if (!answer) return false;
      if (answer.id) open(answer.id, answer.status === 'claimed');
      else nobody(about.one.value, inLanguage().none, answer.articles);
      return true;
    }, about.row)));
    about.one.focus();
  }

  /** Said plainly; the question may be left for somebody to answer later. */
  function nobody(question = '', title = shared().nobody, articles: Article[] = []): void {
    const said = inLanguage();
    if (state !== 'none') {
      state = 'none';
      line.hangUp();
      parts.report('unclaimed', { id });
    }
    view = null;
    dock?.remove();
    const key = uniqueId();
    const text = field(said.leaveText, 'textarea', textMax);
    text.one.value = question;
    text.one.required = true;
    const reply = field(said.reply, 'input', replyMax);
    const safe = articles.filter(article => /^(https?:\/\/|\/(?!\/))/.test(article.url));
    show(dialog(title, close, shared().done,
      safe.length > 0 && el('p', { dir: 'auto' }, said.helps),
      safe.length > 0 && el('ul', {}, ...safe.map(article => el('li', {}, el('a', { href: article.url, dir: 'auto' }, article.title)))),
      form(said.leave, async () => {
        const answer = await post<{ forgottenAt: string }>('questions', key, { text: text.one.value.trim(), replyTo: reply.one.value.trim() || undefined, language: parts.language() });
        if (!answer) return false;
        const until = new Date(answer.forgottenAt).toLocaleString(parts.language(), { dateStyle: 'medium', timeStyle: 'short' });
        show(dialog(shared().ask, close, shared().done, el('p', { role: 'status', dir: 'auto' }, ...filled(inLanguage().left, until))));
        return true;
      }, text.row, reply.row)));
    place.speak(title);
  }

  function open(next: string, isClaimed: boolean): void {
    if (next === id && (state === 'waiting' || state === 'claimed')) return isClaimed ? turn('claimed') : undefined;
    id = next;
    state = 'none';
    view = createView();
    dock?.remove();
    dock = null;
    turn(isClaimed ? 'claimed' : 'waiting');
    show(view.section);
    line.join(id);
  }

  return {
    open,
    ask() {
      if (view && state !== 'over') grow();
      else askForm();
    },
    hear({ kind, id: about }) {
      if (kind === 'asked') return open(String(about), false);
      if (kind === 'claimed') return open(String(about), true);
      if (about !== id || state === 'none') return;
      if (kind === 'waiting') turn('waiting', inLanguage().again);
      else if (kind === 'unclaimed') nobody();
      else if (kind === 'ended' || kind === 'withdrawn') turn('over');
    },
    quit() {
      state = 'over';
      line.hangUp();
      close();
      view = null;
    },
  };
}
