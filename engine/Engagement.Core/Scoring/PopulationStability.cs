namespace Engagement.Core.Scoring;

/// <summary>
/// The population stability index: Σ over bins of (live − reference) · ln(live ÷ reference), of shares. Pure, thread-safe.
/// <para>Below 0.1 nothing has moved, from 0.1 something has, from 0.25 so much that the model should be looked at: the rule of thumb of credit scoring
/// (Lewis 1994; Siddiqi 2006, "Credit Risk Scorecards"). Without any change its mean is about (bins − 1) · (1 ÷ live rows + 1 ÷ reference rows) (Yurdakul and
/// Naranjo 2020), so that few live rows say little: it is told from <see cref="RowsMin"/> on, where that is 0.02 for ten bins.</para>
/// </summary>
public static class PopulationStability
{
    /// <summary>Something has moved.</summary>
    public const double Moved = 0.1;

    /// <summary>The model should be looked at.</summary>
    public const double MovedMuch = 0.25;

    /// <summary>Live rows below which nothing is told.</summary>
    public const int RowsMin = 500;

    /// <summary>0 for equal shares. Each bin counts half a row more than it has, so that an empty one is no infinity.</summary>
    public static double Index(ReadOnlySpan<int> reference, ReadOnlySpan<int> live)
    {
        if (reference.Length != live.Length) throw new ArgumentException("The bins are not the reference's.", nameof(live));
        double before = Sum(reference) + 0.5 * reference.Length, now = Sum(live) + 0.5 * live.Length, index = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] == 0 && live[i] == 0) continue;
            var (expected, actual) = ((reference[i] + 0.5) / before, (live[i] + 0.5) / now);
            index += (actual - expected) * Math.Log(actual / expected);
        }
        return index;
    }

    private static long Sum(ReadOnlySpan<int> counts)
    {
        long sum = 0;
        foreach (var count in counts) sum += count;
        return sum;
    }
}
