import { el, fieldInFocus, overlap } from './dom';
import { style } from './style';
import { directionOf } from './words';

/** The one place on the page that is ours: a shadow root with at most one section, the launcher, and a voice for screen readers. */
export interface Panel {
  /** Puts a section there in place of what was; it takes the focus only where the focus was in the one before. */
  show(section: HTMLElement, language: string): void;
  hide(): void;

  /** The button that is always there. */
  launch(button: HTMLElement, language: string): void;
  say(sentence: string): void;

  /** More looks, for what another file puts there. */
  dress(css: string): void;

  /** Moves out of the way of the field in focus; false while there is no free corner, and the section is hidden. */
  settle(): boolean;

  /** Whether the section can really be seen at this moment: in the window, and nothing over it. */
  isSeen(): boolean;
  remove(): void;
}

/** Logical corners, tried in turn: end or start, bottom or top. */
const corners = ['eb', 'sb', 'et', 'st'];
const gapPx = 8;

export function createPanel(place?: HTMLElement): Panel {
  const host = document.createElement('engagement-invitation');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const voice = el('p', { id: 'say', role: 'status' });
  const home = el('span', {});
  root.append(home, voice);
  if (place) host.dataset.place = '';
  let section: HTMLElement | null = null;
  let before: Element | null = null;

  const mount = (language: string) => {
    host.lang = language;
    host.dir = directionOf(language);
    if (!host.isConnected) (place ?? document.body).append(host);
    paint();
  };

  /** The page's own colours, as they are now. */
  const paint = () => {
    const page = getComputedStyle(document.body);
    const own = getComputedStyle(document.documentElement);
    const given = (name: string) => own.getPropertyValue(`--engagement-${name}`).trim();
    const isClear = (colour: string) => /^transparent$|, 0\)$/.test(colour);
    const ground = [page.backgroundColor, own.backgroundColor].find(colour => !isClear(colour)) ?? 'Canvas';
    const accent = given('accent') || document.querySelector<HTMLMetaElement>('meta[name=theme-color]')?.content || page.color;
    const set = (name: string, value: string) => host.style.setProperty(`--${name}`, value);
    set('ground', given('ground') || ground);
    set('ink', given('ink') || page.color);
    set('accent', accent);
    set('radius', given('radius') || '12px');
    host.style.fontFamily = page.fontFamily;
    // Black or white on the accent, whichever can be read: by the luminance of the colour as the browser computes it.
    host.style.backgroundColor = accent;
    const [r = 0, g = 0, b = 0] = (getComputedStyle(host).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    host.style.backgroundColor = '';
    set('on', given('on-accent') || (r * 0.299 + g * 0.587 + b * 0.114 > 150 ? '#000' : '#fff'));
  };

  const hide = () => {
    const had = root.activeElement;
    section?.remove();
    section = null;
    if (had) (before instanceof HTMLElement && before.isConnected ? before : home.querySelector<HTMLElement>('#ask'))?.focus();
  };

  /** F6 goes from the page to the invitation and back, as between the parts of a window. */
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'F6' || !section || section.hidden) return;
    event.preventDefault();
    if (root.activeElement) (before as HTMLElement | null)?.focus();
    else {
      before = document.activeElement;
      section.querySelector<HTMLElement>('h2')?.focus();
    }
  };
  document.addEventListener('keydown', onKey);

  return {
    show(next, language) {
      const had = root.activeElement;
      mount(language);
      if (section) section.replaceWith(next);
      else home.prepend(next);
      section = next;
      if (had) next.querySelector<HTMLElement>('h2')?.focus();
    },
    hide,
    launch(button, language) {
      mount(language);
      home.append(button);
    },
    say(sentence) {
      voice.textContent = '';
      setTimeout(() => { voice.textContent = sentence; }, 50);
    },
    dress(css) {
      const more = new CSSStyleSheet();
      more.replaceSync(css);
      root.adoptedStyleSheets.push(more);
    },
    settle() {
      if (!section) return false;
      const focused = fieldInFocus();
      const field = focused && focused.getRootNode() !== root ? focused.getBoundingClientRect() : null;
      section.hidden = false;
      for (const corner of corners) {
        host.dataset.corner = corner;
        if (!field || !overlap(section.getBoundingClientRect(), field, gapPx)) return true;
      }
      host.dataset.corner = corners[0];
      section.hidden = true;
      return false;
    },
    isSeen() {
      if (!section || section.hidden || document.visibilityState !== 'visible') return false;
      const { left, top, width, height } = section.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2) === host;
    },
    remove() {
      document.removeEventListener('keydown', onKey);
      host.remove();
    },
  };
}
