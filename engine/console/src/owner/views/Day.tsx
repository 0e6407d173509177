import type { JSX } from 'preact';
import type { Overview, OverviewHour } from '../contract.ts';
import { leftAlone, offersOf, percent, shareOf, total } from '../figures.ts';
import { language, t, type Key } from '../words/index.ts';
import { HoursChart, type Series } from './HoursChart.tsx';
import { number } from './parts.tsx';

const kinds = ['floundering', 'purposeful'] as const;
const names = { floundering: 'stateFloundering', purposeful: 'statePurposeful' } as const satisfies Record<string, Key>;

/** From visits to invitations, and to whom they went, or would have gone. */
export function Day({ overview }: { overview: Overview }): JSX.Element {
  const { made, would } = offersOf(overview);
  const all = overview.total;
  const title = made ? t('offersByHour') : t('wouldByHour');
  const series: Series[] = [
    ...(made ? kinds.map(kind => ({ name: would ? `${t('offered')}: ${t(names[kind])}` : t(names[kind]), tone: kind, isFaint: false, of: (hour: OverviewHour) => hour.offered[kind] })) : []),
    ...(would ? kinds.map(kind => ({ name: made ? `${t('wouldHave')}: ${t(names[kind])}` : t(names[kind]), tone: kind, isFaint: made, of: (hour: OverviewHour) => hour.wouldHaveOffered[kind] })) : []),
  ];
  return (
    <section aria-labelledby="day-title">
      <h2 id="day-title">{t('day')}</h2>
      <dl class="steps">
        <Step name={t('visits')} value={all.visits} />
        <Step name={t('leftAlone')} value={leftAlone(overview)} note={t('leftAloneLead')} share={shareOf(leftAlone(overview), all.visits)} of="shareOfVisits" />
        <Step name={t('needs')} value={all.needs} note={t('needsLead')} share={shareOf(all.needs, all.visits)} of="shareOfVisits" />
        {made && <Step name={t('offered')} value={total(all.offered)} isMain />}
        {would && <Step name={t('wouldHave')} value={total(all.wouldHaveOffered)} note={t('wouldHaveLead')} isMain />}
        {made && <Step name={t('accepted')} value={all.accepted} share={shareOf(all.accepted, total(all.offered))} of="share" />}
      </dl>
      <div class="chart-beside">
        <div class="panel"><HoursChart id="offers" title={title} hours={overview.hours} total={all} series={series} /></div>
        <div class="panel">
          <h3>{t('toWhom')}</h3>
          <div class="scroll" tabIndex={0} role="group" aria-label={t('toWhom')}>
            <table class="grid">
              <thead><tr><th scope="col">{t('state')}</th><th scope="col" class="number">{t('reached')}</th>{made && <th scope="col" class="number">{t('offered')}</th>}{would && <th scope="col" class="number">{t('wouldHave')}</th>}<th scope="col" class="number">{t('heldOut')}</th></tr></thead>
              <tbody>
                {kinds.map(kind => (
                  <tr key={kind}>
                    <th scope="row"><span class="swatch" data-tone={kind} aria-hidden="true" />{t(names[kind])}<span class="gloss">{t(kind === 'floundering' ? 'glossFloundering' : 'glossPurposeful')}</span></th>
                    <td class="number">{number(overview.reached[kind])}</td>
                    {made && <td class="number">{number(all.offered[kind])}</td>}
                    {would && <td class="number">{number(all.wouldHaveOffered[kind])}</td>}
                    <td class="number">{number(all.heldOut[kind])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="hint">{t('heldOut')}: {t('heldOutLead')}</p>
        </div>
      </div>
    </section>
  );
}

function Step({ name, value, note, share, of, isMain }: { name: string; value: number; note?: string; share?: number | null; of?: 'share' | 'shareOfVisits'; isMain?: boolean }): JSX.Element {
  return (
    <div class="step" data-main={isMain || undefined}>
      <dt>{name}</dt>
      <dd><strong>{number(value)}</strong>{share != null && of && <span class="part">{t(of, { percent: percent(share, language.value) })}</span>}{note && <span class="gloss">{note}</span>}</dd>
    </div>
  );
}
