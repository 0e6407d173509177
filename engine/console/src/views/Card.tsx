import type { JSX } from 'preact';
import { aside } from '../aside.ts';
import type { CardItem, CardPage, CardQuery, Coded, ContextCard, ReservedCard } from '../contract.ts';
import { chosen, chosenId, claim, claiming, end, engineNow, isAvailable, link, me, sections, stateKey, tell, urgencyKey } from '../desk.ts';
import { isClaimable, isPast, openToAllAt, urgencyBand, urgencyOf, type Entry } from '../queue.ts';
import { clockText, leftSeconds } from '../state.ts';
import { pane } from '../keys.ts';
import { draft, talks } from '../talks.ts';
import { clean, cleanLines } from '../text.ts';
import { trailOf, weightBand, weightShares, type TrailStep } from '../trail.ts';
import { count, language, t, type Key } from '../words/index.ts';
import { Mark } from './Mark.tsx';
import { Icon, Quoted, Reference, TimeLeft } from './parts.tsx';
import { partingKeys } from './Queue.tsx';
import { Questions } from './Questions.tsx';
import { Team } from './Team.tsx';
import { WrapUp } from './WrapUp.tsx';

/** The card in five seconds: who needs what, how sure, what to say first; below, what that is read from. */
export function Card(): JSX.Element {
  const entry = chosen.value;
  return (
    <section class="card" id="card" tabIndex={-1} aria-labelledby="card-title">
      {entry ? <Chosen key={entry.id} entry={entry} /> : aside.value === 'questions' ? <Questions /> : aside.value === 'team' ? <Team /> : <None />}
    </section>
  );
}

/** Nothing is chosen: what there is to do instead. */
function None(): JSX.Element | null {
  if (link.value === 'connecting') return <h2 id="card-title" class="unseen">{t('details')}</h2>;
  const isQuiet = sections.value.length === 0;
  const isAway = isQuiet && !isAvailable.value;
  return (
    <div class="none">
      <Mark />
      <h2 id="card-title" tabIndex={-1}>{t(isAway ? 'awayTitle' : isQuiet ? 'quietTitle' : 'noneChosenTitle')}</h2>
      <p>{t(isAway ? 'awayLead' : isQuiet ? 'quietLead' : 'noneChosen')}</p>
    </div>
  );
}

function Chosen({ entry }: { entry: Entry }): JSX.Element {
  const shown = entry.card ?? entry.reserved;
  return (
    <article aria-labelledby="card-title" data-phase={entry.phase}>
      <button type="button" class="quiet back" onClick={() => { chosenId.value = null; }}><Icon name="back" />{t('back')}</button>
      <Head entry={entry} />
      {entry.phase === 'over' && <p class="parting" role="status">{t(partingKeys[entry.parting ?? 'gone'])}</p>}
      {entry.card?.question && <Asked question={entry.card.question} />}
      {entry.card && <Opener entry={entry} card={entry.card} />}
      <Actions entry={entry} />
      {shown && <Why card={shown} />}
      {entry.card ? <Evidence card={entry.card} /> : entry.phase === 'reserved' && <Sealed />}
    </article>
  );
}

function Head({ entry }: { entry: Entry }): JSX.Element {
  const card = entry.card;
  const urgency = urgencyBand(urgencyOf(entry));
  const state = stateKey(entry);
  return (
    <header class="card-head">
      <p class="facts">
        <span class="chip" title={t(state.replace('state', 'gloss') as Key)}>{t(state)}</span>
        <span class="urgency" data-urgency={urgency}>{t(urgencyKey(entry))}</span>
        {typeof card?.confidence === 'number' && <span>{t('sure', { percent: Math.round(card.confidence * 100) })}</span>}
        {entry.expiresAt !== null && !isPast(entry) && <TimeLeft until={entry.expiresAt} />}
      </p>
      {card ? (
        <>
          <p class="label" id="need-label">{t('need')}</p>
          <h2 id="card-title" tabIndex={-1} aria-describedby="need-label">{card.needIsClear ? <Quoted text={card.need} lang={card.language} /> : t('needUnclear')}</h2>
        </>
      ) : (
        <>
          <h2 id="card-title" tabIndex={-1}>{t(state.replace('state', 'gloss') as Key)}</h2>
          {entry.phase === 'reserved' && <p>{t('reservedNow')}</p>}
        </>
      )}
    </header>
  );
}

