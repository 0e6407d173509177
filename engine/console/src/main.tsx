import { effect } from '@preact/signals';
import { render } from 'preact';
import { startClock } from './clock.ts';
import { resume, startDesk } from './desk.ts';
import { startKeys } from './keys.ts';
import { startSettings } from './settings.ts';
import './styles/base.css';
import './styles/desk.css';
import './styles/card.css';
import { App } from './views/App.tsx';
import { t } from './words/index.ts';

await startSettings();
effect(() => { document.title = t('title'); });
startClock();
startDesk();
startKeys();
resume();
render(<App />, document.getElementById('console')!);
