using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// What is to be told of an offer beside its record in <see cref="Topics.Events"/>, under an id as that record's own. Nothing where nobody of the site listens.
/// Pure, thread-safe; cold.
/// </summary>
internal static class NoticeComposer
{
    public static IEnumerable<LogAppend> Offered(OfferDelivery offer, SiteModel? site, Instant at) =>
        Of(site, offer.Visitor, offer.Offer, NoticeType.InvitationOffered, "offered", at, offer.Agent);

    /// <summary>An acceptance tells twice: that she accepted, and the card, which only who asked for it gets.</summary>
    public static IEnumerable<LogAppend> Answered(SiteModel? site, VisitorKey visitor, OfferId offer, InvitationAnswer answer, Instant at) => answer switch
    {
        InvitationAnswer.Shown => Of(site, visitor, offer, NoticeType.InvitationShown, "shown", at),
        InvitationAnswer.Accepted => Of(site, visitor, offer, NoticeType.InvitationAccepted, "accepted", at)
            .Concat(Of(site, visitor, offer, NoticeType.CardAccepted, "card", at)),
        InvitationAnswer.Declined => Of(site, visitor, offer, NoticeType.InvitationDeclined, "declined", at),
        _ => Of(site, visitor, offer, NoticeType.InvitationIgnored, "ignored", at),
    };

    public static IEnumerable<LogAppend> Ended(OfferEnding ending, SiteModel? site, Instant at) => ending.Outcome switch
    {
        OfferStatus.Ignored => Of(site, ending.Visitor, ending.Offer, NoticeType.InvitationIgnored, "ignored", at),
        OfferStatus.Ended when ending.Cause == EngineEventWriter.Unclaimed =>
            Of(site, ending.Visitor, ending.Offer, NoticeType.ConversationUnclaimed, "unclaimed", at),
        OfferStatus.Ended => ChatEnded(site, ending.Visitor, ending.Offer, at),
        _ => Of(site, ending.Visitor, ending.Offer, NoticeType.InvitationWithdrawn, "withdrawn", at, cause: ending.Cause),
    };

    /// <summary>She asked for a person herself: there is a card, and was no invitation that she accepted.</summary>
    public static IEnumerable<LogAppend> Asked(SiteModel? site, VisitorKey visitor, OfferId offer, Instant at) =>
        Of(site, visitor, offer, NoticeType.CardAccepted, "card", at, cause: "asked");

    /// <summary>A conversation that is handed over is claimed again: by another agent it is another notice.</summary>
    public static IEnumerable<LogAppend> ChatClaimed(SiteModel? site, VisitorKey visitor, OfferId offer, string agent, Instant at) =>
        Of(site, visitor, offer, NoticeType.ConversationClaimed, $"claimed:{(uint)Identifiers.Hash64(Encoding.UTF8.GetBytes(agent)):x8}", at, agent);

    public static IEnumerable<LogAppend> ChatEnded(SiteModel? site, VisitorKey visitor, OfferId offer, Instant at) =>
        Of(site, visitor, offer, NoticeType.ConversationEnded, "ended", at);

    /// <param name="cause">The outcome that the agent chose.</param>
    public static IEnumerable<LogAppend> WrappedUp(SiteModel? site, VisitorKey visitor, OfferId offer, string? agent, string? cause, Instant at) =>
        Of(site, visitor, offer, NoticeType.ConversationWrappedUp, "wrapped_up", at, agent, cause);

    private static IEnumerable<LogAppend> Of(
        SiteModel? site, VisitorKey visitor, OfferId offer, NoticeType type, string suffix, Instant at, string? agent = null, string? cause = null)
    {
        if (site is not { IsListenedTo: true }) return [];
        var notice = new Notice
        {
            Id = $"{offer}:{suffix}", Type = type, Site = site.Id, Offer = offer.ToString(), Agent = string.IsNullOrEmpty(agent) ? null : agent, Cause = cause, At = at,
        };
        return [Notice.ToRecord(notice, visitor)];
    }
}
