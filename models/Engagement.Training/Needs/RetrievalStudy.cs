using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Needs;

/// <summary>
/// How well titles are found: the names of a data set's topics stand for the titles of a help centre, its questions for searches. Nothing is trained.
/// Measured is what a visitor is shown (<see cref="ArticleSuggestions"/>: order by n-grams, then the gate of shared words), beside the rule that it has
/// replaced: the share of a search's words that a title meets, forms and slips included, from two fifths on.
/// </summary>
public static class RetrievalStudy
{
    /// <summary>Of the replaced rule: smallest share of a search's words.</summary>
    private const double ReplacedShareMin = 0.4;

    public static RetrievalFigures Measure(string data, IReadOnlyList<NeedExample> searches, long seed)
    {
        string[] ids = [.. searches.Select(s => s.Topic).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        ImmutableArray<SiteArticle> articles = [.. ids.Select(id => new SiteArticle(id, NeedTopics.Named(id).NameIn("en"), "/" + id))];
        var (site, index) = (SiteOf(articles), new ArticleIndex(articles));
        // The same help centre without each of its titles in turn: then no title answers.
        SiteModel[] sitesWithout = [.. articles.Select(article => SiteOf(articles.Remove(article)))];
        ImmutableArray<string>[] titleWords = [.. articles.Select(a => Words.Of(a.Title))];
        NeedExample[] asked = [.. searches.Where(s => s.Topic is not null)];

        var (shipped, replaced, ungated) = (new Found[asked.Length], new Found[asked.Length], new Found[asked.Length]);
        var (best, bestWithout) = (new float[asked.Length], new float[asked.Length]);
        var bestIsOwn = new bool[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            var own = Array.IndexOf(ids, asked[i].Topic);
            shipped[i] = new Found(RankOf(ids[own], Shown(site, asked[i].Text)), Shown(site, asked[i].Text).Length > 0, Shown(sitesWithout[own], asked[i].Text).Length > 0);
            replaced[i] = ReplacedRule(own, titleWords, Words.Of(asked[i].Text));
            var scores = new float[ids.Length];
            index.Raise(asked[i].Text, scores);
            best[i] = scores.Max();
            bestWithout[i] = scores.Where((_, k) => k != own).Max();
            bestIsOwn[i] = scores[own] == best[i];
            ungated[i] = new Found(RankOf(own, [.. scores.Select(s => (double)s)], double.Epsilon), best[i] > 0, bestWithout[i] > 0);
        }
        return new RetrievalFigures(
            data, ids.Length, asked.Length, FiguresOf(shipped, seed), FiguresOf(replaced, seed), FiguresOf(ungated, seed),
            NeedMeasures.RocAuc([.. best, .. bestWithout], [.. best.Select(_ => true), .. bestWithout.Select(_ => false)], seed),
            NeedMeasures.Share([.. bestWithout.Select(s => s < AnswerTexts.NoneScoreMax)], seed), NeedMeasures.Share([.. best.Select(s => s < AnswerTexts.NoneScoreMax)], seed),
            NeedMeasures.Share([.. best.Select(s => s >= AnswerTexts.MissedScoreMin)], seed),
            NeedMeasures.Share(bestIsOwn, seed, i => best[i] >= AnswerTexts.MissedScoreMin));
    }

    private static SiteModel SiteOf(ImmutableArray<SiteArticle> articles) =>
        new() { Id = "titles", Mode = SiteMode.Observe, Secret = new SiteSecret(new byte[32]), Articles = articles };

    private static ImmutableArray<SuggestedArticle> Shown(SiteModel site, string search) =>
        ArticleSuggestions.For(site, [new CardQuery("q", search, 0, SearchScope.Help, 0, 1, default)], []);

    /// <summary>Place of a title among those shown; behind all where it is not.</summary>
    private static int RankOf(string id, ImmutableArray<SuggestedArticle> shown) => shown.FirstOrDefault(a => a.Id == id) is { } own ? 1 + shown.IndexOf(own) : int.MaxValue;

    /// <summary>By the share of the search's words that each title meets. Of equals the earlier stands first, as on a card.</summary>
    private static Found ReplacedRule(int own, ImmutableArray<string>[] titles, ImmutableArray<string> search)
    {
        double[] shares = [.. titles.Select(title => search.IsEmpty || title.IsEmpty ? 0 : search.Sum(word => title.Max(other => Words.Likeness(word, other))) / search.Length)];
        return new Found(RankOf(own, shares, ReplacedShareMin), shares.Any(s => s >= ReplacedShareMin), shares.Where((s, i) => i != own && s >= ReplacedShareMin).Any());
    }

    private static int RankOf(int own, double[] scores, double scoreMin) =>
        scores[own] < scoreMin ? int.MaxValue : 1 + scores.Where((s, i) => s > scores[own] || s == scores[own] && i < own).Count();

    private static SuggestionFigures FiguresOf(Found[] found, long seed)
    {
        Interval Of(Func<Found, bool> holds) => NeedMeasures.Share([.. found.Select(holds)], seed);
        return new SuggestionFigures(Of(f => f.Rank == 1), Of(f => f.Rank <= ArticleSuggestions.ArticlesMax), Of(f => f.Any), Of(f => f.AnyWithout));
    }

    /// <param name="Rank">Place of the search's own title, from 1.</param>
    /// <param name="Any">Whether any title is shown.</param>
    /// <param name="AnyWithout">The same with its own title taken away.</param>
    private readonly record struct Found(int Rank, bool Any, bool AnyWithout);
}
