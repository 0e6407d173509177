using Engagement.Core.Needs;

namespace Engagement.Training.Needs;

/// <summary>A held-out text as a model without that text read it.</summary>
/// <param name="IsRight">Whether the best topic is the text's; false for what is out of scope.</param>
/// <param name="InScope">Whether the text has a topic that the model knows.</param>
public readonly record struct HeldOutReading(float Margin, float Lead, float Known, bool IsRight, bool InScope);

/// <summary>
/// Fits when a topic is clear: a logistic regression of "the best topic is right" on margin, lead and known share, by Newton's method with a small L2
/// penalty. Deterministic.
/// </summary>
public static class ClarityFit
{
    private const int Steps = 50;
    private const double Penalty = 1e-3;

    /// <summary>
    /// <paramref name="outOfScope"/>: share of questions out of scope that the probability is to hold for; those at hand are weighted to it.
    /// Throws <see cref="TrainingException"/> where readings are all right or all wrong: nothing can be calibrated on them.
    /// </summary>
    public static ClarityRule Fit(IReadOnlyList<HeldOutReading> readings, double outOfScope)
    {
        if (!readings.Any(r => r.IsRight) || readings.All(r => r.IsRight))
            throw new TrainingException("The held-out texts are all read rightly, or all wrongly: nothing to calibrate on. Give more texts, or other ones.");
        var weight = WeightOutside(readings, outOfScope);
        var of = new double[4];
        for (var step = 0; step < Steps; step++)
        {
            var (gradient, hessian) = Slope(readings, of, weight);
            var by = Solve(hessian, gradient);
            for (var i = 0; i < of.Length; i++) of[i] -= by[i];
            if (by.Max(Math.Abs) < 1e-9) break;
        }
        return new ClarityRule((float)of[0], (float)of[1], (float)of[2], (float)of[3], 0.5f);
    }

