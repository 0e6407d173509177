using System.Numerics;
using System.Runtime.InteropServices;

namespace Engagement.Training.Needs;

/// <summary>
/// One linear support vector machine for each topic against the rest, with squared hinge loss, all trained side by side: dual coordinate descent
/// (Hsieh et al., ICML 2008, algorithm 1 without shrinking), where one visit of a row moves the weights of every topic at once. Deterministic.
/// </summary>
public static class LinearSvmTrainer
{
    /// <summary>Weights by column, then topic: column c's weight for topic k stands at c · stride + k. A last column of ones is the bias.</summary>
    /// <param name="topics">Topic of each row; below 0: a row of no topic, an example of the rest for all.</param>
    /// <param name="cost">C: what an error costs against the size of the weights.</param>
    /// <param name="positive">How many times C an error on a topic's own rows costs, on average over topics.</param>
    /// <param name="balance">0: the same for every topic's rows; 1: topics with few rows cost as much in all as those with many.</param>
    public static LinearWeights Train(SparseRows rows, int[] topics, int topicCount, float cost, float positive, float balance, int epochs, int seed)
    {
        var costs = CostsOf(topics, topicCount, cost * positive, balance);
        var stride = (topicCount + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        var weights = new float[(rows.ColumnCount + 1) * stride];
        var alphas = new float[rows.Count * stride];
        var squares = new float[rows.Count];
        for (var i = 0; i < squares.Length; i++)
        {
            squares[i] = 1;
            foreach (var value in rows.ValuesOf(i)) squares[i] += value * value;
        }
        var (margins, steps, signs) = (new float[stride], new float[stride], new float[stride]);
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var random = new Random(seed);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var i in order)
            {
                Score(rows, i, weights, stride, margins);
                Array.Fill(signs, -1f);
                if (topics[i] >= 0) signs[topics[i]] = 1;
                for (var k = 0; k < stride; k++)
                {
                    ref var alpha = ref alphas[i * stride + k];
                    var diagonal = 0.5f / (signs[k] > 0 ? costs[k] : cost);
                    var gradient = signs[k] * margins[k] - 1 + diagonal * alpha;
                    var moved = Math.Max(alpha - gradient / (squares[i] + diagonal), 0);
                    steps[k] = (moved - alpha) * signs[k];
                    alpha = moved;
                }
                Add(rows, i, weights, stride, steps);
            }
        }
        return new LinearWeights(weights, rows.ColumnCount, topicCount, stride);
    }

    /// <summary>What an error on each topic's own rows costs; <paramref name="cost"/> on average over topics.</summary>
    internal static float[] CostsOf(int[] topics, int topicCount, float cost, float balance)
    {
        var counts = new int[topicCount];
        foreach (var topic in topics)
            if (topic >= 0) counts[topic]++;
        var mean = counts.Sum() / (float)topicCount;
        return [.. counts.Select(count => cost * MathF.Pow(mean / Math.Max(count, 1), balance))];
    }

    /// <summary>Margins of one row for every topic.</summary>
    public static void Score(SparseRows rows, int row, float[] weights, int stride, Span<float> margins)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(margins);
        MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(rows.ColumnCount * stride, stride)).CopyTo(sums);
        var columns = rows.ColumnsOf(row);
        var values = rows.ValuesOf(row);
        for (var j = 0; j < columns.Length; j++)
        {
            var of = MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(columns[j] * stride, stride));
            var value = new Vector<float>(values[j]);
            for (var k = 0; k < sums.Length; k++) sums[k] += of[k] * value;
        }
    }

    private static void Add(SparseRows rows, int row, float[] weights, int stride, float[] steps)
    {
        var by = MemoryMarshal.Cast<float, Vector<float>>(steps.AsSpan());
        var columns = rows.ColumnsOf(row);
        var values = rows.ValuesOf(row);
        for (var j = 0; j <= columns.Length; j++)
        {
            var of = MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan((j == columns.Length ? rows.ColumnCount : columns[j]) * stride, stride));
            var value = new Vector<float>(j == columns.Length ? 1 : values[j]);
            for (var k = 0; k < by.Length; k++) of[k] += by[k] * value;
        }
    }
}

/// <summary>Weights by column, then topic, with <paramref name="Stride"/> floats a column; after the last column the biases.</summary>
public sealed record LinearWeights(float[] Values, int ColumnCount, int TopicCount, int Stride)
{
    /// <summary>Of one column for every topic; of <see cref="ColumnCount"/>: the biases.</summary>
    public ReadOnlySpan<float> Of(int column) => Values.AsSpan(column * Stride, TopicCount);

    /// <summary>Adds another's of the same shape, so many times: its margins, too, are then the sum of both.</summary>
    public LinearWeights Plus(LinearWeights other, float times)
    {
        var sum = new float[Values.Length];
        for (var i = 0; i < sum.Length; i++) sum[i] = Values[i] + times * other.Values[i];
        return this with { Values = sum };
    }
}
