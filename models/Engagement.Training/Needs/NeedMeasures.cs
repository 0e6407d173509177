using Engagement.Training.Evaluation;

namespace Engagement.Training.Needs;

/// <summary>Shares, areas and curves of need models, with intervals by bootstrap over texts.</summary>
internal static class NeedMeasures
{
    private const int CurvePoints = 100;

    /// <summary>Share of those that hold, among those asked about.</summary>
    public static Interval Share(bool[] holds, long seed, Func<int, bool>? among = null) =>
        Bootstrap.ByUser(Each(holds.Length), seed, weights => Bootstrap.Share(weights, among ?? (_ => true), i => holds[i]));

    public static Interval RocAuc(float[] scores, bool[] labels, long seed)
    {
        var ranking = new Ranking(scores, labels);
        return Bootstrap.ByUser(Each(scores.Length), seed, weights => ranking.RocAuc(weights));
    }

    /// <summary>X: share of texts answered, the surest first; Y: share of those that are right.</summary>
    public static NeedCurvePoint[] AccuracyByShare(float[] probabilities, bool[] right)
    {
        var order = Enumerable.Range(0, right.Length).OrderByDescending(i => probabilities[i]).ThenBy(i => i).ToArray();
        var points = new List<NeedCurvePoint>(CurvePoints);
        var (hits, next) = (0, 1);
        for (var i = 0; i < order.Length; i++)
        {
            if (right[order[i]]) hits++;
            if ((long)(i + 1) * CurvePoints < (long)next * order.Length) continue;
            points.Add(new NeedCurvePoint(Math.Round((i + 1.0) / order.Length, 4), Math.Round(hits / (i + 1.0), 4)));
            next++;
        }
        return [.. points];
    }

    /// <summary>X: share of negatives at or above a score, Y: share of positives.</summary>
    public static NeedCurvePoint[] Roc(float[] negatives, float[] positives)
    {
        Array.Sort(negatives);
        Array.Sort(positives);
        return
        [
            .. Enumerable.Range(0, CurvePoints + 1).Select(i =>
            {
                var cut = i == 0 ? float.PositiveInfinity : negatives[Math.Max(0, negatives.Length - (int)((long)i * negatives.Length / CurvePoints))];
                return new NeedCurvePoint(Math.Round(i / (double)CurvePoints, 4), Math.Round(positives.Count(p => p >= cut) / (double)positives.Length, 4));
            }),
        ];
    }

    private static string[] Each(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
