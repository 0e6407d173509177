import type { JSX } from 'preact';
import type { VisitorState } from '../../contract.ts';
import type { Overview } from '../contract.ts';
import { lasted, sum } from '../figures.ts';
import { count, language, t, type Key } from '../words/index.ts';
import { Bar, Counted, number } from './parts.tsx';

/** Those in need first. */
const states: { state: VisitorState; name: Key; tone?: string }[] = [
  { state: 'floundering', name: 'stateFloundering', tone: 'floundering' }, { state: 'purposeful', name: 'statePurposeful', tone: 'purposeful' },
  { state: 'progressing', name: 'stateProgressing' }, { state: 'exploring', name: 'stateExploring' }, { state: 'unknown', name: 'stateUnknown' },
];

/** How things stand: numbers of visitors, never which. */
export function Now({ overview }: { overview: Overview }): JSX.Element {
  return (
    <section aria-labelledby="now-title">
      <h2 id="now-title">{t('now')}</h2>
      <div class="tiles">
        <div class="panel">
          <h3>{count('nowVisitors', sum(Object.values(overview.now)))}</h3>
          <Counted caption={t('nowVisitors')} what={t('state')} many={t('visits')}
            rows={states.map(({ state, name, tone }) => ({ key: state, name: t(name), value: overview.now[state] ?? 0, ...(tone ? { tone } : {}) }))} />
        </div>
        <Agents load={overview.load} />
        <Waiting load={overview.load} asOf={overview.asOf} />
      </div>
    </section>
  );
}

function Agents({ load }: { load: Overview['load'] }): JSX.Element {
  return (
    <div class="panel">
      <h3>{count('agents', load.agentsAvailable)}</h3>
      {load.agentsAvailable === 0 ? <p class="hint">{t('agentsNone')}</p> : <><p class="hint">{t('heldOf', { held: number(load.slotsHeld), capacity: number(load.capacity) })}</p><Bar share={load.slotsHeld / Math.max(1, load.capacity)} /></>}
      <dl class="facts">
        <div><dt>{t('capacity')}</dt><dd>{number(load.capacity)}</dd></div>
        <div><dt>{t('held')}</dt><dd>{number(load.slotsHeld)}</dd></div>
        <div><dt>{t('free')}</dt><dd>{number(load.freeSlots)}</dd></div>
      </dl>
    </div>
  );
}

function Waiting({ load, asOf }: { load: Overview['load']; asOf: string }): JSX.Element {
  const since = (at: string | null | undefined): string => (at ? t('oldest', { time: lasted(Date.parse(asOf) - Date.parse(at), language.value) }) : '');
  return (
    <div class="panel">
      <h3>{t('waiting')}</h3>
      <dl class="waits">
        <div><dt>{t('waitingVisitors')}</dt><dd><strong>{number(load.visitorsWaiting)}</strong> <span class="hint">{since(load.waitingSince)}</span></dd></div>
        <div><dt>{t('waitingQuestions')}</dt><dd><strong>{number(load.questionsWaiting)}</strong> <span class="hint">{since(load.oldestQuestionAt)}</span></dd></div>
      </dl>
    </div>
  );
}
