using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine;

namespace Engagement.Desks.Delivery;

/// <summary>A card that a visitor let go, and the agent for whom it is.</summary>
internal sealed record AcceptedCard(OfferId Offer, string Agent, ContextCard Card)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(Card, ContractJson.Default.ContextCard);
}

/// <summary>
/// Reads accepted cards from the delivery store at the moment of delivery: nothing of them is kept on the way, so that whoever is forgotten is forgotten here too. Thread-safe.
/// </summary>
internal sealed class AcceptedCards(IDeliveryStore store, Resilience resilience)
{
    /// <summary>Null where there is none any more. Throws where the store cannot be asked.</summary>
    public async ValueTask<AcceptedCard?> FindAsync(Notice notice, CancellationToken cancellation)
    {
        var stored = await FindOfferAsync(notice, cancellation);
        // A card whose offer was never accepted, or was made again, is not hers to give yet: it holds what she may still strike.
        if (stored is not { Status: OfferStatus.Accepted or OfferStatus.Claimed or OfferStatus.Ended, Card.IsEmpty: false }) return null;
        return CardMessage.FromJson(stored.Card.Span)?.Card is { } card ? new AcceptedCard(stored.Offer, stored.Agent, card) : null;
    }

    /// <summary>Whether she is, or was, in a conversation of this offer: an end that was decided while she accepted did not count.</summary>
    public async ValueTask<bool> AreTakenAsync(Notice notice, CancellationToken cancellation) =>
        await FindOfferAsync(notice, cancellation) is { Status: OfferStatus.Accepted or OfferStatus.Claimed or OfferStatus.Ended };

    private async ValueTask<StoredOffer?> FindOfferAsync(Notice notice, CancellationToken cancellation) => OfferId.TryParse(notice.Offer, out var offer)
        ? await resilience.DeliveryAct.ExecuteAsync(c => store.GetOfferAsync(notice.Site, offer, c), cancellation)
        : null;
}
