using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Core.Tests.Decisions;

public sealed class DeciderProperties
{
    private static readonly SiteModel _site = Visitors.Site();

    [Theory]
    [InlineData(OfferStatus.Pending)]
    [InlineData(OfferStatus.Open)]
    [InlineData(OfferStatus.Seen)]
    [InlineData(OfferStatus.Accepted)]
    [InlineData(OfferStatus.Claimed)]
    [InlineData(OfferStatus.Declined)]
    [InlineData(OfferStatus.Ignored)]
    [InlineData(OfferStatus.HeldOut)]
    [InlineData(OfferStatus.Observed)]
    [InlineData(OfferStatus.Ended)]
    public void Decide_AfterAnOfferThatStandsOrWasAnswered_NeverWishes(OfferStatus offer) => Vectors.ForAll(vector =>
        Assert.NotEqual(Blockers.None, Decider.Decide(Visitors.Inputs(vector, 1, 1, offer, 1), _site).Blockers), runs: 300);

    [Fact]
    public void Decide_WithoutEvidenceOfHesitation_IsNeverPurposeful() => Vectors.ForAll(vector =>
        Assert.True(Decider.Decide(Visitors.Inputs(vector, 1, 1), _site).State != VisitorState.Purposeful || Vectors.MightHesitate(vector)));

    [Fact]
    public void Decide_WithCertaintyButNoOtherSign_NeverOffers()
    {
        // A purchase probability alone never invites, nor does stillness: whatever the clocks say.
        Vectors.ForAll(vector =>
        {
            var alone = Visitors.Vector((Feature.Events, 5), (Feature.PagesViewed, 2), (Feature.ProductsViewed, 2), (Feature.DistinctProducts, 2),
                (Feature.SecondsSinceLastEvent, vector[(int)Feature.SecondsSinceLastEvent]),
                (Feature.SecondsInSession, vector[(int)Feature.SecondsInSession]),
                (Feature.DwellMaxSeconds, vector[(int)Feature.DwellMaxSeconds]));
            Assert.False(Decider.IsOfferable(Decider.Decide(Visitors.Inputs(alone, 1, 1), _site).State));
        }, runs: 300);
    }

    [Fact]
    public void Decide_AfterOneMoreFruitlessSearch_StillFlounders() => Vectors.ForAll(vector =>
    {
        if (Decider.Decide(Visitors.Inputs(vector, 0, 1), _site).State != VisitorState.Floundering) return;
        var more = (float[])vector.Clone();
        Hypothesis.SearchInVain(more);
        Assert.Equal(VisitorState.Floundering, Decider.Decide(Visitors.Inputs(more, 0, 1), _site).State);
    });

    [Fact]
    public void Decide_WithBlockersNone_IsAlwaysOfAnOfferableState() => Vectors.ForAll(vector =>
    {
        var verdict = Decider.Decide(Visitors.Inputs(vector, 1, 1), _site);
        Assert.Equal(verdict.Blockers == Blockers.None, Decider.IsOfferable(verdict.State));
    });

    [Fact]
    public void Decide_OfAnOfferableState_GivesAReasonThatOneCanSay() => Vectors.ForAll(vector =>
    {
        var verdict = Decider.Decide(Visitors.Inputs(vector, 1, 1), _site);
        if (verdict.State == VisitorState.Floundering)
            Assert.NotEqual(Reasons.None, verdict.Reasons & (Reasons.NothingOpened | Reasons.RatedNotHelpful | Reasons.PogoSticking | Reasons.ArticleHopping));
        if (verdict.State == VisitorState.Purposeful)
            Assert.NotEqual(Reasons.LikelyToBuy, verdict.Reasons);
    });

    [Fact]
    public void UrgencyOf_Anything_StaysBetweenNothingAndOne() => Vectors.ForAll(vector =>
    {
        var inputs = Visitors.Inputs(vector, 1, float.NaN);
        foreach (var state in Enum.GetValues<VisitorState>())
            Assert.True(float.IsNaN(Decider.UrgencyOf(inputs, state)) || Decider.UrgencyOf(inputs, state) is >= 0 and <= 1);
    }, runs: 300);

    [Fact]
    public void Decide_OfSimilarHelpSearchesWithoutResult_FloundersByTheThirdUnderThePublishedRules()
    {
        var vector = Visitors.Vector((Feature.Events, 1), (Feature.PagesViewed, 1));
        var states = new List<VisitorState>();
        for (var search = 1; search <= 4; search++)
        {
            Hypothesis.Wait(vector, 20);
            Hypothesis.SearchInVain(vector);
            states.Add(Decider.Decide(Visitors.Inputs(vector, float.NaN, PublishedStruggleRules.Instance.Score(vector)), _site).State);
        }
        Assert.Equal([VisitorState.Unknown, VisitorState.Unknown, VisitorState.Floundering, VisitorState.Floundering], states);
    }
}
