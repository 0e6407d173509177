using Engagement.Core.Scoring;

namespace Engagement.Training.Evaluation;

/// <summary>
/// Isotonic regression by pooling adjacent violators (Ayer et al. 1955; for calibration Zadrozny and Elkan 2002). To be fitted on out-of-fold margins only.
/// </summary>
public static class IsotonicCalibration
{
    /// <summary>
    /// Fitted share of each row: of all shares that never fall with the score, the one of least squared error. Equal scores get equal shares. (1) Rows are
    /// sorted, equal scores are one block. (2) A block that is below the one before it is pooled with it, back to where order holds again.
    /// </summary>
    public static double[] Pool(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        OutcomeCheck.Require(scores, labels);
        var fitted = new double[scores.Length];
        var order = Order(scores);
        foreach (var block in Blocks(order, scores, labels))
        {
            for (var i = block.Start; i < block.End; i++) fitted[order[i]] = block.Share;
        }
        return fitted;
    }

    /// <summary>
    /// The link through the blocks' ends, straight between them. No share is nearer to 0 or 1 than half a row of all, since no finite sample makes
    /// certain. Throws <see cref="TrainingException"/> when a margin is NaN or the outcomes are of one class.
    /// </summary>
    public static MonotoneLink Fit(ReadOnlySpan<float> margins, ReadOnlySpan<bool> labels)
    {
        OutcomeCheck.RequireBothClasses(margins, labels, "Calibration");
        var order = Order(margins);
        // In 32 bits one minus less than this is one.
        var least = Math.Max(1e-6, 0.5 / (margins.Length + 1));
        var points = new List<(float Margin, float Probability)>();
        foreach (var block in Blocks(order, margins, labels))
        {
            var share = (float)Math.Clamp(block.Share, least, 1 - least);
            var (from, to) = (margins[order[block.Start]], margins[order[block.End - 1]]);
            points.Add((from, share));
            if (to > from) points.Add((to, share));
        }
        return MonotoneLink.Of(Thin(points));
    }

    private static int[] Order(ReadOnlySpan<float> scores)
    {
        var keys = scores.ToArray();
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        return order;
    }

    private static List<Block> Blocks(int[] order, ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        var blocks = new List<Block>();
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            var hits = 0;
            while (end < order.Length && scores[order[end]] == scores[order[start]]) hits += labels[order[end++]] ? 1 : 0;
            var block = new Block(start, end, hits);
            while (blocks.Count > 0 && blocks[^1].Share >= block.Share)
            {
                block = new Block(blocks[^1].Start, block.End, blocks[^1].Hits + block.Hits);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add(block);
            start = end;
        }
        return blocks;
    }

    // A file holds so many points; evenly many blocks' ends of those there are keep the first and the last, and the order.
    private static List<(float Margin, float Probability)> Thin(List<(float Margin, float Probability)> points) =>
        points.Count <= MonotoneLink.PointsMax
            ? points
            : [.. Enumerable.Range(0, MonotoneLink.PointsMax).Select(i => points[(int)((long)i * (points.Count - 1) / (MonotoneLink.PointsMax - 1))])];

    private readonly record struct Block(int Start, int End, int Hits)
    {
        public double Share => (double)Hits / (End - Start);
    }
}
