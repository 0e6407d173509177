import type { JSX } from 'preact';
import { desk, deskState, isAvailable, isSupervisor, link, me, offerChanged, pausedBy, setAvailable, setPause, signOut, slotsUsed } from '../desk.ts';
import { set, settings } from '../settings.ts';
import type { DeskState } from '../state.ts';
import { count, t, type Key } from '../words/index.ts';
import { opened } from '../keys.ts';
import { Mark } from './Mark.tsx';
import { Icon } from './parts.tsx';

const capacityMax = 50;
const names: Record<DeskState, Key> = { connecting: 'stateConnecting', lost: 'stateLost', away: 'stateAway', paused: 'statePaused', available: 'stateAvailable', full: 'stateFull' };

/** Who this is and whether anybody may be invited on her behalf: the first thing to be sure of. */
export function Header(): JSX.Element {
  return (
    <header class="top" data-state={deskState.value}>
      <Mark />
      <h1 class="unseen">{t('title')}</h1>
      <Standing />
      <div class="presence">
        {pausedBy.value !== null && <button type="button" class="main" onClick={() => void setPause(me.value!.agent, false)}>{t('goOn')}</button>}
        <button type="button" id="presence" class={isAvailable.value ? '' : 'main'} aria-keyshortcuts={settings.value.singleKeys ? 'a' : undefined} onClick={() => setAvailable(!isAvailable.value)}>
          {isAvailable.value ? t('goAway') : t('goAvailable')}
        </button>
        <Capacity />
      </div>
      <div class="tools">
        <span class="who"><bdi>{me.value?.agent}</bdi>{isSupervisor.value && <> · {t('supervisor')}</>}</span>
        <button type="button" class="quiet square" aria-label={t('settings')} title={t('settings')} onClick={() => { opened.value = 'settings'; }}><Icon name="gear" /></button>
        <button type="button" class="quiet square" aria-label={t('shortcuts')} title={t('shortcuts')} onClick={() => { opened.value = 'shortcuts'; }}><Icon name="help" /></button>
        <button type="button" class="quiet square" aria-label={t('signOut')} title={t('signOut')} onClick={() => signOut()}><Icon name="out" /></button>
      </div>
    </header>
  );
}

function Standing(): JSX.Element {
  const state = deskState.value;
  return (
    <div class="standing" role="status">
      <span class="lamp" aria-hidden="true" />
      <span class="words"><strong>{t(names[state])}</strong> <span class="hint">{hint(state)}</span></span>
    </div>
  );
}

function hint(state: DeskState): string {
  const capacity = settings.value.capacity;
  switch (state) {
    case 'available': return t('stateAvailableHint', { free: capacity - slotsUsed.value, capacity });
    case 'full': return t('stateFullHint', { capacity });
    case 'away': return t('stateAwayHint');
    case 'paused': return t('statePausedHint', { agent: pausedBy.value ?? '' });
    case 'lost': return t('stateLostHint');
    default: return '';
  }
}

function Capacity(): JSX.Element {
  const capacity = settings.value.capacity;
  const change = (by: number): void => {
    set({ capacity: Math.min(capacityMax, Math.max(1, capacity + by)) });
    offerChanged();
  };
  return (
    <div class="capacity" role="group" aria-label={t('capacity')}>
      <button type="button" class="square" aria-label={t('fewer')} disabled={capacity <= 1} onClick={() => change(-1)}>−</button>
      <output aria-live="polite" title={t('capacity')}>{capacity}</output>
      <button type="button" class="square" aria-label={t('more')} disabled={capacity >= capacityMax} onClick={() => change(1)}>+</button>
    </div>
  );
}

/** What the whole desk looks like, as the engine last said. */
export function Together(): JSX.Element | null {
  const last = desk.value;
  return last && link.value === 'live' && isAvailable.value ? <p class="together">{count('deskTogether', last.agentsAvailable, { free: last.freeSlots })}</p> : null;
}
