import type { JSX } from 'preact';
import type { Overview } from '../contract.ts';
import { t } from '../words/index.ts';
import { Counted, Section } from './parts.tsx';

/** The reasons' words come from the engine, in the language that was asked for. */
export function Hindrances({ overview }: { overview: Overview }): JSX.Element {
  return (
    <Section id="hindrances" title={t('hindrances')} lead={t('hindrancesLead')}>
      {overview.hindrances.length === 0
        ? <p>{t('hindrancesNone')}</p>
        : <Counted caption={t('hindrances')} what={t('reason')} many={t('visits')} rows={overview.hindrances.map(({ code, text, visits }) => ({ key: code, name: text, value: visits }))} />}
    </Section>
  );
}
