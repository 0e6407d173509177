import { en } from './en.ts';
import { speechOf } from './speech.ts';

export type { Key } from './en.ts';
export { fill, languages, preferred, type Language } from './speech.ts';

export const { choose, count, language, t } = speechOf(en, { de: () => import('./de.ts'), nl: () => import('./nl.ts'), es: () => import('./es.ts') });
