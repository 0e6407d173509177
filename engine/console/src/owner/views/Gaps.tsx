import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Icon } from '../../views/Icon.tsx';
import { Quoted } from '../../views/Quoted.tsx';
import type { GapQuestion, GapReport } from '../contract.ts';
import { percent } from '../figures.ts';
import { gaps, gapsAre, gapsTrouble, readGaps, saveGaps } from '../state.ts';
import { count, language, t, type Key } from '../words/index.ts';
import { number, Section } from './parts.tsx';

const daysOffered = [1, 7, 30, 90];
const verdicts: Record<string, Key> = { no_article: 'verdictNoArticle', not_found: 'verdictNotFound', found_not_helpful: 'verdictNotHelpful' };

/** What the help centre does not answer. The log is read when the owner asks, not whenever the page is opened. */
export function Gaps(): JSX.Element {
  const days = useSignal(7);
  const isReading = gapsAre.value === 'reading';
  return (
    <Section id="gaps" title={t('gaps')} lead={t('gapsLead')}>
      <form class="asking" onSubmit={event => { event.preventDefault(); void readGaps(days.value); }}>
        <label>{t('gapsDays')} <select value={days.value} onChange={event => { days.value = Number(event.currentTarget.value); }}>
          {daysOffered.map(offered => <option key={offered} value={offered}>{offered}</option>)}
        </select></label>
        <button type="submit" class="main" aria-disabled={isReading}>{isReading ? t('gapsReading') : t('gapsRead')}</button>
        {gaps.value && <button type="button" onClick={() => void saveGaps()}><Icon name="download" /> {t('gapsCsv')}</button>}
      </form>
      <p class="trouble" role="alert">{gapsAre.value === 'busy' ? t('gapsBusy') : gapsAre.value === 'failed' && gapsTrouble.value}</p>
      <div aria-live="polite">{gaps.value && <Report report={gaps.value} />}</div>
    </Section>
  );
}

function Report({ report }: { report: GapReport }): JSX.Element {
  const day = (at: string): string => new Date(at).toLocaleDateString(language.value, { dateStyle: 'medium' });
  return (
    <>
      <p>{t('gapsSummary', { from: day(report.from), to: day(report.to), sessions: count('gapsVisits', report.sessions), floundering: number(report.floundering) })}</p>
      {report.questions.length === 0 ? <p>{t('gapsNone')}</p> : <Questions questions={report.questions} />}
      <p class="hint">
        {[report.questionsHeldBack > 0 && count('gapsHeldBack', report.questionsHeldBack), report.leftOut > 0 && count('gapsLeftOut', report.leftOut), report.isPartial && t('gapsPartial')].filter(Boolean).join(' ')}
      </p>
    </>
  );
}

function Questions({ questions }: { questions: GapQuestion[] }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={t('gaps')}>
      <table class="grid gaps">
        <caption class="unseen">{t('gaps')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('question')}</th><th scope="col" class="number">{t('sessions')}</th><th scope="col" class="number">{t('searches')}</th><th scope="col" class="number">{t('flounderingShare')}</th>
            <th scope="col" class="number">{t('zeroShare')}</th><th scope="col">{t('verdict')}</th><th scope="col">{t('article')}</th>
          </tr>
        </thead>
        <tbody>
          {questions.map((one, i) => (
            <tr key={i}>
              <th scope="row"><Quoted text={one.question} /></th>
              <td class="number">{number(one.sessions)}</td>
              <td class="number">{number(one.searches)}</td>
              <td class="number">{percent(one.flounderingShare, language.value)}</td>
              <td class="number">{one.zeroResultShare == null ? '–' : percent(one.zeroResultShare, language.value)}</td>
              <td><span class="verdict" data-verdict={one.verdict}>{verdicts[one.verdict] ? t(verdicts[one.verdict]!) : one.verdict}</span></td>
              <td>{one.article ? <Quoted text={one.article.title} /> : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
