import { createClient } from './client';
import type { Engagement, Options } from './options';
import { senses } from './senses';

export type * from './options';

/** Starts the SDK on this page; once, however many tabs there are. Does nothing yet where consent is required. */
export const start = (options: Options): Engagement => createClient(options, () => import('./invitation/holder'), senses);
