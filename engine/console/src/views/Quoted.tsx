import type { JSX } from 'preact';
import { clean } from '../text.ts';

/** A stranger's text: a text node of its own direction, which reorders nothing around it. The only way such text reaches the page, but for messages. */
export function Quoted({ text, lang }: { text: unknown; lang?: string | undefined }): JSX.Element {
  return <bdi dir="auto" lang={lang}>{clean(text)}</bdi>;
}
