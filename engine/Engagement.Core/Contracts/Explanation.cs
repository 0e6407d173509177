using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;

namespace Engagement.Core.Contracts;

/// <summary>What an explained item was.</summary>
/// <param name="Id">As on the card: the visitor strikes by it.</param>
/// <param name="Kind"><c>search</c>, <c>page</c> or <c>cart</c>.</param>
/// <param name="Detail">Results found, visits or pieces, as a number in text; null when not known.</param>
public sealed record ExplainedItem(string Id, string Kind, string Text, string? Detail);

/// <summary>
/// "Why am I seeing this?" and "what would the agent see?", for the visitor herself: the card's own words and items, and nothing that the card does
/// not have. Version 1.
/// </summary>
public sealed record Explanation
{
    public int V { get; init; } = 1;

    /// <summary>The open offer; null where none is.</summary>
    public string? Offer { get; init; }
    public required VisitorState State { get; init; }
    public required string StateText { get; init; }
    public required string Language { get; init; }
    public required string Need { get; init; }
    public required ImmutableArray<CodedText> Reasons { get; init; }

    /// <summary>Why nothing was offered; empty where an invitation is open.</summary>
    public required ImmutableArray<CodedText> Blockers { get; init; }
    public required ImmutableArray<ExplainedItem> Items { get; init; }
    public required ImmutableArray<CodedText> NotKnown { get; init; }

    /// <summary>Only what she approves is shared: unchecked items stay with her.</summary>
    public required bool ApprovalNeeded { get; init; }

    public static Explanation Of(ContextCard card, OfferId? offer = null, Blockers blockers = Decisions.Blockers.None)
    {
        CopyLanguages.TryRead(card.Language, out var language);
        return new Explanation
        {
            Offer = offer?.ToString(),
            State = card.State,
            StateText = card.StateText,
            Language = card.Language,
            Need = card.Need,
            Reasons = card.Reasons,
            Blockers = offer is null ? BlockerTexts.For(blockers, language) : [],
            Items =
            [
                .. card.Queries.Select(q => new ExplainedItem(q.Id, "search", q.Text, q.ResultCount?.ToString(CultureInfo.InvariantCulture))),
                .. card.Pages.Select(p => new ExplainedItem(p.Id, "page", p.Label, p.Visits.ToString(CultureInfo.InvariantCulture))),
                .. card.Cart.Select(c => new ExplainedItem(c.Id, "cart", c.Label, c.Quantity.ToString(CultureInfo.InvariantCulture))),
            ],
            NotKnown = card.NotKnown,
            ApprovalNeeded = card.ApprovalNeeded,
        };
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.Explanation);
}
