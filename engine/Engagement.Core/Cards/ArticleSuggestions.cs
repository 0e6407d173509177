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

    private static readonly ConditionalWeakTable<SiteModel, ArticleTitles> _bySite = [];

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
        var titles = TitlesOf(site);
        return [.. ids.Select(titles.Find).OfType<SiteArticle>().Select(Suggested)];
    }

    /// <summary>Those of a card's articles that the searches left on it would still suggest.</summary>
    internal static ImmutableArray<SuggestedArticle> StillFor(ImmutableArray<SuggestedArticle> articles, ImmutableArray<CardQuery> queries)
    {
        var searches = WordsOf(queries);
        return [.. articles.Where(a => ScoreOf(Words.Of(a.Title), searches) >= ScoreMin)];
    }

    private static ImmutableArray<string>[] WordsOf(ImmutableArray<CardQuery> queries) =>
        [.. queries.Reverse().Select(q => Words.Of(q.Text)).Where(w => !w.IsEmpty).Take(QueriesMax)];

    private static IEnumerable<SiteArticle> Choose(SiteModel site, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages)
    {
        if (site.Articles.IsEmpty || queries.IsEmpty) return [];
        var read = pages.Where(p => p.Kind is PageKind.Article or PageKind.Help).Select(p => Words.Normalise(p.Label)).ToHashSet(StringComparer.Ordinal);
        var titles = TitlesOf(site);
        return titles.Score(WordsOf(queries))
            .Where(score => score.Value >= ScoreMin)
            .Select(score => (Article: titles.Articles[score.Key], Score: score.Value))
            .Where(a => read.Count == 0 || !read.Contains(Words.Normalise(a.Article.Title)))
            .OrderByDescending(a => a.Score).ThenBy(a => a.Article.Id, StringComparer.Ordinal)
            .Take(ArticlesMax)
            .Select(a => a.Article);
    }

    private static ArticleTitles TitlesOf(SiteModel site) => _bySite.GetValue(site, static s => new ArticleTitles(s));

    private static SuggestedArticle Suggested(SiteArticle article) => new(article.Id, CleanText.Of(article.Title, Limits.TitleBytesMax), article.Url);

    /// <summary>Share of the best-met search's words that the title meets.</summary>
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
