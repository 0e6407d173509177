import type { ComponentChildren, JSX } from 'preact';
import { language } from '../words/index.ts';

export const number = (value: number): string => value.toLocaleString(language.value);

/** A bar of a share, drawn beside a number that says the same. */
export function Bar({ share, tone }: { share: number; tone?: string }): JSX.Element {
  return (
    <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" data-tone={tone}>
      <rect class="share-all" width="100" height="6" />
      <rect class="share-part" width={share > 0 ? Math.max(1, Math.min(1, share) * 100) : 0} height="6" />
    </svg>
  );
}

export function Section({ id, title, lead, children, wide }: { id: string; title: string; lead?: string; children: ComponentChildren; wide?: boolean }): JSX.Element {
  return (
    <section class="panel" aria-labelledby={`${id}-title`} data-wide={wide || undefined}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead && <p class="hint">{lead}</p>}
      {children}
    </section>
  );
}

/** A list of things that are counted: what, a bar, how many. As a table to those who listen. */
export function Counted({ what, many, rows, caption }: { what: string; many: string; caption: string; rows: { key: string; name: ComponentChildren; value: number; tone?: string }[] }): JSX.Element {
  const most = Math.max(1, ...rows.map(row => row.value));
  return (
    <table class="counted">
      <caption class="unseen">{caption}</caption>
      <thead class="unseen"><tr><th scope="col">{what}</th><th scope="col">{many}</th></tr></thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.key}>
            <th scope="row">{row.name}<Bar share={row.value / most} {...(row.tone ? { tone: row.tone } : {})} /></th>
            <td class="number">{number(row.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
