using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>Conversations: they stand with their offer's row.</content>
public sealed partial class EmbeddedDeliveryStore
{
    public ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation) => Run(() => _steps.Send(request), cancellation);

    public ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation) =>
        Run(() => _steps.CloseConversation(site, offer, by, at), cancellation);

    public ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation) =>
        ValueTask.FromResult(_view.FindOffer(offer) is { Status: OfferStatus.Accepted or OfferStatus.Claimed or OfferStatus.Ended } row && row.Site == site
            ? new StoredConversation { Visitor = row.Visitor, Holder = row.Holder, Status = row.Status, Last = row.Log.Last, Entries = row.Log.After(after) }
            : null);
}
