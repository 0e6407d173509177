import { speechOf } from '../../words/speech.ts';
import { en } from './en.ts';

export type { Key } from './en.ts';

export const { choose, count, language, t } = speechOf(en, { de: () => import('./de.ts'), nl: () => import('./nl.ts'), es: () => import('./es.ts') });
