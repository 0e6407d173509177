using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>Composes what an offer delivers: the invitation, the reserved card, the full card. Pure but for allocation; cold path.</summary>
internal static class OfferComposer
{
    public static OfferDelivery Compose(OfferId offer, SiteModel site, in ReserveResult reserved, Assessment assessment, SessionEvidence evidence)
    {
        var agent = reserved.Agent ?? "";
        var card = CardComposer.Compose(assessment, evidence, site);
        return new OfferDelivery
        {
            Site = site.Id,
            Visitor = assessment.Visitor,
            Offer = offer,
            Agent = agent,
            ExpiresAt = reserved.ExpiresAt,
            Invitation = InvitationComposer.Compose(offer, assessment, site, evidence.Language, assessment.AsOf, reserved.ExpiresAt).ToJson(),
            ReservedCard = CardMessage.ForReserved(site.Id, offer, agent, reserved.ExpiresAt, CardComposer.Reserve(card)).ToJson(),
            FullCard = CardMessage.ForFull(site.Id, offer, agent, null, card).ToJson(),
        };
    }

    /// <summary>The full card as it stands after more events.</summary>
    public static byte[] FullCard(OfferId offer, SiteModel site, Assessment assessment, SessionEvidence evidence) =>
        CardMessage.ForFull(site.Id, offer, "", null, CardComposer.Compose(assessment, evidence, site)).ToJson();

    /// <summary>
    /// The full card as the visitor lets it go: without what she struck; where her browser sends GPC, only what she approved.
    /// </summary>
    public static ReadOnlyMemory<byte> Struck(
        StoredOffer offer, IReadOnlyCollection<string> strike, IReadOnlyCollection<string>? approve, ReasonWords words, Instant now)
    {
        if (offer.Card.IsEmpty || CardMessage.FromJson(offer.Card.Span) is not { Card: { } card } message) return offer.Card;
        if (card.ApprovalNeeded) card = card.WithOnly(approve ?? [], words);
        return (message with { Agent = offer.Agent, ExpiresAt = now + Limits.ClaimGiveUpAfter, Card = card.WithStruck(strike, words) }).ToJson();
    }
}