/** In her own words, where she asked for a person herself. */
function Asked({ question }: { question: string }): JSX.Element {
  return <section class="asked"><h3>{t('asked')}</h3><p class="question-text" dir="auto">{cleanLines(question)}</p></section>;
}

function Opener({ entry, card }: { entry: Entry; card: ContextCard }): JSX.Element | null {
  const opener = clean(card.suggestedOpener);
  if (opener === '') return null;
  return (
    <section class="opener">
      <h3>{t('opener')}</h3>
      <blockquote><Quoted text={opener} lang={card.language} /></blockquote>
      {entry.phase === 'claimed'
        ? <button type="button" onClick={() => takeOver(entry.id, opener)}>{t('useOpener')}</button>
        : <button type="button" onClick={() => void navigator.clipboard.writeText(opener).then(() => tell(t('copied')), () => {})}>{t('copy')}</button>}
    </section>
  );
}

function takeOver(id: string, words: string): void {
  draft(id, words);
  pane.value = 'talk';
  requestAnimationFrame(() => document.getElementById('message')?.focus());
}

function Actions({ entry }: { entry: Entry }): JSX.Element | null {
  // Where conversations are held elsewhere, they still begin and end here.
  if (entry.phase === 'claimed' && !talks.value.has(entry.id)) return <div class="actions"><p>{t('claimedNote')}</p><button type="button" onClick={() => void end(entry.id)}>{t('end')}</button></div>;
  if (entry.phase === 'wrapUp' && !talks.value.has(entry.id)) return <WrapUp entry={entry} />;
  if (entry.phase !== 'accepted') return null;
  const agent = me.value?.agent ?? '';
  const isBusy = claiming.value.has(entry.id);
  const isFree = isClaimable(entry, agent, engineNow.value);
  return (
    <div class="actions">
      <button type="button" class="main large" aria-disabled={isBusy || !isFree} aria-keyshortcuts="c" onClick={() => { if (isFree) void claim(entry.id); }}>
        {isBusy ? t('claiming') : t('claim')}
      </button>
      {!isFree && <p>{t('claimForOther', { agent: entry.agent ?? '', time: clockText(leftSeconds(openToAllAt(entry), engineNow.value)) })}</p>}
    </div>
  );
}

function Why({ card }: { card: ReservedCard }): JSX.Element | null {
  if (card.reasons.length === 0) return null;
  const shares = weightShares(card.reasons);
  return (
    <section class="why">
      <h3>{t('why')}</h3>
      <ul>{card.reasons.map((reason, i) => <Reason key={reason.code} reason={reason} share={shares?.[i] ?? null} lang={card.language} />)}</ul>
    </section>
  );
}

const weightKeys = { strong: 'weightStrong', some: 'weightSome', little: 'weightLittle' } as const;

/** The bar is for the eye, the words for everyone. Where the engine gives no weights there is no bar: their order is all that is known. */
function Reason({ reason, share, lang }: { reason: Coded; share: number | null; lang: string }): JSX.Element {
  return (
    <li>
      <span class="reason"><Quoted text={reason.text} lang={lang} /></span>
      {share !== null && (
        <span class="weight">
          <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-all" width="100" height="6" rx="3" /><rect class="bar-part" width={Math.max(4, share * 100)} height="6" rx="3" /></svg>
          <span class="weight-words">{t(weightKeys[weightBand(share)])}</span>
        </span>
      )}
    </li>
  );
}

function Sealed(): JSX.Element {
  return (
    <section class="sealed">
      <h3><Icon name="lock" />{t('sealedTitle')}</h3>
      <p>{t('sealed')}</p>
    </section>
  );
}

