using System.Collections.Immutable;

namespace Engagement.Core.Cards;

/// <summary>
/// Which topic may be named to the visitor: a subject, no recital of her trail. No three words in a row of a search, page or thing; no name of a product;
/// nothing with a digit, which may be an order's number. Immutable.
/// </summary>
internal sealed class OpenerTopic(ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages, ImmutableArray<CardItem> cart)
{
    /// <summary>Words of a search that a topic may have.</summary>
    private const int WordsMax = 2;

    /// <summary>Of words that searches share, the two that most of them have, in their order; of equals the later: names stand behind.</summary>
    public ImmutableArray<string> Shorten(ImmutableArray<string> shared)
    {
        var searches = queries.Select(q => Words.Of(q.Text)).ToArray();
        int CountOf(string word) => searches.Count(s => s.Any(other => Words.Likeness(word, other) >= 0.7));
        var speakable = shared.Where(word => !word.Any(char.IsDigit)).ToArray();
        var kept = speakable.Index().OrderByDescending(w => CountOf(w.Item)).ThenByDescending(w => w.Index).Take(WordsMax).Select(w => w.Index).ToHashSet();
        return [.. speakable.Where((_, i) => kept.Contains(i))];
    }

    /// <summary>The topic, or null where it may not be named.</summary>
    public string? Allow(string topic)
    {
        if (topic.Length == 0 || topic.Any(char.IsDigit)) return null;
        var words = Split(topic);
        var things = pages.Where(p => p.Kind is PageKind.Product or PageKind.Cart or PageKind.Checkout).Select(p => p.Label).Concat(cart.Select(c => c.Label));
        if (things.Select(Split).Any(thing => thing.Length > 0 && IndexOf(words, thing) >= 0)) return null;
        var trail = queries.Select(q => q.Text).Concat(pages.Select(p => p.Label)).Concat(cart.Select(c => c.Label)).Select(Split).ToArray();
        for (var i = 0; i + WordsMax < words.Length; i++)
            if (trail.Any(text => IndexOf(text, words.AsSpan(i, WordsMax + 1)) >= 0)) return null;
        return topic;
    }

    private static string[] Split(string text) => Words.Normalise(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int IndexOf(ReadOnlySpan<string> words, ReadOnlySpan<string> run)
    {
        for (var i = 0; i + run.Length <= words.Length; i++)
            if (words.Slice(i, run.Length).SequenceEqual(run)) return i;
        return -1;
    }
}
