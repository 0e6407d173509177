using Engagement.Core;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery;

/// <summary>Since when a slot is taken as it is, from the times that a store keeps of its offer. Pure.</summary>
internal static class SeatTimes
{
    public static Instant SinceOf(OfferStatus status, Instant reservedAt, Instant heldUntil) => status switch
    {
        OfferStatus.Accepted => heldUntil - Limits.ClaimGiveUpAfter,
        OfferStatus.Claimed => heldUntil - Limits.ConversationMax,
        _ => reservedAt,
    };
}
