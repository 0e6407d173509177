using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>A search on a card.</summary>
/// <param name="Id">
/// <c>q</c> and six digits of what it says: the same on every later card of the session, whatever was added or has rolled off, so that what the
/// visitor strikes is what she saw. Opaque.
/// </param>
/// <param name="ResultCount">Of the last time; null when the site did not say.</param>
/// <param name="Times">How often it was searched, as far as is kept.</param>
public sealed record CardQuery(string Id, string Text, int? ResultCount, SearchScope Scope, int Opened, int Times, Instant At);

/// <summary>A page on a card; ids begin with <c>p</c>.</summary>
public sealed record CardPage(string Id, string Label, PageKind Kind, int Visits, int DwellSeconds, Instant At);

/// <summary>A thing in the cart on a card; ids begin with <c>c</c>.</summary>
/// <param name="Price">Of one piece; null when not said, or when pieces of the same name differ.</param>
public sealed record CardItem(string Id, string Label, int Quantity, double? Price);

/// <summary>
/// The full card: what an agent reads before the first word, and what the visitor sees of it first and strikes as she likes. Immutable,
/// thread-safe, bounded by <see cref="Limits.CardEvidenceMax"/> of each kind. Text is clean but not encoded: encode at output.
/// </summary>
public sealed record ContextCard
{
    public required VisitorState State { get; init; }
    public required string StateText { get; init; }

    /// <summary>Language tag of the words on the card.</summary>
    public required string Language { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Urgency { get; init; }

    /// <summary>Calibrated probability of the state, 0 to 1; null where the state has none.</summary>
    public double? Confidence { get; init; }

    /// <summary>In words, or "not clear".</summary>
    public required string Need { get; init; }
    public required bool NeedIsClear { get; init; }

    /// <summary>What she wrote when she asked for a person herself, personal data masked; null where she was invited.</summary>
    public string? Question { get; init; }

    /// <summary>Asks about the need; never recites the trail.</summary>
    public required string SuggestedOpener { get; init; }
    public ImmutableArray<CodedText> Reasons { get; init; } = [];
    public ImmutableArray<CardQuery> Queries { get; init; } = [];
    public ImmutableArray<CardPage> Pages { get; init; } = [];
    public ImmutableArray<CardItem> Cart { get; init; } = [];
    public ImmutableArray<SuggestedArticle> Articles { get; init; } = [];

    /// <summary>Whether the site has an article for what was searched in vain, or none; null where titles do not tell.</summary>
    public CodedText? Answer { get; init; }

    /// <summary>What is not known or was not looked at.</summary>
    public ImmutableArray<CodedText> NotKnown { get; init; } = [];

    /// <summary>Evidence reaches an agent only as the visitor approves it, item by item (<see cref="WithOnly"/>): she sends GPC.</summary>
    public bool ApprovalNeeded { get; init; }

    /// <summary>Ids of all evidence on the card.</summary>
    [JsonIgnore]
    public IEnumerable<string> EvidenceIds => Queries.Select(q => q.Id).Concat(Pages.Select(p => p.Id)).Concat(Cart.Select(c => c.Id));

    /// <summary>
    /// The card without the evidence of these ids, and without anything that was read from it: other evidence that says the same, pages named after a
    /// struck search, the need, the opener's topic, suggested articles and counts are all found again from what is left. Unknown ids change nothing.
    /// Without the site, what only its need model and its articles can tell is left out.
    /// </summary>
    public ContextCard WithStruck(IReadOnlyCollection<string> ids, SiteModel? site = null) => CardStriking.Strike(this, ids, site);

    /// <summary>The card with only the evidence of these ids, and only the reasons that are read from such evidence.</summary>
    public ContextCard WithOnly(IReadOnlyCollection<string> ids, SiteModel? site = null) => CardStriking.KeepOnly(this, ids, site);
}

/// <summary>The reserved card: all that agents see before the visitor has accepted. No text of hers stands in it.</summary>
public sealed record ReservedCard
{
    public required VisitorState State { get; init; }
    public required string StateText { get; init; }
    public required string Language { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Urgency { get; init; }

    /// <summary>Empty where the visitor's approval is needed first (<see cref="ContextCard.ApprovalNeeded"/>).</summary>
    public ImmutableArray<CodedText> Reasons { get; init; } = [];
}
