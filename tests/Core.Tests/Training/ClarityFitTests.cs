using Engagement.Core.Needs;
using Engagement.Training;
using Engagement.Training.Needs;

namespace Core.Tests.Training;

public sealed class ClarityFitTests
{
    // Of probability p one in p is right, by construction: margins are the logits themselves.
    private static readonly ClarityRule _exact = new(1, 0, 0, 0, 0.5f);

    private static List<HeldOutReading> Readings(int count, int seed, Func<double, double>? rightOf = null, double outside = 0)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var margin = 8 * random.NextDouble() - 4;
                var inScope = random.NextDouble() >= outside;
                var probability = 1 / (1 + Math.Exp(-margin));
                return new HeldOutReading((float)margin, 0, 1, inScope && random.NextDouble() < (rightOf?.Invoke(probability) ?? probability), inScope);
            }),
        ];
    }

    private static float Threshold(double precision, IReadOnlyList<HeldOutReading> readings, double outOfScope = 0) =>
        ClarityFit.ThresholdFor(precision, 0.5, _exact, readings, outOfScope);

    [Fact]
    public void Fit_OfReadingsAllRightOrAllWrong_IsRefused()
    {
        var readings = Readings(50, 1);
        Assert.Throws<TrainingException>(() => ClarityFit.Fit([.. readings.Select(r => r with { IsRight = true })], 0.2));
        Assert.Throws<TrainingException>(() => ClarityFit.Fit([.. readings.Select(r => r with { IsRight = false })], 0.2));
        Assert.Throws<TrainingException>(() => ClarityFit.Fit([], 0.2));
    }

    [Fact]
    public void Fit_OfReadings_FindsTheirProbability()
    {
        var rule = ClarityFit.Fit(Readings(20_000, 2), 0);

        foreach (var margin in new[] { -2f, 0f, 2f }) Assert.Equal(_exact.Probability(margin, 0, 1), rule.Probability(margin, 0, 1), 1);
    }

    [Fact]
    public void Fit_OfShuffledLabels_GivesTheShareOfRightOnesToAll()
    {
        var rule = ClarityFit.Fit(Readings(20_000, 3, _ => 0.3), 0);

        Assert.Equal(0.3f, rule.Probability(-3, 0, 1), 1);
        Assert.Equal(0.3f, rule.Probability(3, 0, 1), 1);
    }

    [Fact]
    public void ThresholdFor_WhereTheAverageAloneWouldLetInWhatIsMostlyWrong_StopsAtTheFloor()
    {
        // Nine in ten are surely right: with them the rest, mostly wrong, could all be answered at an average of 0.9.
        List<HeldOutReading> readings = [.. Readings(200, 4), .. Enumerable.Repeat(new HeldOutReading(6, 0, 1, true, true), 2_000)];

        Assert.InRange(Threshold(0.9, readings), 0.5f, 0.6f);
        Assert.True(ClarityFit.ThresholdFor(0.9, 0, _exact, readings, 0) < 0.1f);
    }

    [Fact]
    public void ThresholdFor_WhereTheRuleClaimsMoreThanIsRight_HoldsToWhatIsRight() =>
        Assert.InRange(Threshold(0.5, Readings(20_000, 5, p => p * p)), 0.65f, 0.75f);

    [Fact]
    public void ThresholdFor_APrecision_IsReachedByTheClear()
    {
        var readings = Readings(20_000, 6, outside: 0.05);
        var threshold = Threshold(0.85, readings, 0.05);
        var figures = ClarityFit.FiguresOf(_exact with { Threshold = threshold }, readings, 0.05);

        Assert.InRange(figures.Precision, 0.85, 0.855);
        Assert.InRange(figures.Marginal, 0.5, 0.85);
        Assert.InRange(figures.Coverage, 0.2, 0.8);
        Assert.Equal(20_000, figures.Texts + figures.OutOfScopeTexts);
    }

    [Fact]
    public void ThresholdFor_WhereNothingIsRight_AnswersNothing()
    {
        Assert.Equal(0.99f, Threshold(0.9, Readings(500, 7, _ => 0)));
        Assert.Equal(0.99f, Threshold(0.9, []));
    }

    [Fact]
    public void ThresholdFor_EveryReadingTenTimes_IsTheSame()
    {
        var readings = Readings(500, 8, outside: 0.2);

        Assert.Equal(Threshold(0.9, readings, 0.2), Threshold(0.9, [.. Enumerable.Repeat(readings, 10).SelectMany(r => r)], 0.2));
    }
}
