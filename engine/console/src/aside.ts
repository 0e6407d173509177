import { signal } from '@preact/signals';

/** What shows in the place of a card; null: the card, or what there is to do. */
export const aside = signal<'questions' | 'team' | null>(null);
