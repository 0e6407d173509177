import type { JSX } from 'preact';
import { Icon } from '../../views/Icon.tsx';
import { Mark } from '../../views/Mark.tsx';
import type { Overview, SiteMode } from '../contract.ts';
import { isStale, overview, read, signOut } from '../state.ts';
import { language, t, type Key } from '../words/index.ts';
import { Answers } from './Answers.tsx';
import { Day } from './Day.tsx';
import { Gaps } from './Gaps.tsx';
import { Hindrances } from './Hindrances.tsx';
import { LanguageChoice } from './LanguageChoice.tsx';
import { Now } from './Now.tsx';
import { Outcomes } from './Outcomes.tsx';
import { SignIn } from './SignIn.tsx';

const modes: Record<SiteMode, { name: Key; lead: Key }> = {
  observe: { name: 'modeObserve', lead: 'modeObserveLead' }, live: { name: 'modeLive', lead: 'modeLiveLead' }, off: { name: 'modeOff', lead: 'modeOffLead' },
};

export function Owner(): JSX.Element {
  return overview.value ? <Page overview={overview.value} /> : <SignIn />;
}

function Page({ overview: shown }: { overview: Overview }): JSX.Element {
  const mode = modes[shown.mode] ?? modes.off;
  const time = new Date(shown.asOf).toLocaleTimeString(language.value, { hour: '2-digit', minute: '2-digit' });
  return (
    <div class="owner">
      <a class="skip" href="#main">{t('skip')}</a>
      <header class="owner-top">
        <Mark />
        <div class="naming">
          <h1 id="title" tabIndex={-1}>{t('title')}</h1>
          <p class="hint"><bdi>{shown.site}</bdi> · <time dateTime={shown.asOf}>{t('asOf', { time })}</time></p>
        </div>
        <div class="tools">
          <LanguageChoice />
          <button type="button" class="quiet square" aria-label={t('refresh')} title={t('refresh')} onClick={() => void read()}><Icon name="again" /></button>
          <button type="button" class="quiet square" aria-label={t('signOut')} title={t('signOut')} onClick={() => signOut()}><Icon name="out" /></button>
        </div>
      </header>
      <main class="sheet" id="main" tabIndex={-1}>
        <p class="stale" role="status">{isStale.value && t('stale', { time })}</p>
        <p class="mode" data-mode={shown.mode}><strong>{t(mode.name)}</strong> <span>{t(mode.lead)}</span></p>
        <Now overview={shown} />
        <Day overview={shown} />
        <div class="beside">
          <Hindrances overview={shown} />
          <Outcomes overview={shown} />
        </div>
        <Answers overview={shown} />
        <Gaps />
        <section class="about" aria-labelledby="about-title">
          <h2 id="about-title">{t('about')}</h2>
          <p>{t('aboutCounts')}</p>
          <p>{t('aboutExact')}</p>
          <p>{t('aboutTime')}</p>
        </section>
      </main>
    </div>
  );
}
