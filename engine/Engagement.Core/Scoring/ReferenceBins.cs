using System.Collections.Immutable;

namespace Engagement.Core.Scoring;

/// <summary>
/// A spread of values in bins: at most ten by quantile, and one for missing values. Immutable, thread-safe.
/// <para>A count that is 0 for most has fewer distinct quantiles than ten; it has as many bins as it has distinct ones.</para>
/// </summary>
/// <param name="Name">Of the feature, or <see cref="ModelReference.ScoreName"/>.</param>
/// <param name="Feature">Place in the vector; -1 for the score.</param>
/// <param name="Edges">Rising. A value belongs to the bin behind the last edge that it reaches.</param>
/// <param name="Counts">Rows in each bin; the last is of missing values.</param>
public sealed record ReferenceBins(string Name, int Feature, ImmutableArray<float> Edges, ImmutableArray<int> Counts)
{
    /// <summary>Bins by quantile, at most.</summary>
    public const int QuantileBins = 10;

    /// <summary>Bins of the quantiles of these values; throws <see cref="ArgumentException"/> for none.</summary>
    public static ReferenceBins Of(string name, int feature, IReadOnlyCollection<float> values)
    {
        if (values.Count == 0) throw new ArgumentException("There are no values.", nameof(values));
        float[] sorted = [.. values.Where(v => !float.IsNaN(v)).Order()];
        ImmutableArray<float> edges = sorted.Length == 0
            ? []
            : [.. Enumerable.Range(1, QuantileBins - 1).Select(k => sorted[(int)((long)k * sorted.Length / QuantileBins)]).Where(e => e > sorted[0] && float.IsFinite(e)).Distinct()];
        var counts = new int[edges.Length + 2];
        foreach (var value in values) counts[BinOf(edges.AsSpan(), value)]++;
        return new ReferenceBins(name, feature, edges, [.. counts]);
    }

    /// <summary>Hot: at most nine comparisons, none of them a branch.</summary>
    public int BinOf(float value) => BinOf(Edges.AsSpan(), value);

    private static int BinOf(ReadOnlySpan<float> edges, float value)
    {
        if (float.IsNaN(value)) return edges.Length + 1;
        var bin = 0;
        foreach (var edge in edges) bin += value >= edge ? 1 : 0;
        return bin;
    }
}
