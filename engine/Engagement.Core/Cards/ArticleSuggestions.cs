using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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
    private const int QueriesMax = 4;

    /// <summary>Smallest share of a search's words that a title must meet.</summary>
    private const double ScoreMin = 0.4;

    private static readonly ConditionalWeakTable<SiteModel, (SiteArticle Article, ImmutableArray<string> Words)[]> _bySite = [];

    /// <summary>The best first; empty where nothing was searched or nothing matches. Articles already read are left out.</summary>
    public static ImmutableArray<SuggestedArticle> For(SiteModel site, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages)
    {
        if (site.Articles.IsEmpty || queries.IsEmpty) return [];
        var searches = WordsOf(queries);
        var read = pages.Where(p => p.Kind is PageKind.Article or PageKind.Help).Select(p => Words.Normalise(p.Label)).ToHashSet(StringComparer.Ordinal);
        return [.. _bySite.GetValue(site, Prepare)
            .Select(a => (a.Article, Score: ScoreOf(a.Words, searches)))
            .Where(a => a.Score >= ScoreMin && (read.Count == 0 || !read.Contains(Words.Normalise(a.Article.Title))))
            .OrderByDescending(a => a.Score).ThenBy(a => a.Article.Id, StringComparer.Ordinal)
            .Take(ArticlesMax)
            .Select(a => new SuggestedArticle(a.Article.Id, CleanText.Of(a.Article.Title, Limits.TitleBytesMax), a.Article.Url))];
    }

    /// <summary>Those of a card's articles that the searches left on it would still suggest.</summary>
    internal static ImmutableArray<SuggestedArticle> StillFor(ImmutableArray<SuggestedArticle> articles, ImmutableArray<CardQuery> queries)
    {
        var searches = WordsOf(queries);
        return [.. articles.Where(a => ScoreOf(Words.Of(a.Title), searches) >= ScoreMin)];
    }

    private static ImmutableArray<string>[] WordsOf(ImmutableArray<CardQuery> queries) =>
        [.. queries.Reverse().Select(q => Words.Of(q.Text)).Where(w => !w.IsEmpty).Take(QueriesMax)];

    private static (SiteArticle, ImmutableArray<string>)[] Prepare(SiteModel site) => [.. site.Articles.Select(a => (a, Words.Of(a.Title)))];

    /// <summary>Share of the best-met search's words that the title meets. Loops: a site may have thousands of titles.</summary>
    private static double ScoreOf(ImmutableArray<string> title, ImmutableArray<string>[] searches)
    {
        var best = 0.0;
        foreach (var words in searches)
        {
            var met = 0.0;
            foreach (var word in words) met += LikenessOf(word, title);
            best = Math.Max(best, met / words.Length);
        }
        return best;
    }

    private static double LikenessOf(string word, ImmutableArray<string> title)
    {
        var best = 0.0;
        foreach (var other in title) best = Math.Max(best, Words.Likeness(word, other));
        return best;
    }
}
