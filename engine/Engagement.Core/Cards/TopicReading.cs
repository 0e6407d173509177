using System.Collections.Immutable;
using Engagement.Core.Needs;

namespace Engagement.Core.Cards;

/// <summary>What a need model reads in a session so far. Pure, thread-safe.</summary>
internal static class TopicReading
{
    /// <summary>Texts that count: the latest so many different ones.</summary>
    private const int TextsMax = 4;

    /// <summary>
    /// Of the latest searches, each counting half of the one after it; without any, of the titles of help pages opened. Null without texts, and where the
    /// model has not learnt the language.
    /// </summary>
    public static NeedReading? Of(NeedModel model, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages, CopyLanguage language)
    {
        if (!model.Speaks(language.Tag())) return null;
        var texts = queries.Select(q => q.Text);
        if (queries.IsEmpty) texts = pages.Where(p => p.Kind is PageKind.Article or PageKind.Help).Select(p => p.Label);
        string[] latest = [.. texts.Reverse().DistinctBy(Words.Normalise).Take(TextsMax)];
        if (latest.Length == 0) return null;
        Span<float> sums = stackalloc float[model.Topics.Length], margins = stackalloc float[model.Topics.Length];
        sums.Clear();
        var (known, weight, weights) = (0f, 1f, 0f);
        foreach (var text in latest)
        {
            known += weight * model.Score(text, margins);
            for (var k = 0; k < sums.Length; k++) sums[k] += weight * margins[k];
            weights += weight;
            weight /= 2;
        }
        for (var k = 0; k < sums.Length; k++) sums[k] /= weights;
        return model.ReadingOf(sums, known / weights);
    }
}
