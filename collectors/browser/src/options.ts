/** What a site says when it starts the SDK. Everything but `key` may be left out. */
export interface Options {
  /** The site's publishable write key. It determines the site; it can send events and nothing else. */
  key: string;

  /** Origin of the engine, such as `https://engage.example`. Default: where the script tag's file came from; for the npm package, the page's own. */
  server?: string;

  /** `required` (default): nothing is stored, read or sent before {@link Engagement.consent} says yes. `notRequired`: where the law of the place allows it. */
  consent?: 'required' | 'notRequired';

  /** `honour` (default): `DNT: 1` is an objection, and the SDK stays silent. `ignore`: as the site's own file says `doNotTrack: ignore`. */
  doNotTrack?: 'honour' | 'ignore';

  /** An id of the site's own or of another tracker, signed by the site's server. Default: the engine makes one up that means nothing elsewhere. */
  visitor?: SignedVisitor;

  /** Path (a regular expression's source) under which searches and articles belong to the help centre. Default: the usual words for one. */
  helpPath?: string;

  /** Names of the URL parameter that holds a search, with commas between. Default `q,query,search,s,term,keyword`. */
  searchParams?: string;

  /** Name of the tag manager's array on `window`; default `dataLayer`. */
  dataLayer?: string;

  /** What page this is, where the address bar does not say it. Default: address, title, language and referrer of the document. */
  page?: () => Page;

  /** Element that the invitation is put into; default: the document's body, at the lower end corner of the window. */
  place?: HTMLElement;

  /** Language of the SDK's own words before an invitation brings one; default: the document's. `en`, `de`, `nl`, `es`. */
  language?: string;

  /**
   * Where "ask a person" leads, or what it does, when no invitation waits. Elements of the page with `data-engagement-ask` do it, without consent too,
   * since it is she who asks. Default: the SDK's own form, once there is consent.
   */
  askAPerson?: string | (() => void);

  /** Shows a button of the SDK's own for it as well, once there is consent. Default: none. */
  launcher?: boolean | string;

  /** `built-in` (default): the conversation is held here. `none`: the site opens its own at `claimed`, and the SDK only says what became of the invitation. */
  conversation?: 'built-in' | 'none';

  /** Where a question can be left when nobody came; default: nowhere, and nothing is said of it. */
  contactUrl?: string;
}

/** An id with its proof: hexadecimal HMAC-SHA-256 under the site's secret over `visitor-signature\n{site}\n{visitor}\n{expires}`. */
export interface SignedVisitor {
  visitor: string;
  signature: string;

  /** Unix milliseconds. */
  expires: number;
}

/** Where a visitor is. */
export interface Page {
  url: string;
  title?: string;
  language?: string;
  referrer?: string;
}

/** What a visitor has agreed to. `true` means both, `false` neither and to forget what was stored. */
export type Consent = boolean | {
  /** Events may be heard and sent, and an invitation may be shown. */
  read: boolean;

  /** An id, a refusal's date and unsent events may be kept on the device. */
  store: boolean;
};

/** Fields of an event beside its type, as `POST /v1/events` takes them. */
export interface EventFields {
  search?: { query: string; resultCount?: number; scope?: 'catalogue' | 'help' };
  article?: { id: string; title?: string; helpful?: boolean };
  product?: { id: string; name?: string; category?: string; price?: number; quantity?: number };
  cart?: { items?: number; value?: number };
  name?: string;
  [field: string]: unknown;
}

/** An event as it is sent. */
export interface SentEvent extends EventFields {
  id: string;
  type: string;
  occurredAt: string;
  visitor?: string;
  page: Page;
}

/** An article that the engine suggests. */
export interface Article {
  id: string;
  title: string;
  url: string;
}

/** What {@link Engagement.on} tells of. */
export type Topic = 'sent' | 'invited' | 'shown' | 'accepted' | 'declined' | 'withdrawn' | 'asked' | 'claimed' | 'unclaimed' | 'ended';

/** What the page can do with the SDK once it is started. */
export interface Engagement {
  /** Says what the visitor has agreed to; may be called again. Withdrawing stops everything and erases what was stored. */
  consent(given: Consent): void;

  /** Sends an event that the SDK cannot see by itself. Does nothing without consent. */
  track(type: string, fields?: EventFields): void;

  /** Tells of what happens to events and invitations; returns a function that ends it. */
  on(topic: Topic, listener: (detail: unknown) => void): () => void;

  /** Articles that may answer what the visitor searched for in vain; none without consent. */
  suggestions(): Promise<Article[]>;

  /** What "ask a person" does: shows the invitation where one is held, else goes where the site says. */
  ask(): void;

  /** Forgets her: the engine erases what it holds of her, and the next event is somebody new's. Her consent, and a no kept on the device, stay. */
  forget(): void;

  /** Resolves with the visitor's id once it is known; null without consent. */
  visitor(): Promise<string | null>;
}
