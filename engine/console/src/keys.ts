// Keyboard first: what each key does, in one table that the list of shortcuts is drawn from too.
import { signal } from '@preact/signals';
import { aside } from './aside.ts';
import { chosenId, claim, isAvailable, isSupervisor, me, sections, setAvailable } from './desk.ts';
import { settings } from './settings.ts';
import type { Key } from './words/index.ts';

/** Where card and conversation do not fit beside each other: the one that shows. */
export const pane = signal<'talk' | 'card'>('talk');

export const opened = signal<'shortcuts' | 'settings' | 'transfer' | 'handOn' | 'endOther' | null>(null);

interface Shortcut { keys: string[]; words: Key; run?: () => void; isSupervisors?: boolean }

export const shortcuts: Shortcut[] = [
  { keys: ['?'], words: 'keyHelp', run: () => { opened.value = 'shortcuts'; } },
  { keys: ['q'], words: 'keyQueue', run: () => focusRow() },
  { keys: ['j', 'k', '↓', '↑'], words: 'keyMove' },
  { keys: ['Home', 'End'], words: 'keyEnds' },
  { keys: ['Enter'], words: 'keyOpen' },
  { keys: ['d'], words: 'keyCard', run: () => { pane.value = 'card'; later(() => focusOn('#card-title')); } },
  { keys: ['c'], words: 'keyClaim', run: () => { if (chosenId.value) void claim(chosenId.value); } },
  { keys: ['m'], words: 'keyMessage', run: () => { pane.value = 'talk'; later(() => focusOn('#message')); } },
  { keys: ['a'], words: 'keyAvailable', run: () => void setAvailable(!isAvailable.value) },
  { keys: ['t'], words: 'keyTeam', isSupervisors: true, run: showTeam },
  { keys: ['s'], words: 'keySettings', run: () => { opened.value = 'settings'; } },
  { keys: ['Esc'], words: 'keyEscape' },
];

export function startKeys(): void {
  addEventListener('keydown', event => {
    if (!me.value || opened.value || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') return escape(event);
    if (!settings.value.singleKeys || isTyping(event.target)) return;
    if (event.key === 'j' || event.key === 'k') {
      event.preventDefault();
      return moveRow(event.key === 'j' ? 1 : -1);
    }
    const shortcut = shortcuts.find(candidate => candidate.run && candidate.keys.includes(event.key) && (!candidate.isSupervisors || isSupervisor.value));
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run!();
  });
}

const later = (run: () => void): void => { requestAnimationFrame(run); };

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button])'));

export function showTeam(): void {
  chosenId.value = null;
  aside.value = 'team';
  later(() => focusOn('#team-title'));
}

/** From a message field to the card; from the card to its row, which on a phone is the way back. */
function escape(event: KeyboardEvent): void {
  if (isTyping(event.target)) return focusOn('#card-title');
  const row = chosenId.value;
  if (row === null) return;
  if (matchMedia('(max-width: 47.99em)').matches) chosenId.value = null;
  requestAnimationFrame(() => focusRow(row));
}

/** Which row the Tab key reaches: the chosen one, else the first. */
export const rovingId = signal<string | null>(null);

export function moveRow(by: number | 'first' | 'last'): void {
  const rows = sections.value.flatMap(section => section.entries);
  if (rows.length === 0) return;
  const at = rows.findIndex(row => row.id === rovingId.value);
  const next = by === 'first' ? 0 : by === 'last' ? rows.length - 1 : at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by));
  focusRow(rows[next]!.id);
}

export function focusRow(id: string | null = rovingId.value): void {
  const row = (id && document.getElementById(rowId(id))) || document.querySelector<HTMLElement>('.queue .row');
  row?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}

export const rowId = (id: string): string => `row-${id}`;

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}
