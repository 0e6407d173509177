using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Testing;

namespace Core.Tests.Scoring;

public sealed class PublishedStruggleRulesTests
{
    private static readonly PublishedStruggleRules Rules = PublishedStruggleRules.Instance;

    private static float[] Row(int searches, int similar, int fruitlessRun, bool firstTwoFruitless)
    {
        var row = new float[FeatureSchema.Count];
        Array.Fill(row, float.NaN);
        row[(int)Feature.Searches] = searches;
        row[(int)Feature.SimilarWithinFiveMinutes] = similar;
        row[(int)Feature.FruitlessRun] = fruitlessRun;
        row[(int)Feature.FirstTwoQueriesFruitless] = firstTwoFruitless ? 1 : 0;
        return row;
    }

    [Fact]
    public void Score_SimilarSearchesWithoutResult_ReachesHalfAtTheThird()
    {
        Assert.True(Rules.Score(Row(1, 0, 1, false)) < 0.1f);
        Assert.True(Rules.Score(Row(2, 1, 2, false)) < 0.5f);
        Assert.True(Rules.Score(Row(3, 2, 3, true)) >= 0.5f);
        Assert.True(Rules.Score(Row(4, 3, 4, true)) > Rules.Score(Row(3, 2, 3, true)));
    }

    [Fact]
    public void Score_LookupOrAnswerFound_StaysLow()
    {
        Assert.True(Rules.Score(Row(0, 0, 0, false)) < 0.06f);
        Assert.True(Rules.Score(Row(1, 0, 0, false)) < 0.06f);
        Assert.True(Rules.Score(Row(4, 3, 0, true)) < 0.5f);
    }

    [Fact]
    public void Score_OneRuleAlone_StaysBelowHalfUntilFiveFruitlessSearches()
    {
        Assert.True(Rules.Score(Row(4, 0, 4, true)) < 0.5f);
        Assert.True(Rules.Score(Row(5, 0, 5, true)) >= 0.5f);
        Assert.True(Rules.Score(Row(9, 8, 1, false)) < 0.5f);
    }

    [Fact]
    public void Score_MoreOfARule_NeverLowers()
    {
        foreach (var rule in new[] { false, true })
        {
            for (var similar = 0; similar < 8; similar++)
            {
                for (var run = 0; run < 8; run++)
                {
                    var p = Rules.Score(Row(9, similar, run, rule));
                    Assert.InRange(p, 0, 1);
                    Assert.True(Rules.Score(Row(9, similar + 1, run, rule)) >= p);
                    Assert.True(Rules.Score(Row(9, similar, run + 1, rule)) >= p);
                    Assert.True(Rules.Score(Row(9, similar, run, true)) >= p);
                }
            }
        }
    }

    [Fact]
    public void Explain_AnyRow_AddsUpToTheLogOdds()
    {
        foreach (var row in new[] { Row(0, 0, 0, false), Row(2, 1, 2, false), Row(4, 3, 4, true), Row(4, 3, 0, true) })
        {
            var contributions = new float[FeatureSchema.Count];
            var expected = Rules.Explain(row, contributions);
            var p = Rules.Score(row);
            Assert.Equal(Math.Log(p / (1 - (double)p)), expected + contributions.Sum(), 1e-4);
        }
    }

    [Fact]
    public void Score_SteadyState_AllocatesNothing()
    {
        var row = Row(4, 3, 4, true);
        var sum = Rules.Score(row);
        Assert.Equal(0, Allocations.Of(100, () => sum += Rules.Score(row)));
        Assert.True(sum > 0);
    }
}
