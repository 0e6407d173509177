using System.Numerics;
using System.Runtime.InteropServices;

namespace Engagement.Training.Needs;

/// <summary>
/// One multinomial logistic regression over all topics, by stochastic gradient descent with a falling rate, an L2 penalty and dropout: each visit of a row
/// leaves out a share of its n-grams, so that no topic hangs on a few of them (Wang and Manning, ICML 2013, by sampling). Deterministic.
/// </summary>
public static class LogisticTrainer
{
    private const float Rate = 4;
    private const float Penalty = 1e-5f;
    private const int Epochs = 20;
    private const float Dropout = 0.5f;

    // Weights are kept divided by a scale that shrinks with every step, so that the penalty costs nothing; below this they are multiplied out.
    private const float ScaleMin = 1e-6f;

    /// <summary>Weights laid out as <see cref="LinearSvmTrainer.Train"/> gives them.</summary>
    /// <param name="topics">Topic of each row; below 0: a row of no topic, to be told from none: all are equally probable for it.</param>
    /// <param name="balance">0: each row counts the same; 1: topics with few rows count as much in all as those with many.</param>
    public static LinearWeights Train(SparseRows rows, int[] topics, int topicCount, float balance, int seed)
    {
        var counts = LinearSvmTrainer.CostsOf(topics, topicCount, 1, balance);
        var stride = (topicCount + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        var weights = new float[(rows.ColumnCount + 1) * stride];
        var (margins, steps) = (new float[stride], new float[stride]);
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var random = new Random(seed);
        var (visit, visits, scale) = (0L, (long)Epochs * rows.Count, 1f);
        var kept = new float[rows.Count == 0 ? 0 : Enumerable.Range(0, rows.Count).Max(i => rows.ColumnsOf(i).Length)];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var i in order)
            {
                var columns = rows.ColumnsOf(i);
                var values = rows.ValuesOf(i);
                for (var j = 0; j < values.Length; j++) kept[j] = random.NextSingle() < Dropout ? 0 : values[j] / (1 - Dropout);
                Score(columns, kept, weights, rows.ColumnCount, stride, margins);
                ToProbabilities(margins.AsSpan(0, topicCount), scale);
                var rate = Rate * (1 - visit++ / (float)visits);
                scale *= 1 - rate * Penalty;
                var by = rate / scale * (topics[i] < 0 ? 1 : counts[topics[i]]);
                for (var k = 0; k < topicCount; k++) steps[k] = by * ((topics[i] < 0 ? 1f / topicCount : k == topics[i] ? 1 : 0) - margins[k]);
                Add(columns, kept, weights, rows.ColumnCount, stride, steps);
                if (scale >= ScaleMin) continue;
                for (var w = 0; w < weights.Length; w++) weights[w] *= scale;
                scale = 1;
            }
        }
        for (var w = 0; w < weights.Length; w++) weights[w] *= scale;
        return new LinearWeights(weights, rows.ColumnCount, topicCount, stride);
    }

    private static void ToProbabilities(Span<float> margins, float scale)
    {
        var (largest, sum) = (float.NegativeInfinity, 0f);
        foreach (var margin in margins) largest = Math.Max(largest, margin * scale);
        foreach (ref var margin in margins) sum += margin = MathF.Exp(margin * scale - largest);
        foreach (ref var margin in margins) margin /= sum;
    }

    private static void Score(ReadOnlySpan<int> columns, float[] values, float[] weights, int bias, int stride, float[] margins)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(margins.AsSpan());
        MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(bias * stride, stride)).CopyTo(sums);
        for (var j = 0; j < columns.Length; j++)
        {
            if (values[j] == 0) continue;
            var of = MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(columns[j] * stride, stride));
            var value = new Vector<float>(values[j]);
            for (var k = 0; k < sums.Length; k++) sums[k] += of[k] * value;
        }
    }

    private static void Add(ReadOnlySpan<int> columns, float[] values, float[] weights, int bias, int stride, float[] steps)
    {
        var by = MemoryMarshal.Cast<float, Vector<float>>(steps.AsSpan());
        for (var j = 0; j <= columns.Length; j++)
        {
            var value = new Vector<float>(j == columns.Length ? 1 : values[j]);
            if (j < columns.Length && values[j] == 0) continue;
            var of = MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan((j == columns.Length ? bias : columns[j]) * stride, stride));
            for (var k = 0; k < by.Length; k++) of[k] += by[k] * value;
        }
    }
}
