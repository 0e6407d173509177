import type { SignedVisitor } from './options';
import type { Store } from './store';

/** Who speaks: an id that means nothing elsewhere, and the token that proves it to the engine. */
export interface Identity {
  visitor: string;
  token: string;

  /** Unix milliseconds at which the token ends. */
  expires: number;

  /** Unix milliseconds of the last thing she did. */
  active: number;
}

/** A session's gap: whoever does nothing for so long comes back as somebody new, as the engine's own session would. */
export const idleMaxMs = 30 * 60_000;

/** A token this near its end is not begun with. */
const expiresSoonMs = 5 * 60_000;

/** How often the time of the last activity is written. */
const touchEveryMs = 30_000;

export interface IdentityParts {
  store: Store;

  /** Asks the engine for an id or to adopt the given one; null when it refuses for good. Retries what passes. */
  mint(signed: SignedVisitor | undefined): Promise<Identity | null>;

  /** What another tab of this browser knows: where nothing may be stored, and where what it stored cannot be read yet. */
  fromOtherTabs(): Promise<Identity | null>;

  /** Runs one at a time over all tabs. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  now(): number;
  signed: SignedVisitor | undefined;
}

const name = 'visitor';

export interface IdentityKeeper {
  /** The identity that holds now; null when there is none or it has run out. */
  current(): Identity | null;

  /** The same, made where there is none; null when the engine refuses. */
  ensure(): Promise<Identity | null>;

  /** Something was done. */
  touch(): void;
  adopt(identity: Identity): void;
  forget(): void;
}

export function createIdentity(parts: IdentityParts): IdentityKeeper {
  let mine: Identity | null = null;
  let asking: Promise<Identity | null> | null = null;
  let written = 0;

  const holds = (identity: Identity | null): identity is Identity => {
    const now = parts.now();
    return identity !== null && now - identity.active < idleMaxMs && now < identity.expires - expiresSoonMs
      && (!parts.signed || parts.signed.visitor === identity.visitor);
  };

  const keep = (identity: Identity) => {
    mine = identity;
    written = parts.now();
    parts.store.set(name, identity);
    return identity;
  };

  const current = () => {
    if (holds(mine)) return mine;
    // Another tab may have gone on meanwhile.
    mine = parts.store.get<Identity>(name);
    return holds(mine) ? mine : (mine = null);
  };

  const make = () => parts.alone(async () => {
    const known = current() ?? await parts.fromOtherTabs() ?? current();
    if (holds(known)) return keep(known);
    const made = await parts.mint(parts.signed);
    return made && keep(made);
  });

  return {
    current,
    ensure: async () => current() ?? (asking ??= make().finally(() => { asking = null; })),
    touch() {
      if (!current()) return;
      mine!.active = parts.now();
      if (mine!.active - written > touchEveryMs) keep(mine!);
    },
    adopt: keep,
    forget() {
      mine = null;
      parts.store.remove(name);
    },
  };
}
