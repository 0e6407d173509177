import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Refused } from '../api.ts';
import { aside } from '../aside.ts';
import type { Question } from '../contract.ts';
import { chosenId, me, tell, trouble } from '../desk.ts';
import { finishQuestion, questions, readQuestions, takeQuestion } from '../questions.ts';
import { cleanLines } from '../text.ts';
import { count, language, t } from '../words/index.ts';
import { Icon, Quoted } from './parts.tsx';

/** Beneath the queue: how many wait. */
export function QuestionsEntry(): JSX.Element | null {
  const waiting = questions.value;
  if (waiting === null) return null;
  return (
    <button type="button" class="aside-entry" aria-pressed={aside.value === 'questions'} onClick={open}>
      <span>{t('questions')}</span> <span class="number" aria-hidden="true">{waiting.length}</span><span class="unseen">{count('questionsWaiting', waiting.length)}</span>
    </button>
  );
}

function open(): void {
  chosenId.value = null;
  aside.value = 'questions';
  void readQuestions();
  requestAnimationFrame(() => document.getElementById('questions-title')?.focus());
}

export function Questions(): JSX.Element {
  const waiting = questions.value ?? [];
  useEffect(() => { void readQuestions(); }, []);
  return (
    <div class="questions">
      <button type="button" class="quiet back" onClick={() => { aside.value = null; }}><Icon name="back" />{t('back')}</button>
      <h2 id="questions-title" tabIndex={-1}>{t('questions')}</h2>
      <p class="hint">{t('questionsLead')}</p>
      {waiting.length === 0 ? <p>{t('questionsNone')}</p> : <ul>{waiting.map(question => <One key={question.id} question={question} />)}</ul>}
    </div>
  );
}

function One({ question }: { question: Question }): JSX.Element {
  const isMine = question.holder === me.value?.agent;
  const isOthers = Boolean(question.holder) && !isMine;
  return (
    <li class="question">
      <p class="hint">{t('questionAsked', { time: when(question.askedAt) })} · {t('questionGone', { time: when(question.forgottenAt) })}</p>
      <p class="question-text" dir="auto" lang={question.language ?? undefined}>{cleanLines(question.text)}</p>
      <p>{question.replyTo ? <>{t('questionReply')} <Quoted text={question.replyTo} /></> : t('questionNoReply')}</p>
      {isOthers ? <p class="hint">{t('questionTakenBy', { agent: question.holder! })}</p> : (
        <p class="actions">
          {isMine
            ? <button type="button" class="main" onClick={() => void finishQuestion(question.id).catch(trouble)}>{t('questionDone')}</button>
            : <button type="button" onClick={() => void take(question.id)}>{t('questionTake')}</button>}
          {isMine && question.replyTo && <button type="button" onClick={() => void navigator.clipboard.writeText(question.replyTo!).then(() => tell(t('copied')), () => {})}>{t('copyAddress')}</button>}
        </p>
      )}
    </li>
  );
}

const when = (at: string): string => new Date(at).toLocaleString(language.value, { dateStyle: 'medium', timeStyle: 'short' });

async function take(id: string): Promise<void> {
  try {
    await takeQuestion(id);
  } catch (error) {
    if (error instanceof Refused && error.status === 409) tell(error.problem.holder ? t('partingTakenBy', { agent: error.problem.holder }) : t('partingTaken'), 'bad');
    else trouble(error);
    void readQuestions();
  }
}
