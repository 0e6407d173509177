import type { JSX } from 'preact';
import type { Overview, OverviewHour } from '../contract.ts';
import { sum } from '../figures.ts';
import { t, type Key } from '../words/index.ts';
import { HoursChart, type Series } from './HoursChart.tsx';
import { number, Section } from './parts.tsx';

type Field = 'accepted' | 'declined' | 'ignored' | 'withdrawn' | 'shown' | 'asked' | 'claimed' | 'unclaimed' | 'questionsLeft' | 'questionsAnswered';

const drawn: Field[] = ['accepted', 'declined', 'ignored', 'withdrawn'];
const beside: Field[] = ['shown', 'asked', 'claimed', 'unclaimed', 'questionsLeft', 'questionsAnswered'];
const seriesOf = (field: Field): Series => ({ name: t(field satisfies Key), tone: field, of: (hour: OverviewHour) => hour[field] });

export function Answers({ overview }: { overview: Overview }): JSX.Element {
  return (
    <Section id="answers" title={t('answersByHour')} lead={t('answersLead')}>
      {sum(drawn.map(field => overview.total[field])) === 0
        ? <p>{t('answersNone')}</p>
        : <HoursChart id="answers" title={t('answersByHour')} hours={overview.hours} total={overview.total} series={drawn.map(seriesOf)} more={beside.map(seriesOf)} />}
      <dl class="facts across">
        {beside.map(field => <div key={field}><dt>{t(field satisfies Key)}</dt><dd>{number(overview.total[field])}</dd></div>)}
      </dl>
    </Section>
  );
}
