import { createClient } from './client';
import type { Engagement, Options } from './options';

export type * from './options';

/** Starts only what holds the invitation: for pages whose events come from another tracker, whose visitor id `options.visitor` adopts. */
export const start = (options: Options): Engagement => createClient(options, () => import('./invitation/holder'));
