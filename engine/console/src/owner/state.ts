// What the owner's page knows, as signals that the views draw. The only part that calls the engine.
import { batch, signal } from '@preact/signals';
import { Refused } from '../call.ts';
import { languages, preferred, type Language } from '../words/speech.ts';
import { OwnerApi } from './api.ts';
import type { GapReport, Overview } from './contract.ts';
import { choose, language, t, type Key } from './words/index.ts';

const keyName = 'engagement.owner.key';
const languageName = 'engagement.owner.language';
const readEveryMs = 30_000;

export const overview = signal<Overview | null>(null);
export const signInTrouble = signal<Key | null>(null);
/** The last reading failed: what is shown is older. */
export const isStale = signal(false);
export const gaps = signal<GapReport | null>(null);
export const gapsDays = signal(7);
export const gapsAre = signal<'idle' | 'reading' | 'busy' | 'failed'>('idle');
export const gapsTrouble = signal('');

let api: OwnerApi | null = null;

/** Throws what the engine says; signs in where it takes the key. */
export async function signIn(key: string): Promise<void> {
  const trial = new OwnerApi(key);
  const first = await trial.overview(language.value);
  sessionStorage.setItem(keyName, key);
  api = trial;
  batch(() => {
    overview.value = first;
    isStale.value = false;
    signInTrouble.value = null;
  });
}

/** Again after a reload of this tab. */
export async function resume(): Promise<void> {
  const key = sessionStorage.getItem(keyName);
  if (key) await signIn(key).catch(error => signOut(error instanceof Refused && error.status > 0 ? 'signedOutByEngine' : 'notReached'));
}

export function signOut(trouble: Key | null = null): void {
  sessionStorage.removeItem(keyName);
  api = null;
  batch(() => {
    overview.value = null;
    gaps.value = null;
    gapsAre.value = 'idle';
    signInTrouble.value = trouble;
  });
}

export async function read(): Promise<void> {
  const asked = api;
  if (!asked) return;
  try {
    const next = await asked.overview(language.value);
    if (asked === api) batch(() => {
      overview.value = next;
      isStale.value = false;
    });
  } catch (error) {
    if (asked !== api) return;
    if (error instanceof Refused && (error.status === 401 || error.status === 403)) signOut('signedOutByEngine');
    else isStale.value = true;
  }
}

export function startReading(): void {
  setInterval(() => { if (document.visibilityState === 'visible') void read(); }, readEveryMs);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void read(); });
}

export async function readGaps(days: number): Promise<void> {
  if (!api || gapsAre.value === 'reading') return;
  gapsAre.value = 'reading';
  try {
    const report = await api.gaps(days);
    batch(() => {
      gaps.value = report;
      gapsDays.value = days;
      gapsAre.value = 'idle';
    });
  } catch (error) {
    gapsFailed(error);
  }
}

export async function saveGaps(): Promise<void> {
  if (!api) return;
  try {
    const address = URL.createObjectURL(await api.gapsCsv(gapsDays.value));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'gaps.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    gapsFailed(error);
  }
}

export async function speak(next: Language): Promise<void> {
  await choose(next);
  try { localStorage.setItem(languageName, next); } catch { /* not permitted: it lasts as long as the page */ }
  await read();
}

export async function startLanguage(): Promise<void> {
  let stored: string | null = null;
  try { stored = localStorage.getItem(languageName); } catch { /* not permitted */ }
  await choose(stored && stored in languages ? stored as Language : preferred()).catch(() => choose('en'));
}

function gapsFailed(error: unknown): void {
  batch(() => {
    gapsAre.value = error instanceof Refused && error.status === 503 ? 'busy' : 'failed';
    gapsTrouble.value = error instanceof Refused && error.status > 0 ? t('refused', { detail: error.message }) : t('notReached');
  });
}
