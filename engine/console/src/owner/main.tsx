import { effect } from '@preact/signals';
import { render } from 'preact';
import '../styles/base.css';
import '../styles/owner.css';
import { resume, startLanguage, startReading } from './state.ts';
import { Owner } from './views/Owner.tsx';
import { t } from './words/index.ts';

await startLanguage();
effect(() => { document.title = t('title'); });
await resume();
startReading();
render(<Owner />, document.getElementById('owner')!);
