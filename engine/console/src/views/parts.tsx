import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { engineNow } from '../desk.ts';
import { clockText, leftSeconds } from '../state.ts';
import { clean, safeLink } from '../text.ts';
import { t } from '../words/index.ts';

/** A stranger's text: a text node of its own direction, which reorders nothing around it. The only way such text reaches the page, but for messages. */
export function Quoted({ text, lang }: { text: unknown; lang?: string | undefined }): JSX.Element {
  return <bdi dir="auto" lang={lang}>{clean(text)}</bdi>;
}

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

const icons = {
  search: 'M11 4a7 7 0 1 0 4.200 12.600l4.100 4.100 1.400-1.400-4.100-4.100A7 7 0 0 0 11 4m0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10',
  page: 'M6 3h8l4 4v14H6zm2 2v14h8V8h-3V5z',
  cart: 'M3 4h3l2.500 11H18l2-8H8l.5 2h9l-1 4h-6.400L7.600 2H3zm6 13a2 2 0 1 0 0 4 2 2 0 0 0 0-4m8 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
  back: 'M20 11H7.800l5.600-5.600L12 4l-8 8 8 8 1.400-1.400L7.800 13H20z',
  gear: 'M4 7h9a3 3 0 0 0 6 0h1V5h-1a3 3 0 0 0-6 0H4zm12-2a1 1 0 1 1 0 2 1 1 0 0 1 0-2M4 17h1a3 3 0 0 0 6 0h9v-2h-9a3 3 0 0 0-6 0H4zm4-2a1 1 0 1 1 0 2 1 1 0 0 1 0-2',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14m-1 10h2v2h-2zm1-8a3.500 3.500 0 0 0-3.500 3.500h2a1.500 1.500 0 1 1 2.300 1.300c-1 .6-1.800 1.200-1.800 2.700h2c0-.7.500-1 1.200-1.400A3.500 3.500 0 0 0 12 7',
  out: 'M5 4h8v2H7v12h6v2H5zm11 4 4 4-4 4-1.400-1.400 1.600-1.600H10v-2h6.200l-1.600-1.600z',
  lock: 'M12 2a4 4 0 0 0-4 4v3H6v12h12V9h-2V6a4 4 0 0 0-4-4m-2 4a2 2 0 1 1 4 0v3h-4zm-2 5h8v8H8z',
} as const;

export function Icon({ name }: { name: keyof typeof icons }): JSX.Element {
  return <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={icons[name]} /></svg>;
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
