// Strangers' text made fit to be read: nothing invisible, nothing that turns the direction of the text around it. Markup stays as it is, because
// text reaches the page as text nodes only. The engine cleans what it stores; this holds whatever else may have been sent.

/** Longest text shown in one place; what is longer ends in "…". */
export const shownCharactersMax = 2000;

/** Marks stacked on one letter beyond this are dropped: no language needs more. */
const marksMax = 3;

const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2067\u206a-\u206f\ufeff\ufff9-\ufffc\u{e0000}-\u{e0fff}]/gu;
const stacked = new RegExp(`(\\p{M}{${marksMax}})\\p{M}+`, 'gu');
/** Halves of surrogate pairs. */
const halves = /\p{Cs}/gu;
const isolateFirst = '\u2068';
const isolateEnd = '\u2069';

/** One line. */
export function clean(text: unknown, charactersMax = shownCharactersMax): string {
  return cleanLines(text, charactersMax).replace(/\s+/g, ' ').trim();
}

/** Lines kept, for messages; never more than one empty line in a row. */
export function cleanLines(text: unknown, charactersMax = shownCharactersMax): string {
  if (typeof text !== 'string') return '';
  const readable = text.slice(0, charactersMax * 4).replace(halves, '')
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replace(/\t/g, ' ').replace(invisible, '').replace(stacked, '$1').replace(/\n{3,}/g, '\n\n');
  return isolatesBalanced(cut(readable, charactersMax));
}

/** The engine isolates names within its sentences; those pairs stay, a single half would reach beyond its text. */
function isolatesBalanced(text: string): string {
  let open = 0;
  let balanced = '';
  for (const character of text) {
    if (character === isolateFirst) open++;
    else if (character === isolateEnd) {
      if (open === 0) continue;
      open--;
    }
    balanced += character;
  }
  return balanced + isolateEnd.repeat(open);
}

function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `${[...text].slice(0, charactersMax - 1).join('').trimEnd()}…`;
}

export interface Link { href: string; shown: string }

/** An address that may be followed: https, without user and password. Anything else is text. The host is shown as the browser resolves it. */
export function safeLink(address: unknown): Link | null {
  if (typeof address !== 'string' || address.length > 2048) return null;
  let url: URL;
  try { url = new URL(address.trim()); } catch { return null; }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  const path = url.pathname === '/' ? '' : url.pathname;
  return { href: url.href, shown: clean(url.host + path, 80) };
}
