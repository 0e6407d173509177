import { signal } from '@preact/signals';
import { en, type Key, type Words } from './en.ts';

export type { Key } from './en.ts';

type StartOf<K> = K extends `${infer Start}_one` ? Start : never;
/** Keys that come in the forms of plural. */
export type Counted = StartOf<Key>;

export const languages = { en: 'English', de: 'Deutsch', nl: 'Nederlands', es: 'Español' } as const;
export type Language = keyof typeof languages;

const loaders: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(en),
  de: () => import('./de.ts').then(module => module.words),
  nl: () => import('./nl.ts').then(module => module.words),
  es: () => import('./es.ts').then(module => module.words),
};

export const language = signal<Language>('en');
const words = signal<Words>(en);
let plurals = new Intl.PluralRules('en');

export async function choose(next: Language): Promise<void> {
  const loaded = await loaders[next]();
  plurals = new Intl.PluralRules(next);
  words.value = loaded;
  language.value = next;
  document.documentElement.lang = next;
}

/** The browser's, where the console speaks it; else English. */
export function preferred(tags: readonly string[] = navigator.languages): Language {
  return tags.map(tag => tag.slice(0, 2).toLowerCase()).find((tag): tag is Language => tag in languages) ?? 'en';
}

/** Re-renders who asks when the language changes. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(words.value[key], values);
}

export function count(key: Counted, number: number, values: Record<string, string | number> = {}): string {
  const form: Key = plurals.select(number) === 'one' ? `${key}_one` : `${key}_other`;
  return fill(words.value[form], { ...values, count: number.toLocaleString(language.value) });
}

/** `{name}` by the value of that name; a value is never read for names again. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
