using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>A visitor at a site: what offers and assessments are found by.</summary>
internal readonly record struct VisitorAt(string Site, VisitorKey Visitor);

/// <summary>An offer from its lease to its end. Immutable; times are by the site's clock but <see cref="WrittenAt"/>.</summary>
internal sealed record OfferRow
{
    public required OfferId Id { get; init; }
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }

    /// <summary>Who was leased.</summary>
    public required string Agent { get; init; }

    /// <summary>Who claimed; null before.</summary>
    public string? Holder { get; init; }
    public required OfferStatus Status { get; init; }
    public required Instant ReservedAt { get; init; }
    public required Instant ExpiresAt { get; init; }

    /// <summary>Until when a slot of <see cref="SlotOf"/> is taken; <see cref="Instant.Start"/> when none is.</summary>
    public required Instant HeldUntil { get; init; }

    /// <summary>By the wall clock: lifetimes of rows count from here.</summary>
    public required Instant WrittenAt { get; init; }

    /// <summary>The site lives by the log's clock.</summary>
    public bool LogClock { get; init; }
    public OfferContent Content { get; init; } = OfferContent.None;

    /// <summary>What became of it beyond its status.</summary>
    public OfferCourse Course { get; init; }

    /// <summary>What whoever takes it should speak, and know; null where nothing is known.</summary>
    public string? Language { get; init; }
    public string? Skill { get; init; }

    /// <summary>The outcome that its agent gave it; null before.</summary>
    public StoredWrapUp? WrapUp { get; init; }
    public ConversationLog Log { get; init; } = ConversationLog.Empty;

    /// <summary>Numbers of the latest entries that have arrived at the two. In memory alone: whoever joins again says so again.</summary>
    public long ReceivedByVisitor { get; init; }
    public long ReceivedByAgent { get; init; }

    public string SlotOf => Holder ?? Agent;
    public VisitorAt VisitorAt => new(Site, Visitor);

    /// <summary>Leased or on the page, and unanswered.</summary>
    public bool IsUnanswered => Status is OfferStatus.Pending or OfferStatus.Open or OfferStatus.Seen;

    /// <summary>Agents see it: on offer, waiting for a claim, or in conversation.</summary>
    public bool IsOnCards => Status is OfferStatus.Open or OfferStatus.Seen or OfferStatus.Accepted or OfferStatus.Claimed;

    /// <summary>Stands between its visitor and another offer.</summary>
    public bool IsActive(Instant now) => IsUnanswered ? ExpiresAt > now : Status == OfferStatus.Accepted ? HeldUntil > now : Status == OfferStatus.Claimed;

    /// <summary>Unanswered and its time has passed.</summary>
    public bool HasLapsed(Instant now) => IsUnanswered && ExpiresAt <= now;

    /// <summary>No slot is taken any more.</summary>
    public OfferRow End(OfferStatus status) => this with { Status = status, HeldUntil = Instant.Start };

    public StoredOffer ToStored() => new()
    {
        Site = Site, Visitor = Visitor, Offer = Id, Agent = SlotOf, Status = Status, ExpiresAt = ExpiresAt, Invitation = Content.Invitation,
        Card = Content.FullCard,
    };
}

/// <summary>What came of a conversation, and a note for colleagues. In the file: two lines of one cell.</summary>
internal sealed record StoredWrapUp(string Outcome, string? Note)
{
    public override string ToString() => Note is null ? Outcome : $"{Outcome}\n{Note}";

    public static StoredWrapUp? Parse(string? text)
    {
        if (text is null) return null;
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? new StoredWrapUp(text, null) : new StoredWrapUp(text[..end], text[(end + 1)..]);
    }
}

/// <summary>The JSON that goes with an offer; compared by reference, so that a change of status does not write it again.</summary>
internal sealed class OfferContent(ReadOnlyMemory<byte> invitation, ReadOnlyMemory<byte> reservedCard, ReadOnlyMemory<byte> fullCard)
{
    public static readonly OfferContent None = new(default, default, default);

    public ReadOnlyMemory<byte> Invitation => invitation;
    public ReadOnlyMemory<byte> ReservedCard => reservedCard;
    public ReadOnlyMemory<byte> FullCard => fullCard;

    /// <summary>The caller's buffers are the caller's: what is kept is a copy.</summary>
    public static OfferContent From(OfferDelivery delivery) =>
        new(delivery.Invitation.ToArray(), delivery.ReservedCard.ToArray(), delivery.FullCard.ToArray());

    public OfferContent WithFullCard(ReadOnlyMemory<byte> card) => new(Invitation, ReservedCard, card.ToArray());
}
