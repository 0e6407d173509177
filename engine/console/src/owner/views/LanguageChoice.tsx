import type { JSX } from 'preact';
import { languages, type Language } from '../../words/speech.ts';
import { speak } from '../state.ts';
import { language, t } from '../words/index.ts';

export function LanguageChoice(): JSX.Element {
  return (
    <label class="language">
      <span class="unseen">{t('language')}</span>
      <select value={language.value} onChange={event => void speak(event.currentTarget.value as Language)}>
        {Object.entries(languages).map(([tag, name]) => <option key={tag} value={tag} lang={tag}>{name}</option>)}
      </select>
    </label>
  );
}
