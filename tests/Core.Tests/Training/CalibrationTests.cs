using Engagement.Training;
using Engagement.Training.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Training;

public sealed class CalibrationTests
{
    private static Gen<(float[] Scores, bool[] Labels)> Rows =>
        from n in Gen.Choose(2, 60)
        from scores in Gen.Choose(-20, 20).ArrayOf(n)
        from labels in Gen.Choose(0, 1).ArrayOf(n)
        where labels.Distinct().Count() == 2
        select (Array.ConvertAll(scores, score => score / 4f), Array.ConvertAll(labels, label => label == 1));

    private static double Brier(double[] probabilities, bool[] labels) => probabilities.Zip(labels, (p, label) => Math.Pow(p - (label ? 1 : 0), 2)).Average();

    // Outcomes drawn from the very probabilities.
    private static (float[] Probabilities, bool[] Labels, string[] Users) True(int rows, int seed, double bend = 1)
    {
        var random = new Random(seed);
        float[] p = [.. Enumerable.Range(0, rows).Select(_ => (float)(0.5 * random.NextDouble()))];
        return (p, [.. p.Select(x => random.NextDouble() < Math.Pow(x, bend))], [.. Enumerable.Range(0, rows).Select(i => $"u{i}")]);
    }

    [Fact]
    public void Pool_AnyRows_NeverFallsAndKeepsTheMean() => Prop.ForAll(Rows.ToArbitrary(), rows =>
    {
        var fitted = IsotonicCalibration.Pool(rows.Scores, rows.Labels);
        var sorted = rows.Scores.Zip(fitted).OrderBy(pair => pair.First).ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            Assert.True(sorted[i].Second >= sorted[i - 1].Second - 1e-12);
            if (sorted[i].First == sorted[i - 1].First) Assert.Equal(sorted[i - 1].Second, sorted[i].Second);
        }
        Assert.Equal(rows.Labels.Average(label => label ? 1.0 : 0), fitted.Average(), 1e-9);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pool_AnyRows_IsNeverWorseInBrierOnThemThanPlattOrTheMean() => Prop.ForAll(Rows.ToArbitrary(), rows =>
    {
        var isotonic = Brier(IsotonicCalibration.Pool(rows.Scores, rows.Labels), rows.Labels);
        var platt = PlattCalibration.Fit(rows.Scores, rows.Labels);
        var mean = rows.Labels.Average(label => label ? 1.0 : 0);
        Assert.True(isotonic <= Brier([.. rows.Scores.Select(score => (double)platt.Probability(score))], rows.Labels) + 1e-9);
        Assert.True(isotonic <= Brier([.. rows.Scores.Select(_ => mean)], rows.Labels) + 1e-9);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fit_AnyRows_GivesThePooledSharesCutFromZeroAndOne() => Prop.ForAll(Rows.ToArbitrary(), rows =>
    {
        var link = IsotonicCalibration.Fit(rows.Scores, rows.Labels);
        var pooled = IsotonicCalibration.Pool(rows.Scores, rows.Labels);
        var least = 0.5 / (rows.Scores.Length + 1);
        for (var i = 0; i < pooled.Length; i++) Assert.Equal(Math.Clamp(pooled[i], least, 1 - least), link.Probability(rows.Scores[i]), 1e-5);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fit_MoreBlocksThanAFileHolds_StaysALink()
    {
        // Every row a block of its own would need one label a score; rising shares of many rows a score come close.
        var random = new Random(6);
        float[] scores = [.. Enumerable.Range(0, 200_000).Select(i => i / 200_000f)];
        bool[] labels = [.. scores.Select(p => random.NextDouble() < p)];
        var link = IsotonicCalibration.Fit(scores, labels);
        Assert.InRange(link.Margins.Length, 20, Engagement.Core.Scoring.MonotoneLink.PointsMax);
        Assert.Equal(0.5f, link.Probability(0.5f), 0.03f);
    }

    [Fact]
    public void Choice_LinkThatNoSigmoidIs_TakesIsotonic_AndOneThatIsTakesPlatt()
    {
        var random = new Random(2);
        float[] margins = [.. Enumerable.Range(0, 8000).Select(_ => (float)(random.NextDouble() * 8 - 4))];
        string[] users = [.. margins.Select((_, i) => $"u{i / 2}")];
        var steps = CalibrationChoice.Of(margins, [.. margins.Select(m => random.NextDouble() < (m < 0 ? 0.1 : m < 2 ? 0.4 : 0.45))], users, 1);
        var sigmoid = CalibrationChoice.Of(margins, [.. margins.Select(m => random.NextDouble() < 1 / (1 + Math.Exp(-0.7 * m)))], users, 1);
        Assert.True(steps.IsIsotonicBetter);
        Assert.Equal(0.1, steps.Probability(-2), 0.05);
        Assert.False(sigmoid.IsIsotonicBetter);
        Assert.Equal(0.5, sigmoid.Probability(0), 0.05);
    }

    [Fact]
    public void Figures_TrueProbabilities_ShowNoMoreErrorThanChance_AndBentOnesDo()
    {
        var (p, labels, users) = True(4000, 3);
        var honest = CalibrationFigures.Of(p, labels, users, 1);
        Assert.InRange(honest.ExpectedCalibrationError.Value, 0, honest.ErrorOfPerfect * 1.2);
        Assert.InRange(honest.ErrorOfPerfect, 0, 0.03);
        var (bent, came, who) = True(4000, 3, bend: 2);
        var wrong = CalibrationFigures.Of(bent, came, who, 1);
        Assert.True(wrong.ExpectedCalibrationError.Low > wrong.ErrorOfPerfect);
        Assert.True(wrong.Brier.Value > 0 && wrong.LogLoss.Low > 0);
    }

    [Fact]
    public void Figures_SameSeed_AreTheSame_AndBinsHoldTheirIntervals()
    {
        var (p, labels, users) = True(1000, 4);
        var figures = CalibrationFigures.Of(p, labels, users, 9);
        Assert.Equal(figures.ExpectedCalibrationError, CalibrationFigures.Of(p, labels, users, 9).ExpectedCalibrationError);
        Assert.Equal(10, figures.Reliability.Bins.Length);
        Assert.All(figures.Reliability.Bins, bin => Assert.Equal(100, bin.Rows));
        Assert.All(figures.Reliability.Bins, bin => Assert.InRange(bin.Observed, bin.Low, bin.High));
    }

    [Fact]
    public void Reliability_EqualPredictions_AreNeverParted()
    {
        float[] p = [.. Enumerable.Repeat(0.1f, 55), .. Enumerable.Repeat(0.2f, 45)];
        var bins = Reliability.Of(p, [.. p.Select((_, i) => i % 5 == 0)]).Bins;
        Assert.Equal([55, 45], bins.Select(bin => bin.Rows));
    }

    [Fact]
    public void Areas_ShuffledLabels_AreAboutChance()
    {
        var (p, labels, users) = True(3000, 8);
        var real = new Ranking(p, labels).Areas(users, 1);
        new Random(1).Shuffle(labels);
        var (rocAuc, precision) = new Ranking(p, labels).Areas(users, 1);
        Assert.InRange(0.5, rocAuc.Low, rocAuc.High);
        Assert.InRange(rocAuc.Value, 0.46, 0.54);
        Assert.Equal(labels.Average(label => label ? 1.0 : 0), precision.Value, 0.05);
        Assert.True(real.RocAuc.Low > 0.55);
    }

    [Fact]
    public void Roc_Curve_EnclosesTheArea()
    {
        var (p, labels, _) = True(500, 12);
        var ranking = new Ranking(p, labels);
        var points = ranking.Roc().ToArray();
        var area = points.Zip(points.Skip(1), (a, b) => (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2).Sum();
        Assert.Equal(ranking.RocAuc([.. Enumerable.Repeat(1, 500)]), area, 1e-9);
        Assert.Equal((1.0, 1.0), points[^1]);
        Assert.Empty(new Ranking([1, 2], [true, true]).Roc());
    }

    [Fact]
    public void EveryMeasure_BadRows_SaysWhatIsWrong()
    {
        Assert.Contains("not a number", Assert.Throws<TrainingException>(() => new Ranking([1, float.NaN], [true, false])).Message, StringComparison.Ordinal);
        Assert.Contains("2 scores for 1", Assert.Throws<TrainingException>(() => new Ranking([1, 2], [true])).Message, StringComparison.Ordinal);
        Assert.Contains("both classes", Assert.Throws<TrainingException>(() => IsotonicCalibration.Fit([1, 2], [true, true])).Message, StringComparison.Ordinal);
        Assert.Contains("there are none", Assert.Throws<TrainingException>(() => CalibrationChoice.Of([], [], [], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("not a number", Assert.Throws<TrainingException>(() => PlattCalibration.Fit([1, float.NaN], [true, false])).Message, StringComparison.Ordinal);
        Assert.Contains("no predictions", Assert.Throws<TrainingException>(() => CalibrationFigures.Of([], [], [], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("not a probability", Assert.Throws<TrainingException>(() => Reliability.Of([1.5f], [true])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_OneClassOnly_AreMeasuredAllTheSame()
    {
        var figures = CalibrationFigures.Of([0.1f, 0.2f, 0.3f], [false, false, false], ["a", "b", "c"], 1);
        Assert.Equal(0.2, figures.ExpectedCalibrationError.Value, 1e-6);
        Assert.True(double.IsNaN(new Ranking([1, 2], [true, true]).Areas(["a", "b"], 1).RocAuc.Value));
    }
}
