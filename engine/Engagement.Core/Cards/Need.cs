using System.Collections.Immutable;
using System.Text;
using Engagement.Core.Decisions;
using Engagement.Core.Needs;

namespace Engagement.Core.Cards;

/// <summary>What the visitor seems to need, in a few words.</summary>
/// <param name="Text">For the card; "not clear" where it is not.</param>
/// <param name="Topic">
/// What may be named to the visitor in an opener (<see cref="OpenerTopic"/>): a topic of the site's need model, or words that two or more of her different
/// searches share, so that it names a subject and recites no search. Null otherwise.
/// </param>
public sealed record Need(string Text, bool IsClear, string? Topic)
{
    /// <summary>The common subject that her latest search names, where it may be named to her; for an opener that has no <see cref="Topic"/>.</summary>
    internal CommonSubject? Subject { get; init; }

    /// <summary>Words of a topic: more would be a quotation.</summary>
    private const int WordsMax = 4;

    private static readonly Phrase _notClear = new("not clear", "nicht klar", "niet duidelijk", "no está claro");
    private static readonly Phrase _choosing = new("Choosing between {0} and {1}", "Wahl zwischen {0} und {1}", "Kiezen tussen {0} en {1}", "Elegir entre {0} y {1}");
    private static readonly Phrase _finishing = new("Finishing an order", "Eine Bestellung abschließen", "Een bestelling afronden", "Terminar un pedido");

    /// <summary>
    /// 1. Someone who chooses: the two products last looked at more than once, else the cart. 2. Anyone: the topic that the site's need model reads in her
    /// latest searches, where that is clear; else the words that her latest search shares with an earlier, different one; a single search as it
    /// stands; of searches that share nothing, the common subject that the latest names. 3. Else not clear. Texts must be clean.
    /// </summary>
    public static Need Of(VisitorState state, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages, ImmutableArray<CardItem> cart,
        CopyLanguage language, NeedModel? model = null)
    {
        var trail = new OpenerTopic(queries, pages, cart);
        var choosing = Choosing(pages, cart, language);
        var searching = Classified(model, queries, pages, language, trail) ?? Searching(queries, trail, language);
        var need = state == VisitorState.Purposeful ? choosing ?? searching : searching ?? choosing;
        return need ?? new Need(_notClear.In(language), false, null);
    }

    private static Need? Classified(NeedModel? model, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages, CopyLanguage language, OpenerTopic trail)
    {
        if (model is null || TopicReading.Of(model, queries, pages, language) is not { IsClear: true } reading) return null;
        var name = CleanText.Of(model.Topics[reading.Topic].NameIn(language.Tag()));
        return name.Length == 0 ? null : new Need(name, true, trail.Allow(name));
    }

    private static Need? Choosing(ImmutableArray<CardPage> pages, ImmutableArray<CardItem> cart, CopyLanguage language)
    {
        var compared = pages.Where(p => p.Kind == PageKind.Product && p.Visits >= 2).TakeLast(2).ToArray();
        if (compared.Length == 2)
        {
            var text = _choosing.In(language)
                .Replace("{0}", CleanText.Isolated(compared[0].Label), StringComparison.Ordinal)
                .Replace("{1}", CleanText.Isolated(compared[1].Label), StringComparison.Ordinal);
            return new Need(text, true, null);
        }
        return cart.IsEmpty ? null : new Need(_finishing.In(language), true, null);
    }

    private static Need? Searching(ImmutableArray<CardQuery> queries, OpenerTopic trail, CopyLanguage language)
    {
        CardQuery[] latest = [.. queries.Reverse().DistinctBy(q => Words.Normalise(q.Text)).Where(q => !Words.Of(q.Text).IsEmpty)];
        if (latest.Length == 0) return null;
        var distinct = latest.Select(q => Words.Of(q.Text)).ToArray();
        var subject = CommonSubject.Of(latest[0].Text, language);
        var speakable = subject is not null && trail.Allow(subject.About.In(language)) is not null ? subject : null;
        if (distinct.Length == 1) return new Need(Capitalised(distinct[0]), true, null) { Subject = speakable };
        var shared = distinct[0].Where(word => distinct.Skip(1).Any(other => other.Any(o => Words.Likeness(word, o) >= 0.7))).ToImmutableArray();
        if (!shared.IsEmpty) return new Need(Capitalised(shared), true, trail.Allow(Capitalised(trail.Shorten(shared)))) { Subject = speakable };
        return subject is null ? null : new Need(subject.Name.In(language), true, null) { Subject = speakable };
    }

    private static string Capitalised(ImmutableArray<string> words)
    {
        if (words.IsEmpty) return "";
        var text = string.Join(' ', words.Take(WordsMax));
        Rune.DecodeFromUtf16(text, out var first, out var length);
        return CleanText.Of(Rune.ToUpperInvariant(first) + text[length..]);
    }
}
