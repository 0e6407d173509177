using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Overview;
using Engagement.Core.Sites;

namespace Core.Tests.Overview;

/// <summary>How counts become the owner's overview.</summary>
public sealed class OverviewComposerTests
{
    private static readonly Instant s_now = LogText.Start + TimeSpan.FromMinutes(20);
    private static readonly int s_hour = Tallies.HourOf(s_now);

    private static SiteOverview ComposeOf(SiteModel site, params TallyCount[] counts) => OverviewComposer.Compose(
        site, new StoredOverview(counts, [5, 4, 3, 2, 1], new SiteLoad(1, 2, 1, 1, 0, null, 0, null)), s_now, CopyLanguage.En);

    private static SiteOverview Compose(params TallyCount[] counts) => ComposeOf(TestSites.Site(TestSites.Shop, mode: SiteMode.Observe), counts);

    [Fact]
    public void Hours_AreTheLastTwentyFour_WithoutAGap_AndTheTotalIsTheirSum()
    {
        var overview = Compose(
            new(s_hour, Tally.Visits, 3), new(s_hour - 23, Tally.Visits, 4), new(s_hour - 24, Tally.Visits, 100), new(s_hour + 1, Tally.Visits, 1_000));
        Assert.Equal(Limits.TallyHours, overview.Hours.Length);
        Assert.Equal(Enumerable.Range(s_hour - 23, 24).Select(Tallies.StartOf), overview.Hours.Select(h => h.From));
        Assert.Equal((4L, 0L, 3L), (overview.Hours[0].Visits, overview.Hours[1].Visits, overview.Hours[^1].Visits));
        Assert.Equal((7L, s_now, SiteMode.Observe), (overview.Total.Visits, overview.AsOf, overview.Mode));
    }

    [Fact]
    public void SiteOfTheLogsClock_IsShownUpToItsLatestHour()
    {
        var overview = ComposeOf(TestSites.Site(TestSites.Replay, SiteClock.Log), new(s_hour - 5_000, Tally.Visits, 2), new(s_hour - 5_001, Tally.Visits, 1));
        Assert.Equal((2L, 3L), (overview.Hours[^1].Visits, overview.Total.Visits));
        Assert.Equal(Tallies.StartOf(s_hour - 4_999), overview.AsOf);
        Assert.Equal(0, ComposeOf(TestSites.Site(TestSites.Replay, SiteClock.Log)).Total.Visits);
    }

    [Fact]
    public void Hindrances_AreInWords_TheMostFrequentFirst()
    {
        var overview = Compose(
            new(s_hour, Tallies.HinderedBy(Blockers.OutsideHours), 2), new(s_hour, Tallies.HinderedBy(Blockers.NobodyFree), 5),
            new(s_hour - 1, Tallies.HinderedBy(Blockers.OutsideHours), 4), new(s_hour, Tallies.HinderedBy(Blockers.Unavailable), 0));
        Assert.Equal([("outside_hours", 6L), ("nobody_free", 5L)], overview.Hindrances.Select(h => (h.Code, h.Visits)));
        Assert.Equal("Nobody is free", overview.Hindrances[1].Text);
    }

    [Fact]
    public void Kinds_OfALaterVersion_ArePassedOver()
    {
        var overview = Compose(new(s_hour, (Tally)60, 9), new(s_hour, (Tally)250, 9), new(s_hour, (Tally)((int)Tally.Hindered + 7), 9));
        Assert.Equal(0, overview.Total.Visits);
        Assert.Empty(overview.Hindrances);
    }

    [Fact]
    public void States_StandInTheirPlaces() =>
        Assert.Equal(new StandingCounts(5, 4, 3, 2, 1), Compose().Now);

    [Theory]
    [InlineData(OfferStatus.Pending, OfferStatus.Open, null)]
    [InlineData(OfferStatus.Pending, OfferStatus.Withdrawn, null)]
    [InlineData(OfferStatus.None, OfferStatus.Accepted, null)]
    [InlineData(OfferStatus.Open, OfferStatus.Seen, Tally.Shown)]
    [InlineData(OfferStatus.Seen, OfferStatus.Seen, null)]
    [InlineData(OfferStatus.Open, OfferStatus.Accepted, Tally.Accepted)]
    [InlineData(OfferStatus.Claimed, OfferStatus.Accepted, null)]
    [InlineData(OfferStatus.Seen, OfferStatus.Ignored, Tally.Ignored)]
    [InlineData(OfferStatus.Accepted, OfferStatus.Ended, null)]
    public void Step_OfAnOffer_CountsAs(OfferStatus before, OfferStatus after, Tally? expected) => Assert.Equal(expected, Tallies.Of(before, after));

    [Fact]
    public void Blocker_ThereAndBack_IsItself()
    {
        foreach (var blocker in Enum.GetValues<Blockers>().Where(b => b != Blockers.None)) Assert.Equal(blocker, Tallies.BlockerOf(Tallies.HinderedBy(blocker)));
        Assert.Equal(Blockers.None, Tallies.BlockerOf(Tally.NotHelpful));
    }
}
