using Engagement.Training.Evaluation;

namespace Engagement.Training.Floundering;

/// <summary>One point of a curve with its 95 % band.</summary>
public sealed record BandPoint(double X, double Y, double Low, double High);

/// <summary>ROC and precision-recall curve of one score on a fixed grid, with bands by bootstrap over sessions.</summary>
public sealed record FlounderingCurve(string Score, string Group, BandPoint[] Roc, BandPoint[] PrecisionRecall)
{
    private const int Steps = 40;
    private const int Resamples = 200;

    public static FlounderingCurve Of(string group, IReadOnlyList<FlounderingSession> sessions, FlounderingScore score, long seed)
    {
        var order = sessions.Select(session => (Score: score.Of(session)[^1], session.Label)).OrderByDescending(session => session.Score).ToArray();
        var random = new Random(unchecked((int)seed) ^ 0xC4A7);
        var weights = new int[order.Length];
        var rocs = new List<double[]>();
        var precisions = new List<double[]>();
        Array.Fill(weights, 1);
        Add();
        for (var resample = 0; resample < Resamples; resample++)
        {
            Array.Clear(weights);
            for (var i = 0; i < weights.Length; i++) weights[random.Next(weights.Length)]++;
            Add();
        }
        return new FlounderingCurve(score.Name, group, Band(rocs), Band(precisions));

        void Add()
        {
            var (roc, precision) = Curves(order, weights);
            rocs.Add(roc);
            precisions.Add(precision);
        }
    }

    // True positive rate at each false positive rate of the grid, and precision at each recall, ties taken whole and joined by straight lines.
    private static (double[] Roc, double[] Precision) Curves((float Score, bool Label)[] order, int[] weights)
    {
        double positives = 0, negatives = 0;
        for (var i = 0; i < order.Length; i++) _ = order[i].Label ? positives += weights[i] : negatives += weights[i];
        double[] roc = new double[Steps + 1], precision = new double[Steps + 1];
        Array.Fill(precision, double.NaN);
        double hits = 0, misses = 0;
        (double X, double Y) before = (0, 0);
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start; end < order.Length && order[end].Score == order[start].Score; end++) _ = order[end].Label ? hits += weights[end] : misses += weights[end];
            if (hits + misses == 0) continue;
            var (x, y) = (misses / negatives, hits / positives);
            for (var step = (int)Math.Ceiling(before.X * Steps - 1e-9); step <= Steps && (double)step / Steps <= x + 1e-9; step++)
                roc[step] = x > before.X ? before.Y + (y - before.Y) * ((double)step / Steps - before.X) / (x - before.X) : y;
            for (var step = 0; step <= Steps && (double)step / Steps <= y + 1e-9; step++)
                if (double.IsNaN(precision[step])) precision[step] = hits / (hits + misses);
            before = (x, y);
        }
        return (roc, precision);
    }

    private static BandPoint[] Band(List<double[]> curves) =>
    [
        .. Enumerable.Range(0, Steps + 1).Select(step =>
        {
            var values = curves.Skip(1).Select(curve => curve[step]).Where(double.IsFinite).Order().ToArray();
            return new BandPoint(
                (double)step / Steps, Math.Round(curves[0][step], 4),
                values.Length == 0 ? double.NaN : Math.Round(values[(int)(0.025 * values.Length)], 4), values.Length == 0 ? double.NaN : Math.Round(values[(int)(0.975 * values.Length)], 4));
        }),
    ];
}
