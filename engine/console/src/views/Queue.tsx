import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { aside } from '../aside.ts';
import { chosenId, deskState, engineNow, link, me, sections, stateKey, urgencyKey } from '../desk.ts';
import { moveRow, rovingId, rowId } from '../keys.ts';
import { openToAllAt, urgencyBand, urgencyOf, type Entry, type Parting, type Section } from '../queue.ts';
import { talks } from '../talks.ts';
import { count, t, type Key } from '../words/index.ts';
import { Together } from './Header.tsx';
import { Quoted, TimeLeft } from './parts.tsx';
import { QuestionsEntry } from './Questions.tsx';
import { TeamEntry } from './Team.tsx';

const titles: Record<Section, Key> = { talks: 'sectionTalks', waiting: 'sectionWaiting', mine: 'sectionMine', others: 'sectionOthers' };

/** One list; Tab reaches one row of it, arrows go through all. Rows out of sight cost no layout (content-visibility). */
export function Queue(): JSX.Element {
  const parts = sections.value;
  const rows = parts.flatMap(part => part.entries);
  const roving = rows.some(row => row.id === rovingId.value) ? rovingId.value : rows[0]?.id ?? null;
  return (
    <nav class="queue" aria-label={t('queue')} onKeyDown={move}>
      {rows.length === 0 ? <Empty /> : parts.map(part => (
        <section key={part.section} class={part.section}>
          <h2>{t(titles[part.section])} <span class="number" aria-hidden="true">{part.entries.length}</span><span class="unseen">{count('cards', part.entries.length)}</span></h2>
          <ul>{part.entries.map(entry => <Row key={entry.id} entry={entry} isReached={entry.id === roving} isChosen={entry.id === chosenId.value} />)}</ul>
        </section>
      ))}
      <QuestionsEntry />
      <TeamEntry />
      <Together />
    </nav>
  );
}

function move(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1, Home: 'first', End: 'last' }[event.key] as number | 'first' | 'last' | undefined;
  if (by === undefined) return;
  event.preventDefault();
  moveRow(by);
}

function Empty(): JSX.Element | null {
  if (link.value === 'connecting') return null;
  return (
    <div class="empty">
      <p><strong>{t('queueEmpty')}</strong></p>
      <p>{t(deskState.value === 'away' ? 'queueEmptyAway' : 'queueEmptyAvailable')}</p>
    </div>
  );
}

const Row = memo(function Row({ entry, isReached, isChosen }: { entry: Entry; isReached: boolean; isChosen: boolean }): JSX.Element {
  const urgency = urgencyBand(urgencyOf(entry));
  return (
    <li>
      <button type="button" id={rowId(entry.id)} class="row" data-urgency={urgency} data-phase={entry.phase} tabIndex={isReached ? 0 : -1} aria-current={isChosen}
        onFocus={() => { rovingId.value = entry.id; }} onClick={() => open(entry.id)}>
        <span class="row-title">{entry.card && entry.card.needIsClear ? <Quoted text={entry.card.need} lang={entry.card.language} /> : t(stateKey(entry))}</span>
        {entry.phase === 'over' ? <span class="row-note">{t(partingKeys[entry.parting ?? 'gone'])}</span> : (
          <>
            <span class="row-note"><span class="urgency" data-urgency={urgency}>{t(urgencyKey(entry))}</span> <span>{t(phaseKeys[entry.phase])}</span></span>
            <Wait entry={entry} />
            <Unread id={entry.id} />
          </>
        )}
      </button>
    </li>
  );
});

function Unread({ id }: { id: string }): JSX.Element | null {
  const unread = talks.value.get(id)?.unread ?? 0;
  return unread > 0 ? <span class="unread"><span aria-hidden="true">{unread}</span><span class="unseen">{count('unread', unread)}</span></span> : null;
}

/** Of a card with another agent: how long until anyone may take it; else how long it stays. */
function Wait({ entry }: { entry: Entry }): JSX.Element | null {
  if (entry.expiresAt === null || entry.phase === 'wrapUp') return null;
  const isOthers = entry.phase === 'accepted' && entry.agent !== me.value?.agent && engineNow.value < openToAllAt(entry);
  return <TimeLeft until={isOthers ? openToAllAt(entry) : entry.expiresAt} />;
}

const phaseKeys: Record<Exclude<Entry['phase'], 'over'>, Key> = { reserved: 'phaseReserved', accepted: 'phaseAccepted', claimed: 'phaseClaimed', wrapUp: 'phaseWrapUp' };
export const partingKeys: Record<Parting, Key> = {
  declined: 'partingDeclined', ignored: 'partingIgnored', lapsed: 'partingLapsed', withdrawn: 'partingWithdrawn', unclaimed: 'partingUnclaimed', taken: 'partingTaken', transferred: 'partingTransferred',
  ended: 'partingEnded', gone: 'partingGone',
};

function open(id: string): void {
  aside.value = null;
  chosenId.value = id;
  rovingId.value = id;
  // After the card is drawn: whoever opens a card wants to read it.
  requestAnimationFrame(() => document.getElementById('card-title')?.focus());
}
