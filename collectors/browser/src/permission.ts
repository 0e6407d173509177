import type { Consent } from './options';

/** What may be done now. `store`: for this visit only, or for longer, or not at all. */
export interface Permission {
  read: boolean;
  store: 'none' | 'session' | 'local';
}

/** What the browser itself says of its user's wishes. */
export interface Signals {
  /** Global Privacy Control: help stays possible, nothing is kept past the visit, nothing is shared beyond what she approves. */
  gpc: boolean;

  /** Do Not Track: an objection. */
  dnt: boolean;
}

export const readSignals = (browser: Navigator & { globalPrivacyControl?: boolean }): Signals => ({
  gpc: browser.globalPrivacyControl === true,
  dnt: browser.doNotTrack === '1',
});

/** Pure. `given` is undefined until the page says something. */
export function permit(required: boolean, honourDnt: boolean, given: Consent | undefined, signals: Signals): Permission {
  const said = typeof given === 'object' ? given : { read: given ?? !required, store: given ?? !required };
  const read = said.read && !(honourDnt && signals.dnt);
  return { read, store: !read || !said.store ? 'none' : signals.gpc ? 'session' : 'local' };
}
