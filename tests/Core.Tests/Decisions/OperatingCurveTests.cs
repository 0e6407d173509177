using Engagement.Core.Decisions;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Decisions;

public sealed class OperatingCurveTests
{
    private static readonly OperatingCosts _costs = new(0.8, 0.5, 20, 6, 1000);

    private static readonly OperatingTable _few = Calibrated(500);

    private static OperatingTable Table(params (float Highest, bool Needing)[] sessions) =>
        OperatingTable.Of("test/1", "floundering", "left", "made up", [.. sessions.Select(s => s.Highest)], [.. sessions.Select(s => s.Needing)]);

    // Scores that are true: whoever has score p needs a person with probability p.
    private static OperatingTable Calibrated(int sessions, int seed = 5)
    {
        var random = new Random(seed);
        return Table([.. Enumerable.Range(0, sessions).Select(_ => (float)Math.Pow(random.NextDouble(), 3)).Select(p => (p, random.NextDouble() < p))]);
    }

    private static Gen<OperatingCosts> AnyCosts =>
        from minute in Gen.Choose(0, 300)
        from interruption in Gen.Choose(0, 500)
        from lost in Gen.Choose(0, 10_000)
        from minutes in Gen.Choose(1, 30)
        from accepted in Gen.Choose(1, 100)
        select new OperatingCosts(minute / 100.0, interruption / 100.0, lost / 100.0, minutes, 1000) { AcceptedShare = accepted / 100.0 };

