using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// The offers of one batch, composed at the moment of the wish: what is to be recorded in the log, then delivered. Reused by one worker, not
/// thread-safe.
/// </summary>
internal sealed class OfferEffects
{
    /// <summary>To be recorded in the event log before anything is delivered.</summary>
    public List<LogAppend> Records { get; } = [];

    /// <summary>To be stored and published.</summary>
    public List<OfferDelivery> Deliveries { get; } = [];

    /// <summary>For the counters.</summary>
    public List<(string Site, OfferId Offer, OfferStatus Status)> Statuses { get; } = [];

    /// <param name="isRecorded">The log names this offer already: it is delivered again, and neither recorded nor counted again.</param>
    /// <param name="epoch">Of the worker: behind a later owner's taking its records count for nothing.</param>
    public void Add(
        in OfferWish wish, SiteModel site, in ReserveResult reserved, Assessment assessment, SessionEvidence evidence, bool isRecorded, long epoch)
    {
        Deliveries.Add(OfferComposer.Compose(wish.Offer, site, reserved, assessment, evidence));
        if (isRecorded) return;
        var visitor = assessment.Visitor;
        Records.Add(new LogAppend(
            RecordKeys.Of(site.Id, visitor), EngineEventWriter.Offered(site.Id, visitor, wish.Offer, wish.Step, epoch, reserved.ExpiresAt, wish.Now)));
        Statuses.Add((site.Id, wish.Offer, OfferStatus.Open));
    }

    public void AddWithheld(in OfferWish wish, SiteModel site, OfferResolution resolution, long epoch)
    {
        var (cause, status) = resolution == OfferResolution.Observed ? ("observed", OfferStatus.Observed) : ("holdout", OfferStatus.HeldOut);
        var visitor = wish.Session.Visitor;
        Records.Add(new LogAppend(
            RecordKeys.Of(site.Id, visitor), EngineEventWriter.Withheld(site.Id, visitor, wish.Offer, wish.Step, epoch, cause, wish.Now)));
        Statuses.Add((site.Id, wish.Offer, status));
    }

    /// <summary>Its card is composed already: this batch made it.</summary>
    public bool IsNew(OfferId offer)
    {
        foreach (var delivery in Deliveries)
            if (delivery.Offer == offer) return true;
        return false;
    }

    public void Clear()
    {
        Records.Clear();
        Deliveries.Clear();
        Statuses.Clear();
    }
}
