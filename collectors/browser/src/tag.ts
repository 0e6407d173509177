import { createClient, type LoadHolder, type Senses } from './client';
import type { Engagement, Options } from './options';

/** Name of the file with the invitation beside the tag's own; set by the build. */
declare const invitationFile: string;

type Command = [keyof Engagement, ...unknown[]];

/**
 * Starts from the script tag: `data-key` and the other options as `data-…` of the tag, richer ones in `window.engagementOptions`. Calls that the page
 * made before the file came wait in the array `window.engagement`, as `["consent", true]`.
 */
export function startFromTag(senses?: Senses): void {
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  const page = window as unknown as { engagement?: Command[] | Engagement; engagementOptions?: Partial<Options> };
  const options = { server: new URL(src).origin, ...dataset, ...page.engagementOptions } as Options;
  const waiting = page.engagement ?? [];
  if (!options.key || !Array.isArray(waiting)) return; // not set up, or started before
  const load = () => import(new URL(invitationFile, src).href) as ReturnType<LoadHolder>;
  const client = createClient(options, load, senses);
  const push = ([name, ...given]: Command) => (client[name] as (...given: unknown[]) => unknown)(...given);
  page.engagement = Object.assign(client, { push });
  waiting.forEach(push);
}
