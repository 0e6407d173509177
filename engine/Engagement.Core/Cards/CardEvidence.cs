using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Engagement.Core.Cards;

/// <summary>Turns a session's evidence into a card's: clean, bounded, what says the same told once, under ids that last. Pure.</summary>
internal static class CardEvidence
{
    /// <summary>Searches of the same words once, at the place of the last.</summary>
    public static ImmutableArray<CardQuery> QueriesOf(SessionEvidence evidence) =>
        [.. Told(evidence.Queries, q => q.Text, q => q.At).Select(g => new CardQuery(
            IdOf('q', g.Text), g.Text, g.Last.ResultCount < 0 ? null : g.Last.ResultCount, g.Last.Scope, g.All.Sum(q => q.Opened), g.All.Count, g.Last.At))];

    /// <summary>Pages of the same name once, at the place of the last.</summary>
    public static ImmutableArray<CardPage> PagesOf(SessionEvidence evidence) =>
        [.. Told(evidence.Pages, p => p.Label, p => p.At).Select(g => new CardPage(
            IdOf('p', g.Text), g.Text, g.Last.Kind, g.All.Sum(p => p.Visits), g.All.Sum(p => p.DwellSeconds), g.Last.At))];

    /// <summary>Things of the same name once.</summary>
    public static ImmutableArray<CardItem> CartOf(SessionEvidence evidence) =>
        [.. Told(evidence.Cart, c => c.Label, _ => Instant.Start).Select(g => new CardItem(IdOf('c', g.Text), g.Text, g.All.Sum(c => c.Quantity), PriceOf(g.All)))];

    private static double? PriceOf(List<CartEvidence> things) =>
        double.IsFinite(things[0].Price) && things.TrueForAll(t => t.Price.Equals(things[0].Price)) ? things[0].Price : null;

    /// <summary>24 bits of a hash of what it says: two of at most 24 items hardly ever meet, and would only be struck together.</summary>
    private static string IdOf(char kind, string text) =>
        kind + (Identifiers.Hash64(Encoding.UTF8.GetBytes(Words.Normalise(text))) >> 40).ToString("x6", CultureInfo.InvariantCulture);

    private readonly record struct Group<T>(string Text, T Last, List<T> All);

    private static IEnumerable<Group<T>> Told<T>(ImmutableArray<T> evidence, Func<T, string> text, Func<T, Instant> at)
    {
        if (evidence.IsDefaultOrEmpty) return [];
        var groups = evidence.Select(e => (Text: CleanText.Of(text(e)), Evidence: e)).Where(e => e.Text.Length > 0)
            .GroupBy(e => Words.Normalise(e.Text), StringComparer.Ordinal)
            .Select(g => new Group<T>(g.Last().Text, g.Last().Evidence, [.. g.Select(e => e.Evidence)]))
            .OrderBy(g => at(g.Last)).ToList();
        return groups.Skip(Math.Max(0, groups.Count - Limits.CardEvidenceMax));
    }
}
