using System.Collections.Immutable;
using Engagement.Core.Events;

namespace Engagement.Core.Cards;

/// <summary>One search: what was asked and how much was found.</summary>
/// <param name="ResultCount">Results shown; -1 when the site did not say.</param>
/// <param name="Opened">Results opened from it.</param>
public sealed record QueryEvidence(string Text, int ResultCount, SearchScope Scope, Instant At, int Opened);

/// <summary>What kind of page was visited.</summary>
public enum PageKind : byte { Page = 0, List, Product, Article, Cart, Checkout, Help }

/// <summary>A page, product or article visited.</summary>
/// <param name="Label">Title or name; the URL's path when there was none.</param>
/// <param name="DwellSeconds">Time on it in all, pauses cut at 10 min.</param>
public sealed record PageEvidence(string Label, PageKind Kind, Instant At, int Visits, int DwellSeconds);

/// <summary>A thing in the cart.</summary>
/// <param name="Price">Of one piece; NaN when not said.</param>
public sealed record CartEvidence(string Label, int Quantity, double Price);

/// <summary>
/// What a session remembers for the card, bounded by <see cref="Limits.CardEvidenceMax"/> of each kind (the latest), oldest first. Text is
/// untrusted: encode at output.
/// </summary>
public sealed record SessionEvidence(
    ImmutableArray<QueryEvidence> Queries, ImmutableArray<PageEvidence> Pages, ImmutableArray<CartEvidence> Cart, string? Language)
{
    public static readonly SessionEvidence Empty = new([], [], [], null);
}
