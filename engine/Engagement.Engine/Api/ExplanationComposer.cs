using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Api;

/// <summary>Composes what a visitor is told of the engine's view of her: the open offer's own card, else how her session was last decided. Pure.</summary>
internal static class ExplanationComposer
{
    public static byte[] Compose(KnownVisitor known, StoredOffer? offer, Assessment? assessment, Instant now, string? language)
    {
        if (offer is { Status: OfferStatus.Open or OfferStatus.Seen or OfferStatus.Accepted or OfferStatus.Claimed } && !offer.Card.IsEmpty
            && CardMessage.FromJson(offer.Card.Span) is { Card: { } card })
            return Explanation.Of(card, offer.Offer).ToJson();

        // No offer, no evidence kept: reasons and blockers, and no item to strike since nothing would be shared.
        var evidence = SessionEvidence.Empty with { Language = language };
        var blockers = assessment?.Blockers ?? Blockers.NotEnoughEvidence;
        return Explanation.Of(CardComposer.Compose(assessment ?? Unknown(known, now), evidence, known.Site), null, blockers).ToJson();
    }

    /// <summary>Nothing is known of her: no session lives.</summary>
    private static Assessment Unknown(KnownVisitor known, Instant now) => new()
    {
        Site = known.Site.Id,
        Visitor = known.Key,
        Session = default,
        Step = 0,
        AsOf = now,
        StartedAt = now,
        LastPresenceAt = now,
        State = VisitorState.Unknown,
        Purposeful = float.NaN,
        Floundering = float.NaN,
        Reasons = Reasons.None,
        Blockers = Blockers.NotEnoughEvidence,
        Offer = OfferStatus.None,
        OffersMade = 0,
        OfferExpiresAt = Instant.Never,
        Features = [],
        Privacy = PrivacyScope.None,
    };
}
