// The language of these pages: asked for by ?lang=, else chosen before, else the browser's, else English. Words are in words/*.json.
export const languages = { en: 'English', de: 'Deutsch', nl: 'Nederlands', es: 'Español' };

/** Their direction alone, with English words: to look at a page from right to left. */
const rightToLeft = ['ar', 'fa', 'he', 'ur'];
const storeName = 'larkfield.language';

const known = tag => {
  const language = String(tag ?? '').slice(0, 2).toLowerCase();
  return language in languages || rightToLeft.includes(language) ? language : null;
};

export const language = known(new URLSearchParams(location.search).get('lang')) ?? known(localStorage.getItem(storeName))
  ?? navigator.languages.map(known).find(tag => tag in languages) ?? 'en';

const spoken = language in languages ? language : 'en';
localStorage.setItem(storeName, language);
document.documentElement.lang = language;
document.documentElement.dir = rightToLeft.includes(language) ? 'rtl' : 'ltr';

const words = await fetch(`/demo/site/words/${spoken}.json`).then(response => response.json());

/** A text with `{name}` by the value of that name. */
export const t = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** As {@link t}; `{0}` is untrusted text, isolated by `node`. */
export const around = (key, node) => {
  const [before, after] = words[key].split('{0}');
  return [before, node, after];
};

/** What is written in English whatever the language of the page is. */
export const english = spoken === 'en' ? {} : { lang: 'en', dir: 'ltr' };

export const money = amount => amount.toLocaleString(spoken, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** This page in another language. */
export function speak(next) {
  localStorage.setItem(storeName, next);
  const here = new URL(location.href);
  here.searchParams.delete('lang');
  location.replace(here);
}
