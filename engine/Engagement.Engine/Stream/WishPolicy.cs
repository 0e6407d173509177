using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// Whether a wish becomes an offer: is she still there → is anybody free, as far as known → the store's one atomic step. Owned by one worker,
/// not thread-safe.
/// </summary>
internal sealed class WishPolicy(WorkerParts parts)
{
    /// <summary>Is to be told where the batch is.</summary>
    public PagesAhead Pages { get; } = new(parts);

    public async ValueTask<ReserveResult> ResolveAsync(OfferWish wish, SiteModel site, CancellationToken cancellation)
    {
        if (!await IsPresentAsync(wish, site, cancellation)) return new(OfferResolution.Stale, null, Instant.Never);
        var availability = await parts.Resilience.DeliveryReserve.ExecuteAsync(c => parts.Availability.GetAsync(site.Id, c), cancellation);
        if (availability.FreeSlots == 0) return new(OfferResolution.NobodyFree, null, Instant.Never);
        var result = await ReserveAsync(wish, site, cancellation);
        if (result is { Resolution: OfferResolution.NobodyFree, OthersAreFree: false }) parts.Availability.NobodyFree(site.Id);
        return result;
    }

    /// <summary>The store's atomic step; asked again for the same offer it answers as the first time while the lease lasts.</summary>
    public ValueTask<ReserveResult> ReserveAsync(OfferWish wish, SiteModel site, CancellationToken cancellation)
    {
        var request = new ReserveRequest
        {
            Site = site.Id,
            Visitor = wish.Session.Visitor,
            Offer = wish.Offer,
            Lease = site.Policy.Lease,
            OffersPerHourMax = site.Policy.OffersPerHourMax,
            HeldOut = HoldoutPolicy.IsHeldOut(wish.Offer.Session, site.Policy.HoldoutShare),
            ObserveOnly = site.Mode == SiteMode.Observe,
            LogTime = site.Clock == SiteClock.Log ? wish.Now : null,
            Language = RoutingSkill.LanguageOf(wish.Session.Language),
            Skill = RoutingSkill.Of(wish.Session.ReadEvidence(), site),
        };
        return parts.Resilience.DeliveryReserve.ExecuteAsync(c => parts.Store.ReserveAsync(request, c), cancellation);
    }

    /// <summary>
    /// How a wish that the log does not name was answered the first time, as far as the log can tell: by the log's clock staleness is a fact of the
    /// log; by the wall's it went with the process, and the session waits as if nobody had been free.
    /// </summary>
    public static OfferResolution NotGranted(in OfferWish wish, SiteModel? site) =>
        site is { Clock: SiteClock.Log } && wish.Now - wish.Session.LastPresenceAt > Limits.PresenceAgeMax ? OfferResolution.Stale : OfferResolution.NobodyFree;

    /// <summary>
    /// Nobody is invited after having left, and a worker that catches up invites nobody into the past: nor is she whose old events are sent again, for a visit that is over by
    /// this machine's time, though another page of hers be open. The store knows of pages that other nodes serve; it is not asked for a site that lives by the log's clock,
    /// whose visitors have no pages.
    /// </summary>
    private ValueTask<bool> IsPresentAsync(in OfferWish wish, SiteModel site, CancellationToken cancellation)
    {
        var (visitor, isWall) = (wish.Session.Visitor, site.Clock == SiteClock.Wall);
        var now = isWall ? Instant.FromDateTimeOffset(parts.Time.GetUtcNow()) : wish.Now;
        if (isWall && now - wish.Now > Limits.SessionGap) return new(false);
        var age = now - wish.Session.LastPresenceAt;
        if (age <= Limits.PresenceAgeMax || parts.Pages.IsOpen(site.Id, visitor)) return new(true);
        if (!isWall || age > Limits.SessionGap) return new(false);
        return Pages.IsOpenAsync(site, visitor, cancellation);
    }
}
