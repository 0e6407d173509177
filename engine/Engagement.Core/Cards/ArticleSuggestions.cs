using System.Collections.Immutable;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>An article of the site that may answer the visitor.</summary>
public sealed record SuggestedArticle(string Id, string Title, string Url);

/// <summary>Articles whose titles match what was searched, by words, forms of words and likely misspellings. Pure, thread-safe; cold path.</summary>
public static class ArticleSuggestions
{
    /// <summary>Articles on one card or answer.</summary>
    public const int ArticlesMax = 3;

    /// <summary>Of the latest different searches so many count.</summary>
    internal const int QueriesMax = 4;

    /// <summary>Smallest share of a search's words that a title must meet: one rare word in common is no answer, however well it scores.</summary>
    private const double SharedWordsMin = 0.4;

    /// <summary>Of the best-scored titles so many are held against it.</summary>
    private const int CandidatesMax = 32;

    /// <summary>The best first; empty where nothing was searched or nothing matches. Articles already read are left out.</summary>
    public static ImmutableArray<SuggestedArticle> For(SiteModel site, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages) =>
        [.. Choose(site, queries, pages).Select(Suggested)];

    /// <summary>The same by their ids, which are the site's: no word of the visitor's stands in them.</summary>
    public static ImmutableArray<string> IdsFor(SiteModel site, SessionEvidence evidence) => site.Articles.IsEmpty || evidence.Queries.IsEmpty
        ? []
        : [.. Choose(site, CardEvidence.QueriesOf(evidence), CardEvidence.PagesOf(evidence)).Select(a => a.Id)];

    /// <summary>Articles by their ids, in this order; what the site no longer has is left out.</summary>
    public static ImmutableArray<SuggestedArticle> Named(SiteModel site, ImmutableArray<string> ids)
    {
        if (ids.IsDefaultOrEmpty) return [];
        var index = ArticleIndex.Of(site);
        return [.. ids.Select(index.Find).OfType<SiteArticle>().Select(Suggested)];
    }

    /// <summary>Those of a card's articles that the searches left on it would still suggest, where the site is not at hand.</summary>
    internal static ImmutableArray<SuggestedArticle> StillFor(ImmutableArray<SuggestedArticle> articles, ImmutableArray<CardQuery> queries)
    {
        if (articles.IsEmpty || queries.IsEmpty) return [];
        // Among three titles nothing is rare: words alone decide.
        var searches = queries.Select(q => Words.Of(q.Text)).ToArray();
        return [.. articles.Where(a => Words.Of(a.Title) is var title && searches.Any(s => s.Any(word => title.Any(other => Words.Likeness(word, other) > 0))))];
    }

    /// <summary>Scores of all titles by the best of the latest searches.</summary>
    internal static float[] Score(SiteModel site, IEnumerable<CardQuery> queries)
    {
        var index = ArticleIndex.Of(site);
        var scores = new float[index.Articles.Length];
        foreach (var query in queries.Reverse().Take(QueriesMax)) index.Raise(query.Text, scores);
        return scores;
    }

    /// <summary>Normalised titles of help pages that were opened.</summary>
    internal static HashSet<string> Read(ImmutableArray<CardPage> pages) =>
        pages.Where(p => p.Kind is PageKind.Article or PageKind.Help).Select(p => Words.Normalise(p.Label)).ToHashSet(StringComparer.Ordinal);

    internal static SuggestedArticle Suggested(SiteArticle article) => new(article.Id, CleanText.Of(article.Title, Limits.TitleBytesMax), article.Url);

    private static IEnumerable<SiteArticle> Choose(SiteModel site, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages)
    {
        if (site.Articles.IsEmpty || queries.IsEmpty) return [];
        var scores = Score(site, queries);
        var read = Read(pages);
        var searches = queries.Reverse().Take(QueriesMax).Select(q => Words.Of(q.Text)).Where(words => !words.IsEmpty).ToArray();
        return Enumerable.Range(0, scores.Length).Where(i => scores[i] > 0)
            .Where(i => read.Count == 0 || !read.Contains(Words.Normalise(site.Articles[i].Title)))
            .OrderByDescending(i => scores[i]).ThenBy(i => site.Articles[i].Id, StringComparer.Ordinal)
            .Take(CandidatesMax).Where(i => Meets(Words.Of(site.Articles[i].Title), searches))
            .Take(ArticlesMax)
            .Select(i => site.Articles[i]);
    }

    /// <summary>Whether a title meets enough of any search's words, forms and likely misspellings included.</summary>
    private static bool Meets(ImmutableArray<string> title, ImmutableArray<string>[] searches) => searches.Any(words =>
        words.Sum(word => title.IsEmpty ? 0 : title.Max(other => Words.Likeness(word, other))) >= SharedWordsMin * words.Length);
}
