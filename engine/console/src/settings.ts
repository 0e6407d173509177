import { effect, signal } from '@preact/signals';
import { choose, languages, preferred, type Language } from './words/index.ts';

/** Nothing of these says who the agent is; they may outlive the tab. Everything that disturbs is off until it is asked for. */
interface Settings { sound: boolean; notices: boolean; singleKeys: boolean; language: Language | null; capacity: number; languages: string; skills: string }

const storeName = 'engagement.console.settings';
const defaults: Settings = { sound: false, notices: false, singleKeys: true, language: null, capacity: 1, languages: '', skills: '' };

export const settings = signal<Settings>(read());

export function set(change: Partial<Settings>): void {
  settings.value = { ...settings.value, ...change };
}

/** What stands between commas and blanks, each once, sixteen at most. */
export const listOf = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))].slice(0, 16);

/** What the engine is told with every sign of presence. */
export const offered = () => ({ capacity: settings.value.capacity, languages: listOf(settings.value.languages), skills: listOf(settings.value.skills.toLowerCase()) });

export async function startSettings(): Promise<void> {
  await choose(settings.value.language ?? preferred()).catch(() => choose('en'));
  effect(() => {
    try { localStorage.setItem(storeName, JSON.stringify(settings.value)); } catch { /* not permitted: they last as long as the page */ }
  });
}

function read(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(storeName) ?? '{}') as Partial<Settings>;
    return {
      sound: stored.sound === true, notices: stored.notices === true, singleKeys: stored.singleKeys !== false,
      language: stored.language && stored.language in languages ? stored.language : null,
      capacity: Number.isInteger(stored.capacity) && stored.capacity! >= 1 && stored.capacity! <= 50 ? stored.capacity! : defaults.capacity,
      languages: typeof stored.languages === 'string' ? stored.languages : '', skills: typeof stored.skills === 'string' ? stored.skills : '',
    };
  } catch {
    return defaults;
  }
}