    /// <summary>
    /// The smallest threshold that holds all of these on the readings, with out-of-scope ones at their share. (1) On average: at least
    /// <paramref name="precision"/> of the clear ones are right. (2) Of each answer, also the least sure: its probability is at least
    /// <paramref name="marginal"/>, and so is the share of right ones around it by isotonic regression, which does not trust the rule. 0.99 where none does.
    /// </summary>
    public static float ThresholdFor(double precision, double marginal, ClarityRule rule, IReadOnlyList<HeldOutReading> readings, double outOfScope)
    {
        var weight = WeightOutside(readings, outOfScope);
        var ordered = readings.Select(r => (Probability: rule.Probability(r.Margin, r.Lead, r.Known), r.IsRight, Weight: r.InScope ? 1 : weight))
            .OrderByDescending(r => r.Probability).ToArray();
        var around = SharesAround(ordered);
        var (right, all, threshold) = (0.0, 0.0, 0.99f);
        for (var i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Probability < marginal || around[i] < marginal) break;
            all += ordered[i].Weight;
            if (ordered[i].IsRight) right += ordered[i].Weight;
            // Equal probabilities are answered together or not at all.
            var isLast = i + 1 == ordered.Length || ordered[i + 1].Probability < ordered[i].Probability;
            if (isLast && right >= precision * all) threshold = Math.Min(ordered[i].Probability, 0.99f);
        }
        return threshold;
    }

    /// <summary>What a rule's threshold gives on readings, with out-of-scope ones at their share.</summary>
    public static HeldOutFigures FiguresOf(ClarityRule rule, IReadOnlyList<HeldOutReading> readings, double outOfScope)
    {
        var weight = WeightOutside(readings, outOfScope);
        var ordered = readings.Select(r => (Probability: rule.Probability(r.Margin, r.Lead, r.Known), r.IsRight, Weight: r.InScope ? 1 : weight, r.InScope))
            .OrderByDescending(r => r.Probability).ToArray();
        var clear = ordered.Where(r => r.Probability >= rule.Threshold).ToArray();
        var around = SharesAround([.. ordered.Select(r => (r.Probability, r.IsRight, r.Weight))]);
        return new HeldOutFigures(
            ordered.Count(r => r.InScope), ordered.Count(r => !r.InScope), outOfScope, Share(clear.Count(r => r.InScope), ordered.Count(r => r.InScope)),
            Share(clear.Count(r => !r.InScope), ordered.Count(r => !r.InScope)), Share(clear.Where(r => r.IsRight).Sum(r => r.Weight), clear.Sum(r => r.Weight)),
            clear.Length == 0 ? double.NaN : around[clear.Length - 1]);

        static double Share(double of, double all) => all == 0 ? double.NaN : of / all;
    }

    private static double WeightOutside(IReadOnlyList<HeldOutReading> readings, double outOfScope)
    {
        var outside = readings.Count(r => !r.InScope);
        return outside == 0 ? 0 : outOfScope / (1 - outOfScope) * (readings.Count - outside) / outside;
    }

    /// <summary>Isotonic shares of right ones by falling probability, weighted: a block that has more than the one before it is pooled with that.</summary>
    private static double[] SharesAround((float Probability, bool IsRight, double Weight)[] ordered)
    {
        var blocks = new List<(int End, double Right, double All)>();
        for (var i = 0; i < ordered.Length; i++)
        {
            var block = (End: i + 1, Right: ordered[i].IsRight ? ordered[i].Weight : 0, All: ordered[i].Weight);
            while (blocks.Count > 0 && (block.Right * blocks[^1].All >= blocks[^1].Right * block.All || ordered[blocks[^1].End - 1].Probability == ordered[blocks[^1].End].Probability))
            {
                block = (block.End, block.Right + blocks[^1].Right, block.All + blocks[^1].All);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add(block);
        }
        var shares = new double[ordered.Length];
        var from = 0;
        foreach (var (end, right, all) in blocks)
        {
            Array.Fill(shares, all == 0 ? 0 : right / all, from, end - from);
            from = end;
        }
        return shares;
    }

    /// <summary>The highest threshold at which the share of in-scope texts that are clear and right stays at least <paramref name="accuracy"/>; 0 where none does.</summary>
    public static float ThresholdForAccuracy(double accuracy, ClarityRule rule, IReadOnlyList<HeldOutReading> readings)
    {
        var right = readings.Where(r => r.IsRight).Select(r => rule.Probability(r.Margin, r.Lead, r.Known)).OrderDescending().ToArray();
        var needed = (int)Math.Ceiling(accuracy * readings.Count(r => r.InScope));
        return needed == 0 || needed > right.Length ? 0 : right[needed - 1];
    }

    private static (double[] Gradient, double[,] Hessian) Slope(IReadOnlyList<HeldOutReading> readings, double[] of, double weight)
    {
        var gradient = new double[4];
        var hessian = new double[4, 4];
        Span<double> x = stackalloc double[4];
        foreach (var reading in readings)
        {
            (x[0], x[1], x[2], x[3]) = (reading.Margin, reading.Lead, reading.Known, 1);
            var p = 1 / (1 + Math.Exp(-(of[0] * x[0] + of[1] * x[1] + of[2] * x[2] + of[3])));
            var w = reading.InScope ? 1 : weight;
            for (var i = 0; i < 4; i++)
            {
                gradient[i] += w * (p - (reading.IsRight ? 1 : 0)) * x[i];
                for (var j = 0; j < 4; j++) hessian[i, j] += w * Math.Max(p * (1 - p), 1e-9) * x[i] * x[j];
            }
        }
        for (var i = 0; i < 4; i++)
        {
            gradient[i] += Penalty * of[i];
            hessian[i, i] += Penalty;
        }
        return (gradient, hessian);
    }

    /// <summary>Gaussian elimination with partial pivoting.</summary>
    private static double[] Solve(double[,] a, double[] b)
    {
        var n = b.Length;
        for (var i = 0; i < n; i++)
        {
            var pivot = Enumerable.Range(i, n - i).MaxBy(r => Math.Abs(a[r, i]));
            for (var j = 0; j < n; j++) (a[i, j], a[pivot, j]) = (a[pivot, j], a[i, j]);
            (b[i], b[pivot]) = (b[pivot], b[i]);
            for (var r = i + 1; r < n; r++)
            {
                var factor = a[r, i] / a[i, i];
                for (var j = i; j < n; j++) a[r, j] -= factor * a[i, j];
                b[r] -= factor * b[i];
            }
        }
        var x = new double[n];
        for (var i = n - 1; i >= 0; i--)
        {
            x[i] = b[i];
            for (var j = i + 1; j < n; j++) x[i] -= a[i, j] * x[j];
            x[i] /= a[i, i];
        }
        return x;
    }
}
