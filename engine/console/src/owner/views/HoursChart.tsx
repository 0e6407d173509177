import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { OverviewHour } from '../contract.ts';
import { hourMs, startsOf, sum } from '../figures.ts';
import { drawHours, type HoursDrawing } from '../drawing.ts';
import { language, t } from '../words/index.ts';
import { number } from './parts.tsx';

export interface Series {
  name: string;
  /** Names the colour. */
  tone: string;
  isFaint?: boolean;
  of(hour: OverviewHour): number;
}

/** Bars by hour, the numbers of the hour that is pointed at, and the same numbers as a table for whoever prefers one or does not see. */
export function HoursChart({ id, title, hours, total, series, more = [] }: { id: string; title: string; hours: OverviewHour[]; total: OverviewHour; series: Series[]; more?: Series[] }): JSX.Element {
  const pointed = useSignal<number | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<HoursDrawing | null>(null);
  const values = series.map(one => hours.map(one.of));
  const isEmpty = sum(values.flat()) === 0;

  useEffect(() => {
    drawing.current = drawHours(place.current!, i => { pointed.value = i; });
    return () => drawing.current?.remove();
  }, []);
  useEffect(() => {
    drawing.current?.draw({ starts: startsOf(hours), values, tones: series.map(({ tone, isFaint }) => ({ tone, isFaint: isFaint === true })), language: language.value });
  });

  const at = pointed.value !== null && pointed.value < hours.length ? hours[pointed.value]! : null;
  return (
    <figure class="chart" aria-labelledby={`${id}-chart`}>
      <figcaption>
        <h3 id={`${id}-chart`}>{title}</h3>
        <p class="reading"><strong>{at ? spanOf(at) : t('total')}</strong></p>
        <ul class="legend">
          {series.map(one => <li key={one.name}><span class="swatch" data-tone={one.tone} data-faint={one.isFaint || undefined} aria-hidden="true" />{one.name} <strong>{number(one.of(at ?? total))}</strong></li>)}
        </ul>
      </figcaption>
      <div class="drawn" role="img" aria-label={t('chartOf', { title })}>
        <div ref={place} class="place" />
        {isEmpty && <p class="empty" aria-hidden="true">{t('nothingYet')}</p>}
      </div>
      <details>
        <summary>{t('asTable')}</summary>
        <div class="scroll" tabIndex={0} role="group" aria-label={title}>
          <table class="grid">
            <caption class="unseen">{title}</caption>
            <thead><tr><th scope="col">{t('hour')}</th>{[...series, ...more].map(one => <th key={one.name} scope="col" class="number">{one.name}</th>)}</tr></thead>
            <tbody>
              {hours.map((hour, i) => (
                <tr key={hour.from}>
                  <th scope="row"><time dateTime={hour.from}>{spanOf(hour)}</time>{i === hours.length - 1 && <span class="gloss">{t('hourNotOver')}</span>}</th>
                  {[...series, ...more].map(one => <td key={one.name} class="number">{number(one.of(hour))}</td>)}
                </tr>
              ))}
            </tbody>
            <tfoot><tr><th scope="row">{t('total')}</th>{[...series, ...more].map(one => <td key={one.name} class="number">{number(one.of(total))}</td>)}</tr></tfoot>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** "Mon 14:00 to 15:00", in this machine's time. */
function spanOf(hour: OverviewHour): string {
  const from = new Date(hour.from);
  const time = (at: Date): string => at.toLocaleTimeString(language.value, { hour: '2-digit', minute: '2-digit' });
  return `${from.toLocaleDateString(language.value, { weekday: 'short' })} ${t('range', { from: time(from), to: time(new Date(from.getTime() + hourMs)) })}`;
}
