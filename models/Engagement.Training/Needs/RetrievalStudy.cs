using System.Collections.Immutable;
using Engagement.Core.Cards;
using Engagement.Core.Sites;

namespace Engagement.Training.Needs;

/// <summary>
/// How well titles are found: the names of a data set's topics stand for the titles of a help centre, its questions for searches. Nothing is trained. The
/// baseline is the share of a search's words that a title has.
/// </summary>
public static class RetrievalStudy
{
    public static RetrievalFigures Measure(string data, IReadOnlyList<NeedExample> searches, long seed)
    {
        string[] ids = [.. searches.Select(s => s.Topic).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        string[] titles = [.. ids.Select(id => NeedTopics.Named(id).NameIn("en"))];
        ImmutableArray<SiteArticle> articles = [.. ids.Select((id, i) => new SiteArticle(id, titles[i], "/" + id))];
        var index = new ArticleIndex(articles);
        var titleWords = titles.Select(WordsOf).ToArray();
        var asked = searches.Where(s => s.Topic is not null).ToArray();

        var (ranks, baseline) = (new int[asked.Length], new int[asked.Length]);
        var (best, bestWithout) = (new float[asked.Length], new float[asked.Length]);
        for (var i = 0; i < asked.Length; i++)
        {
            var own = Array.IndexOf(ids, asked[i].Topic);
            var scores = new float[titles.Length];
            index.Raise(asked[i].Text, scores);
            ranks[i] = RankOf(own, scores);
            best[i] = scores.Max();
            bestWithout[i] = scores.Where((_, k) => k != own).Max();
            var words = WordsOf(asked[i].Text);
            baseline[i] = RankOf(own, [.. titleWords.Select(t => words.Count == 0 ? 0 : words.Count(t.Contains) / (float)words.Count)]);
        }
        return new RetrievalFigures(
            data, titles.Length, asked.Length, Within(ranks, 1), Within(ranks, 3), Within(baseline, 1), Within(baseline, 3),
            NeedMeasures.RocAuc([.. best, .. bestWithout], [.. best.Select(_ => true), .. bestWithout.Select(_ => false)], seed),
            NeedMeasures.Share([.. bestWithout.Select(s => s < AnswerTexts.NoneScoreMax)], seed), NeedMeasures.Share([.. best.Select(s => s < AnswerTexts.NoneScoreMax)], seed),
            NeedMeasures.Share([.. best.Select(s => s >= AnswerTexts.MissedScoreMin)], seed),
            NeedMeasures.Share([.. ranks.Select(r => r == 1)], seed, i => best[i] >= AnswerTexts.MissedScoreMin));

        Engagement.Training.Evaluation.Interval Within(int[] of, int places) => NeedMeasures.Share([.. of.Select(r => r <= places)], seed);
    }

    /// <summary>Place of a title; behind all where it has no score. Of equals the earlier stands first, as on a card.</summary>
    private static int RankOf(int own, float[] scores) =>
        scores[own] == 0 ? int.MaxValue : 1 + scores.Where((s, i) => s > scores[own] || s == scores[own] && i < own).Count();

    private static HashSet<string> WordsOf(string text) =>
        [.. new string([.. text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
