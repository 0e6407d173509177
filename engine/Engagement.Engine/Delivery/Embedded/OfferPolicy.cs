using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>The rules of an offer's life: what may follow what. Pure; <c>now</c> is the site's clock.</summary>
internal static class OfferPolicy
{
    /// <summary>
    /// Whether the visitor's latest offer leaves room for a new one: within a session only after one that was withdrawn or lapsed unseen; in a
    /// new session, once nothing of the old one is open. A later one of the session that is only reserved stands in nobody's way: who wishes an earlier
    /// one again begins anew from before it was recorded.
    /// </summary>
    public static bool AllowsAnother(OfferRow? latest, OfferId offer, Instant now)
    {
        if (latest is null) return true;
        if (latest.Status == OfferStatus.Pending && latest.Id.Session == offer.Session && latest.Id.Ordinal > offer.Ordinal) return true;
        if (latest.IsActive(now)) return false;
        if (latest.Id.Session != offer.Session) return true;
        if (latest.Id == offer) return latest.Status == OfferStatus.Pending;
        return latest.Status is OfferStatus.Withdrawn or OfferStatus.Pending or OfferStatus.Open && latest.Id.Ordinal < offer.Ordinal;
    }

    /// <summary>The row after an answer, null where nothing changes.</summary>
    public static (AnswerOutcome Outcome, OfferRow? Next) Answer(OfferRow? row, AnswerRequest request, Instant now)
    {
        if (row is null || row.Site != request.Site || row.Visitor != request.Visitor || row.Status == OfferStatus.Pending)
            return (AnswerOutcome.NotFound, null);
        if (row.Status == OfferStatus.Withdrawn) return (AnswerOutcome.Lapsed, null);
        if (!row.IsUnanswered) return (Stands(row.Status, request.Answer) ? AnswerOutcome.Done : AnswerOutcome.AlreadyAnswered, null);
        if (row.HasLapsed(now)) return (AnswerOutcome.Lapsed, null);
        return (AnswerOutcome.Done, request.Answer switch
        {
            InvitationAnswer.Shown => row.Status == OfferStatus.Seen ? null : row with { Status = OfferStatus.Seen },
            InvitationAnswer.Accepted => Accept(row, request, now),
            InvitationAnswer.Declined => row.End(OfferStatus.Declined),
            _ => row.End(OfferStatus.Ignored),
        });
    }

    /// <summary>The visitor whose offer it is, or the agent who claimed it.</summary>
    public static bool TakesPart(OfferRow row, string site, Participant participant) =>
        row.Site == site && (participant.Agent is { } agent ? row.Holder == agent : row.Visitor == participant.Visitor && row.Status != OfferStatus.Pending);

    /// <summary>Null where the conversation takes messages.</summary>
    public static SendOutcome? MaySpeak(OfferRow row) => row.Status switch
    {
        OfferStatus.Accepted or OfferStatus.Claimed => null,
        OfferStatus.Ended => SendOutcome.Closed,
        _ => SendOutcome.NotOpen,
    };

    /// <summary>The row after a claim, null where nothing changes.</summary>
    public static (ClaimOutcome Outcome, OfferRow? Next) Claim(OfferRow? row, string site, string agent, bool fits, Instant now)
    {
        if (row is null || row.Site != site) return (ClaimOutcome.NotFound, null);
        switch (row.Status)
        {
            case OfferStatus.Claimed:
                return (row.Holder == agent ? ClaimOutcome.Claimed : ClaimOutcome.Taken, null);
            case OfferStatus.Ended:
                return (row.Holder is null ? ClaimOutcome.GivenUp : row.Holder == agent ? ClaimOutcome.NotFound : ClaimOutcome.Taken, null);
            case OfferStatus.Accepted when row.HeldUntil <= now:
                return (ClaimOutcome.GivenUp, null);
            case OfferStatus.Accepted when agent != row.Agent && (row.Course & OfferCourse.GoesOn) == 0 && now < GoesOnAt(row):
                return (ClaimOutcome.ReservedForAnother, null);
            case OfferStatus.Accepted when agent != row.Agent && !fits:
                return (ClaimOutcome.DoesNotFit, null);
            case OfferStatus.Accepted:
                return (ClaimOutcome.Claimed, row with { Status = OfferStatus.Claimed, Holder = agent, HeldUntil = now + Limits.ConversationMax });
            default:
                return (ClaimOutcome.NotAccepted, null);
        }
    }

    /// <summary>When an accepted card is no longer kept for one agent.</summary>
    public static Instant GoesOnAt(OfferRow row) => row.HeldUntil - Limits.ClaimGiveUpAfter + Limits.ClaimNextAfter;

    /// <summary>A conversation waits for another agent, whose slot is held, or for any: then its own agent's is, who is not there to use it.</summary>
    public static OfferRow Requeue(OfferRow row, string agent, OfferCourse course, Instant now) =>
        row with { Status = OfferStatus.Accepted, Agent = agent, Holder = null, HeldUntil = now + Limits.ClaimGiveUpAfter, Course = course };

    /// <summary>The lease becomes a conversation to be claimed: the slot stays taken while the visitor waits.</summary>
    private static OfferRow Accept(OfferRow row, AnswerRequest request, Instant now) => row with
    {
        Status = OfferStatus.Accepted,
        HeldUntil = now + Limits.ClaimGiveUpAfter,
        Content = request.FullCard.IsEmpty ? row.Content : row.Content.WithFullCard(request.FullCard),
    };

    /// <summary>The same answer, asked again, is answered again.</summary>
    private static bool Stands(OfferStatus status, InvitationAnswer answer) => answer switch
    {
        InvitationAnswer.Shown => true,
        InvitationAnswer.Accepted => status is OfferStatus.Accepted or OfferStatus.Claimed or OfferStatus.Ended,
        InvitationAnswer.Declined => status == OfferStatus.Declined,
        _ => status == OfferStatus.Ignored,
    };
}