function Evidence({ card }: { card: ContextCard }): JSX.Element {
  const trail = trailOf(card);
  const isEmpty = trail.length === 0 && card.cart.length === 0;
  return (
    <div class="evidence">
      {card.approvalNeeded && <p class="note">{t('approvalNeeded')}</p>}
      {isEmpty && <p class="note">{t('evidenceNone')}</p>}
      {trail.length > 0 && <Trail steps={trail} />}
      <div class="beside">
        {(card.articles.length > 0 || card.answer) && (
          <section class="articles">
            <h3>{t('articles')}</h3>
            {card.answer && <p class="note strong"><Quoted text={card.answer.text} lang={card.language} /></p>}
            <ul>{card.articles.map(article => <li key={article.id}><Reference title={article.title} address={article.url} /></li>)}</ul>
          </section>
        )}
        {card.cart.length > 0 && <Cart items={card.cart} />}
        {card.notKnown.length > 0 && (
          <section class="unknown"><h3>{t('notKnown')}</h3><ul>{card.notKnown.map(one => <li key={one.code}><Quoted text={one.text} lang={card.language} /></li>)}</ul></section>
        )}
      </div>
    </div>
  );
}

function Trail({ steps }: { steps: readonly TrailStep[] }): JSX.Element {
  return (
    <section class="trail">
      <h3>{t('trail')}</h3>
      <ol>
        {steps.map(step => (
          <li key={step.id} data-kind={step.query ? 'search' : 'page'} data-vain={step.query?.resultCount === 0 || undefined}>
            <time dateTime={step.at ?? undefined}>{step.at ? timeText(step.at) : '·'}</time>
            {step.query ? <SearchStep query={step.query} /> : <PageStep page={step.page!} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

const timeText = (at: string): string => new Date(at).toLocaleTimeString(language.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function SearchStep({ query }: { query: CardQuery }): JSX.Element {
  const scope = query.scope === 'help' ? t('scopeHelp') : query.scope === 'catalogue' ? t('scopeCatalogue') : '';
  return (
    <div class="step">
      <span class="kind"><Icon name="search" />{t('trailSearch', { scope })}</span>
      <q><Quoted text={query.text} /></q>
      <span class="amount">{foundText(query)}{query.resultCount !== 0 && ` · ${query.opened > 0 ? count('trailOpened', query.opened) : t('trailNoneOpened')}`}{query.times > 1 && ` · ${t('trailTimes', { count: query.times })}`}</span>
    </div>
  );
}

const foundText = (query: CardQuery): string =>
  typeof query.resultCount !== 'number' ? t('trailFoundUnknown') : query.resultCount === 0 ? t('trailNothing') : count('trailFound', query.resultCount);

const kinds: Record<string, Key> = {
  page: 'kindPage', list: 'kindList', product: 'kindProduct', article: 'kindArticle', cart: 'kindCart', checkout: 'kindCheckout', help: 'kindHelp',
};

function PageStep({ page }: { page: CardPage }): JSX.Element {
  const amounts = [page.visits > 1 && t('trailTimes', { count: page.visits }), page.dwellSeconds > 0 && t('trailDwell', { time: clockText(page.dwellSeconds) })].filter(Boolean);
  return (
    <div class="step">
      <span class="kind"><Icon name={page.kind === 'cart' || page.kind === 'checkout' ? 'cart' : 'page'} />{t(kinds[page.kind] ?? 'kindPage')}</span>
      <Quoted text={page.label} />
      {amounts.length > 0 && <span class="amount">{amounts.join(' · ')}</span>}
    </div>
  );
}

function Cart({ items }: { items: readonly CardItem[] }): JSX.Element {
  return (
    <section class="cart">
      <h3>{t('cart')}</h3>
      <ul>
        {items.map(item => (
          <li key={item.id}><span class="quantity">{item.quantity} ×</span> <Quoted text={item.label} />
            {typeof item.price === 'number' && <span class="amount"> {item.price.toLocaleString(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} {t('cartEach')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

