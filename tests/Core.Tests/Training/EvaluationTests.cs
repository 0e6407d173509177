using Engagement.Training;
using Engagement.Training.Evaluation;

namespace Core.Tests.Training;

public sealed class EvaluationTests
{
    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];

    [Fact]
    public void RocAuc_WithTiesAndWeights_EqualsTheShareOfOrderedPairs()
    {
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            var n = 2 + random.Next(40);
            float[] scores = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(6))];
            bool[] labels = [.. Enumerable.Range(0, n).Select(_ => random.Next(3) == 0)];
            int[] weights = [.. Enumerable.Range(0, n).Select(_ => random.Next(4))];
            double pairs = 0, won = 0;
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    if (!labels[i] || labels[j]) continue;
                    pairs += weights[i] * weights[j];
                    won += weights[i] * weights[j] * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
                }
            }
            Assert.Equal(pairs == 0 ? double.NaN : won / pairs, new Ranking(scores, labels).RocAuc(weights), 1e-9);
        }
    }

    [Fact]
    public void AveragePrecision_KnownOrders_GivesTheTextbookValues()
    {
        bool[] labels = [true, false, true, false];
        Assert.Equal((1.0 + 2.0 / 3) / 2, new Ranking([4, 3, 2, 1], labels).AveragePrecision(Ones(4)), 1e-9);
        Assert.Equal(0.5, new Ranking([1, 1, 1, 1], labels).AveragePrecision(Ones(4)), 1e-9);
        Assert.Equal(1.0, new Ranking([4, 1, 3, 2], labels).AveragePrecision(Ones(4)), 1e-9);
        Assert.True(double.IsNaN(new Ranking([1, 2], [false, false]).AveragePrecision(Ones(2))));
        Assert.Equal((1.0, 0.5), new Ranking([4, 3, 2, 1], labels).PrecisionRecall().Last());
    }

    [Fact]
    public void Fit_MarginsFromAKnownLink_FindsTheLink()
    {
        var random = new Random(8);
        float[] margins = [.. Enumerable.Range(0, 20_000).Select(_ => (float)(random.NextDouble() * 8 - 4))];
        bool[] labels = [.. margins.Select(m => random.NextDouble() < 1 / (1 + Math.Exp(-(0.6 * m - 1))))];
        var link = PlattCalibration.Fit(margins, labels);
        Assert.Equal(0.6, link.A, 0.05);
        Assert.Equal(-1, link.B, 0.08);
    }

    [Fact]
    public void Fit_MarginsThatMislead_StaysRising()
    {
        float[] margins = [-2, -1, 0, 1, 2, 3];
        var link = PlattCalibration.Fit(margins, [true, true, true, false, false, false]);
        Assert.True(link.A > 0);
        Assert.Equal(0.5f, link.Probability(0), 0.05f);
        Assert.Throws<TrainingException>(() => PlattCalibration.Fit(margins, new bool[6]));
    }

    [Fact]
    public void Reliability_ConstantPrediction_ErrsByItsDistanceFromTheRate()
    {
        bool[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0)];
        var reliability = Reliability.Of([.. Enumerable.Repeat(0.3f, 100)], labels);
        Assert.Equal(0.2, reliability.ExpectedCalibrationError, 1e-6);
        Assert.Equal(100, reliability.Bins.Sum(bin => bin.Rows));
    }

    [Fact]
    public void Assign_UsersWithSeveralRows_StayInOneFoldAndConvertersSpread()
    {
        var rows = Enumerable.Range(0, 500).Select(i => ($"u{i % 100}", i % 100 < 10)).ToList();
        var folds = UserFolds.Assign(rows, 5, seed: 1);
        Assert.Equal(100, folds.Count);
        Assert.All(Enumerable.Range(0, 5), fold => Assert.Equal(20, folds.Count(pair => pair.Value == fold)));
        Assert.All(Enumerable.Range(0, 5), fold => Assert.Equal(2, Enumerable.Range(0, 10).Count(user => folds[$"u{user}"] == fold)));
        Assert.NotEqual(folds, UserFolds.Assign(rows, 5, seed: 2));
        Assert.Equal(folds, UserFolds.Assign(rows, 5, seed: 1));
    }

    [Fact]
    public void ByUser_RowsOfOneUser_WidenTheIntervalComparedWithIndependentRows()
    {
        var random = new Random(4);
        double[] values = [.. Enumerable.Range(0, 20).Select(_ => random.NextDouble())];
        double Mean(ReadOnlySpan<int> weights, int copies)
        {
            double sum = 0, all = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * values[i / copies];
                all += weights[i];
            }
            return sum / all;
        }

        // 20 users with 10 equal rows each tell no more than 20 rows do; as 200 independent rows they would seem to.
        string[] clustered = [.. Enumerable.Range(0, 200).Select(i => $"u{i / 10}")];
        string[] independent = [.. Enumerable.Range(0, 200).Select(i => $"u{i}")];
        var honest = Bootstrap.ByUser(clustered, 1, weights => Mean(weights, 10));
        var naive = Bootstrap.ByUser(independent, 1, weights => Mean(weights, 10));
        Assert.True(honest.High - honest.Low > 2 * (naive.High - naive.Low));
        Assert.InRange(honest.Value, honest.Low, honest.High);
        Assert.Equal(honest, Bootstrap.ByUser(clustered, 1, weights => Mean(weights, 10)));
    }
}
