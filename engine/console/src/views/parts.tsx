import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { engineNow } from '../desk.ts';
import { clockText, leftSeconds } from '../state.ts';
import { safeLink } from '../text.ts';
import { t } from '../words/index.ts';
import { Quoted } from './Quoted.tsx';

export { Icon } from './Icon.tsx';
export { Quoted } from './Quoted.tsx';

/** A title that leads to an https address, which stands beside it; any other address is not followed. */
export function Reference({ title, address }: { title: string; address: string }): JSX.Element {
  const link = safeLink(address);
  if (!link) return <Quoted text={title} />;
  return (
    <a href={link.href} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
      <Quoted text={title} /> <span class="address"><bdi dir="ltr">{link.shown}</bdi></span>
    </a>
  );
}

/** Counts down; only this text is drawn again each second. */
export function TimeLeft({ until }: { until: number }): JSX.Element {
  const seconds = leftSeconds(until, engineNow.value);
  return <span class="left" data-soon={seconds <= 10 || undefined}><span aria-hidden="true">{clockText(seconds)}</span><span class="unseen">{t('leftLong', { seconds })}</span></span>;
}

/** The browser's own modal dialog: focus stays in it, Escape closes it and focus goes back to where it was. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={close} onCancel={close}
      onClick={event => { if (event.target === dialog.current) close(); }}>
      <div class="dialog-body">
        <header><h2 id="dialog-title">{title}</h2><button type="button" class="quiet" onClick={close}>{t('close')}</button></header>
        {children}
      </div>
    </dialog>
  );
}
