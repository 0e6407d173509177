using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Core.Tests.Decisions;

public sealed class DeciderTests
{
    public static TheoryData<string, float[], float, float, VisitorState, Blockers> Stories => new()
    {
        // who, vector, P(purposeful), P(floundering), state, blockers
        { "four similar questions, no answer", Visitors.Flounderer, 0.1f, 0.8f, VisitorState.Floundering, Blockers.None },
        { "the same, by a model that is not sure", Visitors.Flounderer, 0.1f, 0.3f, VisitorState.Unknown, Blockers.BelowThreshold },
        { "idle reader", Visitors.IdleReader, 0.9f, 0.9f, VisitorState.Progressing, Blockers.Progressing },
        { "smooth buyer", Visitors.SmoothBuyer, 0.99f, 0.9f, VisitorState.Progressing, Blockers.Progressing },
        { "explorer", Visitors.Explorer, 0.9f, 0.9f, VisitorState.Exploring, Blockers.Exploring },
        { "comparer", Visitors.Comparer, 0.4f, 0.1f, VisitorState.Purposeful, Blockers.None },
        { "comparer who will hardly buy", Visitors.Comparer, 0.05f, 0.1f, VisitorState.Unknown, Blockers.BelowThreshold },
        { "checkout hesitator", Visitors.CheckoutHesitator, 0.6f, 0.1f, VisitorState.Purposeful, Blockers.None },
        { "nobody yet", Visitors.Vector((Feature.Events, 1), (Feature.PagesViewed, 1)), 0.9f, 0.9f, VisitorState.Unknown,
            Blockers.NotEnoughEvidence },
        { "comparer who has chosen", Visitors.Comparer.With((Feature.CartItems, 1), (Feature.SecondsSinceCartAddition, 20)), 0.9f, 0.1f,
            VisitorState.Exploring, Blockers.Exploring },
        { "cart that waits in stillness", Visitors.Explorer.With((Feature.CartItems, 2), (Feature.SecondsSinceCartAddition, 200),
            (Feature.SecondsSinceLastEvent, 46)), 0.5f, 0.1f, VisitorState.Purposeful, Blockers.None },
        { "cart of a busy shopper", Visitors.Explorer.With((Feature.CartItems, 2), (Feature.SecondsSinceCartAddition, 200)), 0.9f, 0.1f,
            VisitorState.Exploring, Blockers.Exploring },
        { "ordered", Visitors.CheckoutHesitator.With((Feature.InCheckout, 0), (Feature.OrdersCompleted, 1)), 0.9f, 0.9f,
            VisitorState.Progressing, Blockers.Progressing },
        { "ordered, then asks in vain", Visitors.Flounderer.With((Feature.OrdersCompleted, 1)), 0.1f, 0.8f, VisitorState.Floundering, Blockers.None },
        { "found at last and reads", Visitors.Flounderer.With((Feature.FruitlessRun, 0), (Feature.ResultsOpened, 1), (Feature.ArticlesViewed, 1),
            (Feature.SecondsSinceLastSearch, 40), (Feature.SecondsSinceLastEvent, 10)), 0.1f, 0.9f, VisitorState.Progressing, Blockers.Progressing },
        { "found, and says it did not help", Visitors.Flounderer.With((Feature.FruitlessRun, 0), (Feature.ResultsOpened, 1),
            (Feature.ArticlesViewed, 1), (Feature.RatedNotHelpful, 1), (Feature.SecondsSinceLastSearch, 40)), 0.1f, 0.9f,
            VisitorState.Floundering, Blockers.None },
        { "hops from result to result", Visitors.Flounderer.With((Feature.FruitlessRun, 0), (Feature.ResultsOpened, 3), (Feature.PogoSticks, 2),
            (Feature.SecondsSinceLastSearch, 30)), 0.1f, 0.9f, VisitorState.Floundering, Blockers.None },
        { "rage clicks in a help centre, no trouble in search", Visitors.Vector((Feature.Events, 4), (Feature.PagesViewed, 2),
            (Feature.RageClicks, 3)), 0.9f, 0.9f, VisitorState.Unknown, Blockers.NotEnoughEvidence },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public void Decide_OfAStory_GivesItsStateAndBlockers(
        string who, float[] vector, float purposeful, float floundering, VisitorState state, Blockers blockers)
    {
        var verdict = Decider.Decide(Visitors.Inputs(vector, purposeful, floundering), Visitors.Site());

        Assert.True((state, blockers) == (verdict.State, verdict.Blockers), $"{who}: {verdict}");
    }

    [Theory]
    [InlineData(OfferStatus.Pending, Blockers.OfferOpen)]
    [InlineData(OfferStatus.Open, Blockers.OfferOpen)]
    [InlineData(OfferStatus.Seen, Blockers.OfferOpen)]
    [InlineData(OfferStatus.Accepted, Blockers.InConversation)]
    [InlineData(OfferStatus.Claimed, Blockers.InConversation)]
    [InlineData(OfferStatus.Declined, Blockers.Declined)]
    [InlineData(OfferStatus.Ignored, Blockers.Ignored)]
    [InlineData(OfferStatus.HeldOut, Blockers.HeldOut)]
    [InlineData(OfferStatus.Observed, Blockers.Observing)]
    [InlineData(OfferStatus.Ended, Blockers.OfferLimit)]
    [InlineData(OfferStatus.Withdrawn, Blockers.None)]
    public void Decide_AfterAnEarlierOffer_HonoursItsEnd(OfferStatus offer, Blockers blockers) =>
        Assert.Equal(blockers, Decider.Decide(Visitors.Inputs(Visitors.Flounderer, offer: offer, offersMade: 1), Visitors.Site()).Blockers);

    [Fact]
    public void Decide_WithTwoOffersMade_IsAtItsLimit() =>
        Assert.Equal(Blockers.OfferLimit,
            Decider.Decide(Visitors.Inputs(Visitors.Flounderer, offer: OfferStatus.Withdrawn, offersMade: 2), Visitors.Site()).Blockers);

    [Theory]
    [InlineData(OfferStatus.None, Blockers.Declined)]
    [InlineData(OfferStatus.Withdrawn, Blockers.Declined)]
    [InlineData(OfferStatus.Open, Blockers.Declined | Blockers.OfferOpen)]
    public void Decide_WithANoOfBefore_OffersNothing_AndStillSaysHowSheIs(OfferStatus offer, Blockers blockers)
    {
        var verdict = Decider.Decide(Visitors.Inputs(Visitors.Flounderer, offer: offer, hasRefused: true), Visitors.Site());

        Assert.Equal((VisitorState.Floundering, blockers), (verdict.State, verdict.Blockers));
    }

    [Fact]
    public void Decide_WithAnObjection_LooksAtNothing()
    {
        var verdict = Decider.Decide(Visitors.Inputs(Visitors.Flounderer, privacy: PrivacyScope.None), Visitors.Site());

        Assert.Equal(new Verdict(VisitorState.Unknown, Reasons.None, Blockers.Objected), verdict);
    }

    [Fact]
    public void Decide_WithoutAModel_SaysSo()
    {
        var verdict = Decider.Decide(Visitors.Inputs(Visitors.Flounderer, float.NaN, float.NaN), Visitors.Site());

        Assert.Equal((VisitorState.Unknown, Blockers.ModelUnavailable), (verdict.State, verdict.Blockers));
    }

    [Fact]
    public void Decide_WithoutTheModelThatIsNotNeeded_Offers() =>
        Assert.Equal(Blockers.None, Decider.Decide(Visitors.Inputs(Visitors.Flounderer, float.NaN, 0.9f), Visitors.Site()).Blockers);

    [Fact]
    public void Decide_AtASiteThatIsOff_NamesAllThatStandsAgainst()
    {
        var verdict = Decider.Decide(Visitors.Inputs(Visitors.IdleReader, offer: OfferStatus.Declined, offersMade: 1), Visitors.Site(SiteMode.Off));

        Assert.Equal(Blockers.SiteOff | Blockers.Declined | Blockers.Progressing, verdict.Blockers);
    }

    [Theory]
    [InlineData(10, 59, Blockers.OutsideHours)]
    [InlineData(11, 0, Blockers.None)]
    [InlineData(11, 59, Blockers.None)]
    [InlineData(12, 0, Blockers.OutsideHours)]
    public void Decide_ByOpeningHours_UsesTheSitesOwnTimeZone(int hourUtc, int minute, Blockers blockers)
    {
        // A Sunday; the site is an hour ahead of UTC and open from 12 to 13 by its own clock.
        var site = new SiteModel
        {
            Id = "shop",
            Mode = SiteMode.Live,
            Secret = new SiteSecret(new byte[32]),
            TimeZone = TimeZoneInfo.CreateCustomTimeZone("ahead", TimeSpan.FromHours(1), "ahead", "ahead"),
            Policy = new SitePolicy { Hours = [new OpeningHours(DayOfWeek.Sunday, new TimeOnly(12, 0), new TimeOnly(13, 0))] },
        };
        var now = Visitors.Noon + TimeSpan.FromMinutes((hourUtc - 12) * 60 + minute);

        Assert.Equal(blockers, Decider.Decide(Visitors.Inputs(Visitors.Flounderer, now: now), site).Blockers);
    }

    [Fact]
    public void Decide_AtSteadyState_AllocatesNothing()
    {
        var site = Visitors.Site(policy: new SitePolicy
        {
            Hours = [.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningHours(day, new TimeOnly(9, 0), new TimeOnly(17, 0)))],
        });
        float[][] vectors = [Visitors.Flounderer, Visitors.IdleReader, Visitors.SmoothBuyer, Visitors.Comparer];
        foreach (var vector in vectors) Decider.Decide(Visitors.Inputs(vector), site);

        var turn = 0;
        Assert.Equal(0, Allocations.Of(1_000, () => Decider.Decide(Visitors.Inputs(vectors[turn++ % vectors.Length]), site)));
    }

    [Theory]
    [InlineData(OfferResolution.Reserved, Blockers.None)]
    [InlineData(OfferResolution.NobodyFree, Blockers.NobodyFree)]
    [InlineData(OfferResolution.Observed, Blockers.Observing)]
    public void FromResolution_GivesTheBlockerOfThatName(OfferResolution resolution, Blockers blockers) =>
        Assert.Equal(blockers, Decider.FromResolution(resolution));

    [Fact]
    public void FromResolution_OfAllButReserved_Blocks() =>
        Assert.All(Enum.GetValues<OfferResolution>().Where(r => r != OfferResolution.Reserved),
            r => Assert.NotEqual(Blockers.None, Decider.FromResolution(r)));
}
