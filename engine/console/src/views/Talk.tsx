import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { cannedIn } from '../canned.ts';
import { emptyTalk, markOf, messageCharactersMax, type Talk as Conversation, type TalkEntry } from '../conversation.ts';
import { dealtWith, end, saveTranscript } from '../desk.ts';
import { opened } from '../keys.ts';
import type { Entry } from '../queue.ts';
import { cleanLines } from '../text.ts';
import { draft, drafts, hubConnected, markRead, send, sendAgain, talks, writing } from '../talks.ts';
import { language, t, type Key } from '../words/index.ts';
import { WrapUp } from './WrapUp.tsx';

/** The conversation: what was said, and the field to say the next thing. */
export function Talk({ entry }: { entry: Entry }): JSX.Element {
  const talk = talks.value.get(entry.id);
  const isOpen = entry.phase === 'claimed' && !talk?.isClosed;
  useEffect(() => markRead(entry.id), [talk?.unread]);
  return (
    <section class="talk" aria-labelledby="talk-title">
      <header>
        <h2 id="talk-title">{t('talk')}</h2>
        <button type="button" class="quiet" onClick={() => void saveTranscript(entry.id)}>{t('transcript')}</button>
        {isOpen && <button type="button" class="quiet" onClick={() => { opened.value = 'transfer'; }}>{t('transfer')}</button>}
        {isOpen && <button type="button" aria-label={t('end')} onClick={() => void end(entry.id)}>{t('endShort')}</button>}
      </header>
      {isOpen && !hubConnected.value && <p class="note" role="status">{t('talkWaits')}</p>}
      <Said talk={talk ?? emptyTalk} offer={entry.id} />
      {isOpen && <p class="writes" role="status">{writing.value.has(entry.id) ? t('visitorWrites') : ''}</p>}
      {isOpen && <Composer entry={entry} />}
      {entry.phase === 'wrapUp' && <WrapUp entry={entry} />}
    </section>
  );
}

function Said({ talk, offer }: { talk: Conversation; offer: string }): JSX.Element {
  const { entries, pending } = talk;
  const list = useRef<HTMLDivElement>(null);
  // The newest is in sight, unless the agent reads further up.
  const follows = useRef(true);
  useEffect(() => { if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight; }, [entries.length, pending.length]);
  return (
    <div class="said" ref={list} role="log" tabIndex={0} aria-label={t('talk')}
      onScroll={event => { const { scrollTop, scrollHeight, clientHeight } = event.currentTarget; follows.current = scrollHeight - scrollTop - clientHeight < 40; }}>
      <ol>
      {entries.map(entry => (entry.kind === 'message' ? <Message key={entry.seq} entry={entry} mark={markOf(talk, entry)} /> : <li key={entry.seq} class="happened">{happened(entry)}</li>))}
      {pending.map(waiting => (
        <li key={waiting.id} class="message agent waiting">
          <p class="bubble" dir="auto">{cleanLines(waiting.text)}</p>
          <p class="amount">{t(waiting.isRefused ? 'messageRefused' : 'messageWaits')} {waiting.isRefused && <button type="button" class="quiet" onClick={() => void sendAgain(offer, waiting.id)}>{t('sendAgain')}</button>}</p>
        </li>
      ))}
      </ol>
    </div>
  );
}

/** A paragraph of its own direction; text nodes only, lines kept by the style. */
function Message({ entry, mark }: { entry: TalkEntry; mark: ReturnType<typeof markOf> }): JSX.Element {
  const isMine = entry.from === 'agent';
  return (
    <li class={`message ${isMine ? 'agent' : 'visitor'}`}>
      <p class="amount">{t(isMine ? 'fromYou' : 'fromVisitor')} · <time dateTime={entry.at}>{new Date(entry.at).toLocaleTimeString(language.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}</time></p>
      <p class="bubble" dir="auto">{cleanLines(entry.text, messageCharactersMax)}</p>
      {mark && <p class="amount">{t(mark === 'arrived' ? 'messageArrived' : 'messageSent')}</p>}
    </li>
  );
}

const happenings: Record<string, Key> = { claimed: 'happenedClaimed', waiting: 'happenedWaiting', closed: 'happenedClosed' };
const causes: Record<string, Key> = { unclaimed: 'partingUnclaimed', erased: 'happenedErased', transferred: 'happenedTransferred' };

function happened(entry: TalkEntry): string {
  if (entry.cause && causes[entry.cause]) return t(causes[entry.cause]!);
  if (entry.kind === 'closed' && entry.from) return t(entry.from === 'visitor' ? 'happenedClosedByVisitor' : dealtWith.has(entry.offer) ? 'happenedClosedByYou' : 'happenedClosedAtDesk');
  return t(happenings[entry.kind] ?? 'happenedOther');
}

function Composer({ entry }: { entry: Entry }): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = drafts.value.get(entry.id) ?? '';
  const rest = messageCharactersMax - text.length;
  const opener = entry.card?.suggestedOpener ?? '';
  useEffect(() => { field.current?.focus(); }, [entry.id]);

  function put(words: string): void {
    draft(entry.id, text.trim() === '' ? words : `${text.trimEnd()} ${words}`);
    field.current?.focus();
  }
  function submit(event?: Event): void {
    event?.preventDefault();
    if (text.trim() === '' || rest < 0) return;
    void send(entry.id, text);
    draft(entry.id, '');
    field.current?.focus();
  }
  return (
    <form class="composer" onSubmit={submit}>
      <div class="canned" role="group" aria-label={t('canned')}>
        {[opener, ...cannedIn(entry.card?.language ?? 'en')].filter(Boolean).map(words => (
          <button type="button" key={words} lang={entry.card?.language} onClick={() => put(words)}><bdi dir="auto">{cleanLines(words)}</bdi></button>
        ))}
      </div>
      <label for="message" class="unseen">{t('message')}</label>
      <textarea id="message" ref={field} rows={3} dir="auto" value={text} placeholder={t('messageHint')} aria-describedby="message-rest" aria-invalid={rest < 0}
        onInput={event => draft(entry.id, event.currentTarget.value, true)}
        onKeyDown={event => { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event); }} />
      <div class="composer-end">
        <span id="message-rest" class="hint">{rest < 200 ? t('messageRest', { count: rest }) : ''}</span>
        <button type="submit" class="main" aria-disabled={text.trim() === '' || rest < 0}>{t('send')}</button>
      </div>
    </form>
  );
}
