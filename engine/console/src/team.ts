// Who else is there; for a supervisor what each holds, too. Read while somebody looks at it.
import { signal } from '@preact/signals';
import type { Api } from './api.ts';
import type { Teammate } from './contract.ts';

const everyMs = 5_000;
/** Messages come together: read once for all of them. */
const pauseMs = 300;

/** By name; null: not read yet, or an engine that does not say. */
export const team = signal<readonly Teammate[] | null>(null);
/** The conversation of another that a supervisor is about to hand on, or to end. */
export const subject = signal<{ id: string; holder: string } | null>(null);

let api: Api | null = null;
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let soon: ReturnType<typeof setTimeout> | undefined;

export function teamStart(with_: Api): void {
  api = with_;
}

export function teamStop(): void {
  clearTimeout(soon);
  api = null;
  team.value = null;
  subject.value = null;
}

/** Keeps it read until the function that it returns is called. */
export function watchTeam(): () => void {
  if (watchers++ === 0) timer = setInterval(() => void readTeam(), everyMs);
  void readTeam();
  return () => { if (--watchers === 0) clearInterval(timer); };
}

/** Something was heard that may have changed it. */
export function teamChanged(): void {
  if (watchers === 0) return;
  clearTimeout(soon);
  soon = setTimeout(() => void readTeam(), pauseMs);
}

async function readTeam(): Promise<void> {
  const current = api;
  if (!current) return;
  try {
    const read = await current.agents();
    if (api === current) team.value = read;
  } catch {
    // What was read last stands; the next look asks again.
  }
}
