using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>How the engine's own records move a session's offer. Pure; every record may come twice.</summary>
internal static class OfferCourse
{
    /// <summary>True when the record changed something. An answer to an offer of an earlier session still counts: a no is a no.</summary>
    public static bool TryAdvance(SessionState session, in VisitorEvent e)
    {
        var isOwn = e.OfferSession == session.Id;
        var isLatest = isOwn && e.OfferOrdinal == session.OffersMade;
        return e.Type switch
        {
            EventType.InvitationOffered => isOwn && TryOffer(session, e),
            EventType.InvitationWithheld => isOwn && TryWithhold(session, e),
            EventType.InvitationShown => isLatest && session.Offer == OfferStatus.Open && Set(session, OfferStatus.Seen),
            EventType.InvitationAccepted => session.Offer is not (OfferStatus.Claimed or OfferStatus.Ended) && !StaysApart(session, isOwn) && Set(session, OfferStatus.Accepted),
            EventType.InvitationDeclined => !IsInConversation(session) && Set(session, OfferStatus.Declined),
            EventType.InvitationIgnored => isLatest && (session.IsOfferOpen || session.Offer == OfferStatus.Withdrawn) && Set(session, OfferStatus.Ignored),
            EventType.InvitationWithdrawn => isLatest && session.IsOfferOpen && Set(session, OfferStatus.Withdrawn),
            EventType.ChatClaimed => session.Offer != OfferStatus.Ended && !StaysApart(session, isOwn) && Set(session, OfferStatus.Claimed),
            EventType.ChatUnclaimed or EventType.ChatEnded => IsInConversation(session) && Set(session, OfferStatus.Ended),
            _ => false,
        };
    }

    /// <summary>Types that the visitor herself, or her site's server on her behalf, brought about just now.</summary>
    public static bool IsPresence(EventType type) =>
        type is EventType.InvitationAsked or EventType.InvitationShown or EventType.InvitationAccepted or EventType.InvitationDeclined;

    /// <summary>An offer is made: by a wish that was granted, or as the log tells it.</summary>
    public static void Open(SessionState session, int ordinal, Instant expiresAt)
    {
        session.OfferCount = (byte)Math.Min(ordinal, byte.MaxValue);
        session.Offer = OfferStatus.Open;
        session.OfferExpiresAt = expiresAt;
    }

    public static bool Set(SessionState session, OfferStatus status)
    {
        if (session.Offer == status) return false;
        session.Offer = status;
        if (!session.IsOfferOpen) session.OfferExpiresAt = Instant.Never;
        return true;
    }

    // The session's own offer comes back through the log: it has that ordinal already.
    private static bool TryOffer(SessionState session, in VisitorEvent e)
    {
        if (e.OfferOrdinal <= session.OffersMade) return false;
        Open(session, e.OfferOrdinal, e.OfferExpiresAt == Instant.Start ? session.AsOf + Limits.LeaseDefault : e.OfferExpiresAt);
        return true;
    }

    private static bool TryWithhold(SessionState session, in VisitorEvent e)
    {
        if (e.OfferOrdinal <= session.OffersMade || session.Offer is not (OfferStatus.None or OfferStatus.Withdrawn)) return false;
        return Set(session, e.Cause.SequenceEqual("holdout"u8) ? OfferStatus.HeldOut : OfferStatus.Observed);
    }

    /// <summary>A visitor of the holdout who asks for a person herself is still of the holdout: else the comparison would lose those who needed one.</summary>
    private static bool StaysApart(SessionState session, bool isOwn) => !isOwn && session.Offer is (OfferStatus.HeldOut or OfferStatus.Observed);

    private static bool IsInConversation(SessionState session) => session.Offer is OfferStatus.Accepted or OfferStatus.Claimed;
}
