// Questions that visitors left while nobody was free.
import { signal } from '@preact/signals';
import { Refused, type Api } from './api.ts';
import type { Question } from './contract.ts';

const everyMs = 30_000;

/** Null: not read yet, or an engine that keeps none. Those this agent took stand with their whole address. */
export const questions = signal<readonly Question[] | null>(null);

let api: Api | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
let taken = new Map<string, Question>();

export function questionsStart(with_: Api): void {
  questionsStop();
  api = with_;
  void readQuestions();
  timer = setInterval(() => void readQuestions(), everyMs);
}

export function questionsStop(): void {
  clearInterval(timer);
  api = null;
  taken = new Map();
  questions.value = null;
}

export async function readQuestions(): Promise<void> {
  const current = api;
  if (!current) return;
  try {
    const read = await current.questions();
    if (api === current) questions.value = read.map(question => taken.get(question.id) ?? question);
  } catch (error) {
    // An engine without them is not asked again.
    if (error instanceof Refused && error.status === 404) clearInterval(timer);
  }
}

/** Throws what the engine says; “taken” where another was quicker. */
export async function takeQuestion(id: string): Promise<void> {
  const question = await api!.takeQuestion(id);
  taken.set(id, question);
  questions.value = (questions.value ?? []).map(one => (one.id === id ? question : one));
}

/** Throws what the engine says. */
export async function finishQuestion(id: string): Promise<void> {
  await api!.finishQuestion(id);
  taken.delete(id);
  questions.value = (questions.value ?? []).filter(one => one.id !== id);
}
