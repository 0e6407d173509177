using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>What the owner's page is made of.</content>
internal sealed partial class DeliverySteps
{
    public StoredOverview Overview(string name)
    {
        var wallNow = WallNow;
        return new StoredOverview(_tallies.Of(name), _tallies.StandingOf(name, wallNow), LoadOf(_state.SiteOf(name), wallNow));
    }

    private SiteLoad LoadOf(SiteState site, Instant wallNow)
    {
        var now = site.Now(wallNow, null);
        var there = site.Agents.Values.Where(a => a.IsAvailable(wallNow)).ToList();
        var waiting = _state.Offers.Where(r => r.Site == site.Name && r.Status == OfferStatus.Accepted && r.HeldUntil > now).ToList();
        var (questions, oldest) = _questions.Waiting(site.Name);
        return new SiteLoad(
            there.Count, there.Sum(a => a.Capacity), there.Sum(a => a.FreeSlots(wallNow, now)), site.Agents.Values.Sum(a => a.SlotsTaken(now)), waiting.Count,
            waiting.Count == 0 ? null : waiting.Min(r => r.HeldUntil) - Limits.ClaimGiveUpAfter, questions, oldest);
    }

    private void Count(string site, Tally tally) => _tallies.Add(site, tally, _state.SiteOf(site).Now(WallNow, null));
}