    [Fact]
    public void Of_AnyCosts_NoThresholdIsCheaperThanTheBest_AndBoundsHoldTheirValue() => Prop.ForAll(AnyCosts.ToArbitrary(), costs =>
    {
        var curve = OperatingCurve.Of(_few, costs);
        Assert.Equal(100, curve.Points.Count);
        Assert.All(curve.Points, point =>
        {
            Assert.True(point.CostPerHour.Value >= curve.Best.CostPerHour.Value);
            foreach (var estimate in new[] { point.OffersPerHour, point.Precision, point.Reached, point.AgentHours, point.CostPerHour })
            {
                Assert.InRange(estimate.Value, estimate.Low - 1e-9, estimate.High + 1e-9);
                Assert.True(estimate.Low >= 0);
            }
            Assert.InRange(point.Precision.High, 0, 1);
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_HigherThresholds_OfferLessAndReachFewer()
    {
        var curve = OperatingCurve.Of(Calibrated(2000), _costs);
        foreach (var (lower, higher) in curve.Points.Zip(curve.Points.Skip(1)))
        {
            Assert.True(higher.OffersPerHour.Value <= lower.OffersPerHour.Value);
            Assert.True(higher.Reached.Value <= lower.Reached.Value);
        }
    }

    [Fact]
    public void Of_TrueProbabilities_ChoosesTheProbabilityAtWhichAnOfferIsWorthItsCost()
    {
        var costs = _costs with { AcceptedShare = 0.5 };
        var curve = OperatingCurve.Of(Calibrated(200_000), costs);
        Assert.Equal(costs.BreakEven, curve.Best.Threshold, 0.04);
        Assert.False(curve.IsNothingBetter);
    }

    [Theory]
    [InlineData("dearer interruptions")]
    [InlineData("cheaper losses")]
    public void Of_CostsThatSpeakAgainstOffers_NeverLowerTheThreshold(string change)
    {
        var table = Calibrated(5000);
        var last = 0.0;
        for (var step = 1; step <= 40; step++)
        {
            var costs = change == "dearer interruptions" ? _costs with { Interruption = step * 0.5 } : _costs with { LostVisitor = 100.0 / step };
            var threshold = OperatingCurve.Of(table, costs).Best.Threshold;
            Assert.True(threshold >= last);
            last = threshold;
        }
    }

    [Fact]
    public void Of_LossesThatCostNothing_OffersNothing()
    {
        var curve = OperatingCurve.Of(Calibrated(5000), _costs with { LostVisitor = 0 });
        Assert.True(curve.IsNothingBetter);
        Assert.Equal(0, curve.Best.OffersPerHour.Value);
    }

    [Fact]
    public void Of_KnownTable_CountsByHand()
    {
        // Two of four who need it, and one of six others, reach 0.5.
        var curve = OperatingCurve.Of(
            Table((0.9f, true), (0.5f, true), (0.2f, true), (0.1f, true), (0.7f, false), (0.1f, false), (0.1f, false), (0, false), (0, false), (0, false)),
            new OperatingCosts(1, 2, 50, 6, 100));
        var point = curve.At(0.5);
        Assert.Equal(0.5, point.Threshold);
        Assert.Equal(0.5, point.Reached.Value, 1e-9);
        Assert.Equal(30, point.OffersPerHour.Value, 1e-9);
        Assert.Equal(2.0 / 3, point.Precision.Value, 1e-9);
        Assert.Equal(3, point.AgentHours.Value, 1e-9);
        Assert.Equal(20 * 6 + 20 * 50 + 10 * (2 + 6), point.CostPerHour.Value, 1e-9);
        Assert.Equal(40 * 50, curve.CostOfNonePerHour, 1e-9);
        Assert.Equal(0.51, curve.At(0.501).Threshold);
    }

    [Fact]
    public void Of_FewerWhoNeedIt_LowersPrecisionButNotTheShareReached()
    {
        var table = Calibrated(5000);
        var (measured, rare) = (OperatingCurve.Of(table, _costs).At(0.5), OperatingCurve.Of(table, _costs with { NeedingShare = 0.01 }).At(0.5));
        Assert.True(rare.Precision.Value < measured.Precision.Value / 2);
        Assert.Equal(measured.Reached, rare.Reached);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.25)]
    public void Of_ManySamplesOfOneTruth_HoldsItInAboutNineteenIntervalsOfTwenty(double? needing)
    {
        var costs = _costs with { NeedingShare = needing };
        var truth = OperatingCurve.Of(Calibrated(300_000, seed: 1), costs).At(0.3);
        var samples = Enumerable.Range(2, 300).Select(seed => OperatingCurve.Of(Calibrated(300, seed), costs).At(0.3)).ToList();
        foreach (var pick in new Func<OperatingPoint, Estimate>[] { p => p.Precision, p => p.Reached, p => p.OffersPerHour, p => p.CostPerHour })
            Assert.InRange(samples.Count(sample => pick(sample).Low <= pick(truth).Value && pick(truth).Value <= pick(sample).High), 273, 300);
    }

    [Theory]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(-1, 1, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, double.PositiveInfinity, 1)]
    public void Validate_CostsOutOfBounds_SaysWhich(double minute, double lost, double sessions)
    {
        var costs = new OperatingCosts(minute, 1, lost, 5, sessions);
        Assert.NotNull(costs.Validate());
        Assert.Throws<ArgumentException>(() => OperatingCurve.Of(Calibrated(50), costs));
    }

    [Fact]
    public void Of_ScoresAtAHundredth_AreOnTheSideThatTheEngineTakes()
    {
        for (var i = 1; i <= 100; i++)
        {
            var threshold = (float)(i / 100.0);
            var at = OperatingCurve.Of(Table((threshold, true), (0, false)), _costs).At(i / 100.0);
            var below = OperatingCurve.Of(Table((MathF.BitDecrement(threshold), true), (0, false)), _costs).At(i / 100.0);
            Assert.Equal(1, at.Reached.Value);
            Assert.Equal(0, below.Reached.Value);
        }
    }

    [Fact]
    public void Of_ScoresThatAreNoProbability_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Table((float.NaN, true)));
        Assert.Throws<ArgumentException>(() => Table((1.1f, true)));
        Assert.Throws<ArgumentException>(() => OperatingTable.Of("m", "s", "o", "d", [0.5f], []));
    }

    [Fact]
    public void TryRead_WrittenTable_ComesBack_AndAnythingElseIsNamed()
    {
        var table = Calibrated(50);
        var read = OperatingTable.TryRead(table.Write(), out var cause);
        Assert.Null(cause);
        Assert.Equal(table.Write(), read!.Write());
        foreach (var bytes in new[] { "", "null", "[]", "{}", "{\"format\":\"x\"}" })
        {
            Assert.Null(OperatingTable.TryRead(System.Text.Encoding.UTF8.GetBytes(bytes), out cause));
            Assert.NotNull(cause);
        }
        foreach (var bad in new[] { table with { FormatVersion = 2 }, table with { Needing = [1] }, table with { Others = new long[OperatingTable.Buckets] }, table with { Needing = [.. table.Needing.Skip(1), -1] } })
        {
            Assert.Null(OperatingTable.TryRead(bad.Write(), out cause));
            Assert.NotNull(cause);
        }
    }
}
