import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { noteCharactersMax } from '../conversation.ts';
import type { Outcome } from '../contract.ts';
import { wrapUp } from '../desk.ts';
import type { Entry } from '../queue.ts';
import { t, type Key } from '../words/index.ts';

const outcomes: readonly [Outcome, Key][] = [
  ['resolved', 'outcomeResolved'], ['converted', 'outcomeConverted'], ['not_helpful', 'outcomeNotHelpful'], ['should_not_have_been_invited', 'outcomeShouldNot'],
];

/** How it went, in one press: what the engine is measured by, so it is asked and not assumed. */
export function WrapUp({ entry }: { entry: Entry }): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  useEffect(() => { title.current?.focus(); }, []);
  return (
    <div class="wrap-up">
      <h3 ref={title} tabIndex={-1}>{t('wrapUp')}</h3>
      <p>{t('wrapUpLead')}</p>
      <label for="note">{t('wrapUpNote')}</label>
      <textarea id="note" ref={note} rows={2} dir="auto" maxLength={noteCharactersMax} />
      <div class="outcomes" role="group" aria-label={t('wrapUp')}>
        {outcomes.map(([outcome, words]) => <button key={outcome} type="button" onClick={() => void wrapUp(entry.id, outcome, note.current?.value.trim() ?? '')}>{t(words)}</button>)}
      </div>
    </div>
  );
}
