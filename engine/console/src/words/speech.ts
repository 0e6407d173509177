// How a page speaks: its words by language, loaded when they are chosen. Each page has its own words.
import { signal, type ReadonlySignal } from '@preact/signals';

export const languages = { en: 'English', de: 'Deutsch', nl: 'Nederlands', es: 'Español' } as const;
export type Language = keyof typeof languages;

type StartOf<K> = K extends `${infer Start}_one` ? Start : never;
/** Keys that come in the forms of plural. */
export type CountedOf<K> = StartOf<K>;

export interface Speech<K extends string> {
  readonly language: ReadonlySignal<Language>;
  choose(next: Language): Promise<void>;
  /** Re-renders who asks when the language changes. */
  t(key: K, values?: Record<string, string | number>): string;
  count(key: CountedOf<K>, number: number, values?: Record<string, string | number>): string;
}

/** @param en At hand from the start. @param others Loaded when chosen. */
export function speechOf<K extends string>(en: Record<K, string>, others: Record<Exclude<Language, 'en'>, () => Promise<{ words: Record<K, string> }>>): Speech<K> {
  const language = signal<Language>('en');
  const words = signal(en);
  let plurals = new Intl.PluralRules('en');
  const t = (key: K, values: Record<string, string | number> = {}): string => fill(words.value[key], values);
  return {
    language,
    async choose(next) {
      const loaded = next === 'en' ? en : (await others[next]()).words;
      plurals = new Intl.PluralRules(next);
      words.value = loaded;
      language.value = next;
      document.documentElement.lang = next;
    },
    t,
    count(key, number, values = {}) {
      const form = (plurals.select(number) === 'one' ? `${key}_one` : `${key}_other`) as K;
      return t(form, { ...values, count: number.toLocaleString(language.value) });
    },
  };
}

/** The browser's, where there are words in it; else English. */
export function preferred(tags: readonly string[] = navigator.languages): Language {
  return tags.map(tag => tag.slice(0, 2).toLowerCase()).find((tag): tag is Language => tag in languages) ?? 'en';
}

/** `{name}` by the value of that name; a value is never read for names again. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
