import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { aside } from '../aside.ts';
import type { Seat, Teammate } from '../contract.ts';
import { claiming, engineNow, isSupervisor, me, setPause, takeOver } from '../desk.ts';
import { opened, showTeam } from '../keys.ts';
import { settings } from '../settings.ts';
import { clockText, leftSeconds } from '../state.ts';
import { subject, team, watchTeam } from '../team.ts';
import { t, type Key } from '../words/index.ts';
import { Icon } from './parts.tsx';

/** Beneath the queue, for supervisors. */
export function TeamEntry(): JSX.Element | null {
  return isSupervisor.value ? <button type="button" class="aside-entry" aria-pressed={aside.value === 'team'} aria-keyshortcuts={settings.value.singleKeys ? 't' : undefined} onClick={showTeam}>{t('team')}</button> : null;
}

/** Who is there and what each has in hand. Of a conversation nothing but that there is one. */
export function Team(): JSX.Element {
  useEffect(watchTeam, []);
  return (
    <div class="team">
      <button type="button" class="quiet back" onClick={() => { aside.value = null; }}><Icon name="back" />{t('back')}</button>
      <h2 id="team-title" tabIndex={-1}>{t('team')}</h2>
      <p class="hint">{t('teamLead')}</p>
      {team.value?.length === 0 ? <p>{t('teamNone')}</p> : <ul class="mates">{team.value?.map(mate => <Mate key={mate.agent} mate={mate} />)}</ul>}
    </div>
  );
}

type Standing = 'away' | 'paused' | 'full' | 'available';
const standings: Record<Standing, Key> = { away: 'stateAway', paused: 'statePaused', full: 'stateFull', available: 'stateAvailable' };
const standingOf = (mate: Teammate): Standing => (mate.status === 'away' ? 'away' : mate.pausedBy ? 'paused' : mate.freeSlots === 0 ? 'full' : 'available');

function Mate({ mate }: { mate: Teammate }): JSX.Element {
  const standing = standingOf(mate);
  const isPaused = Boolean(mate.pausedBy);
  return (
    <li class="mate" data-state={standing}>
      <div class="mate-head">
        <h3><bdi>{mate.agent}</bdi>{mate.agent === me.value?.agent && <span class="hint"> {t('teamYou')}</span>}</h3>
        <p class="mate-standing"><span class="lamp" aria-hidden="true" /> {isPaused ? t('teamPausedBy', { agent: mate.pausedBy! }) : t(standings[standing])}</p>
        <p class="hint">{[t('teamPlaces', { free: mate.freeSlots, capacity: mate.capacity }), ...mate.languages, ...mate.skills].join(' · ')}</p>
        {mate.status === 'available' && (
          <button type="button" aria-label={t(isPaused ? 'teamResumeOf' : 'teamPauseOf', { agent: mate.agent })} onClick={() => void setPause(mate.agent, !isPaused)}>{t(isPaused ? 'goOn' : 'teamPause')}</button>
        )}
      </div>
      {mate.seats && mate.seats.length > 0 && <ul class="seats">{mate.seats.map(seat => <SeatRow key={seat.id} seat={seat} holder={mate.agent} />)}</ul>}
    </li>
  );
}

const seatKeys: Record<Seat['status'], Key> = { pending: 'seatInvited', open: 'seatInvited', seen: 'seatInvited', accepted: 'seatWaits', claimed: 'seatTalks' };

function SeatRow({ seat, holder }: { seat: Seat; holder: string }): JSX.Element {
  const seconds = leftSeconds(engineNow.value, Date.parse(seat.since));
  const about = [seat.language, seat.skill].filter(Boolean).join(' · ');
  const name = { agent: holder, time: clockText(seconds) };
  return (
    <li class="seat" data-status={seat.status}>
      <p>{t(seatKeys[seat.status] ?? 'seatTalks')} <span class="left">{clockText(seconds)}</span>{about !== '' && <span class="hint"> · {about}</span>}</p>
      {seat.status === 'claimed' && holder !== me.value?.agent && (
        <p class="seat-actions">
          <button type="button" disabled={claiming.value.has(seat.id)} aria-label={t('takeOverOf', name)} onClick={() => void takeOver(seat.id, holder)}>{t('takeOver')}</button>
          <button type="button" aria-label={t('handOnOf', name)} onClick={() => open('handOn', seat.id, holder)}>{t('handOn')}</button>
          <button type="button" aria-label={t('endOtherOf', name)} onClick={() => open('endOther', seat.id, holder)}>{t('endShort')}</button>
        </p>
      )}
    </li>
  );
}

function open(dialog: 'handOn' | 'endOther', id: string, holder: string): void {
  subject.value = { id, holder };
  opened.value = dialog;
}
