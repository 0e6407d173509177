import type { JSX } from 'preact';
import type { Outcomes as Counts, Overview } from '../contract.ts';
import { sum } from '../figures.ts';
import { t, type Key } from '../words/index.ts';
import { Counted, Section } from './parts.tsx';

const outcomes: { outcome: keyof Counts; name: Key; tone: string }[] = [
  { outcome: 'resolved', name: 'outcomeResolved', tone: 'good' }, { outcome: 'converted', name: 'outcomeConverted', tone: 'good' },
  { outcome: 'notHelpful', name: 'outcomeNotHelpful', tone: 'bad' }, { outcome: 'shouldNotHaveBeenInvited', name: 'outcomeShouldNot', tone: 'bad' },
];

export function Outcomes({ overview }: { overview: Overview }): JSX.Element {
  return (
    <Section id="outcomes" title={t('outcomes')} lead={t('outcomesLead')}>
      {sum(Object.values(overview.outcomes)) === 0
        ? <p>{t('outcomesNone')}</p>
        : <Counted caption={t('outcomes')} what={t('outcome')} many={t('conversations')} rows={outcomes.map(({ outcome, name, tone }) => ({ key: outcome, name: t(name), value: overview.outcomes[outcome], tone }))} />}
    </Section>
  );
}
