import { amountOf, near, textOf, type Ears } from './ears';
import { jsonLd } from './json-ld';

const usualHelpPath = '/(help|faq|support|kb|knowledge|docs|hilfe|ayuda|klantenservice|veelgestelde)';
const usualParams = 'q,query,search,s,term,keyword';

/** Attributes with which a page says what cannot be guessed. */
const resultsMark = '[data-engagement-results]';
const articleMark = '[data-engagement-article]';
const ratingMark = '[data-engagement-helpful]';

export interface Help {
  searched(query: string, resultCount?: number): void;
  arrived(): void;
}

/**
 * Searches, results that are opened, articles and their ratings. A search is read from the address (`?q=`), the dataLayer or
 * {@link Engagement.track}; how many results there were from `data-engagement-results="3"`, or by counting the links in it.
 */
export function hearHelp(ears: Ears): Help {
  let last: { query: string; resultCount?: number; scope: 'help' | 'catalogue' } | undefined;
  const helpPath = new RegExp(ears.options.helpPath ?? usualHelpPath, 'i');
  const address = () => new URL(ears.page().url, location.href);
  const isHelp = () => helpPath.test(address().pathname);

  const counted = () => {
    const results = document.querySelector<HTMLElement>(resultsMark);
    if (results) return amountOf(results.dataset.engagementResults) ?? results.querySelectorAll('a[href]').length;
  };

  const searched = (query: string, resultCount = counted()) => {
    // The address and the tag manager tell of the same search.
    if (last?.query === query && (resultCount === undefined || last.resultCount === resultCount)) return;
    last = { query, resultCount, scope: isHelp() ? 'help' : 'catalogue' };
    ears.track('search_performed', { search: last });
  };

  const articleOf = (id: unknown, title: unknown) => ({ id: textOf(id)!, title: textOf(title) });

  ears.on(document, 'click', event => {
    const link = near(event, `${resultsMark} a[href]`) as HTMLAnchorElement | null;
    if (link && last) ears.track('search_result_opened', { search: last, article: articleOf(link.pathname, link.textContent) });
    const rating = near(event, ratingMark);
    const article = rating && articleHere();
    if (article) ears.track('article_rated', { article: { ...article, helpful: rating.dataset.engagementHelpful === 'yes' } });
  });

  const articleHere = () => {
    const marked = document.querySelector<HTMLElement>(articleMark);
    if (marked) return articleOf(marked.dataset.engagementArticle || location.pathname, marked.querySelector('h1,h2,h3')?.textContent ?? document.title);
    const node = isHelp() && jsonLd(/Article$|^(FAQPage|HowTo)$/)[0];
    return node && articleOf(location.pathname, node.headline ?? node.name ?? document.title);
  };

  return {
    searched,
    arrived() {
      const { searchParams } = address();
      const query = textOf((ears.options.searchParams ?? usualParams).split(',').map(name => searchParams.get(name)).find(Boolean));
      if (query) searched(query);
      const article = articleHere();
      if (article) ears.track('article_viewed', { article });
    },
  };
}
