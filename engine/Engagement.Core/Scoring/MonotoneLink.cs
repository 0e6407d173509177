namespace Engagement.Core.Scoring;

/// <summary>
/// A link from margins to probabilities that never falls: straight lines between points, level beyond the ends. What isotonic regression gives. Immutable
/// and thread-safe.
/// </summary>
public sealed class MonotoneLink
{
    /// <summary>Points of a link: a search in 512 takes nine steps.</summary>
    public const int PointsMax = 512;

    private readonly float[] _margins;
    private readonly float[] _probabilities;

    private MonotoneLink(float[] margins, float[] probabilities) => (_margins, _probabilities) = (margins, probabilities);

    /// <summary>Margins, ascending; for writing.</summary>
    public ReadOnlySpan<float> Margins => _margins;

    /// <summary>Probability at each margin.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>Throws <see cref="ArgumentException"/> when the points are not a link's; files go through <see cref="TryOf"/>.</summary>
    public static MonotoneLink Of(IReadOnlyList<(float Margin, float Probability)> points) =>
        TryOf([.. points.Select(point => new[] { point.Margin, point.Probability })], out var fault) ?? throw new ArgumentException(fault, nameof(points));

    /// <summary>The link of pairs of margin and probability; null with the fault when they are not one.</summary>
    public static MonotoneLink? TryOf(IReadOnlyList<float[]> points, out string? fault)
    {
        fault = points.Count is < 1 or > PointsMax ? $"{points.Count} points; 1 to {PointsMax} are allowed" : null;
        for (var i = 0; fault is null && i < points.Count; i++)
        {
            fault = points[i] is not [var margin, var probability] ? $"point {i} is not a pair"
                : !float.IsFinite(margin) || probability is not (> 0 and < 1) ? $"point {i} needs a finite margin and a probability between 0 and 1"
                : i > 0 && margin <= points[i - 1][0] ? $"point {i} has no higher margin than the one before"
                : i > 0 && probability < points[i - 1][1] ? $"point {i} falls"
                : null;
        }
        return fault is null ? new MonotoneLink([.. points.Select(point => point[0])], [.. points.Select(point => point[1])]) : null;
    }

    /// <summary>NaN for a margin that is not a number. Hot: allocates nothing.</summary>
    public float Probability(float margin)
    {
        if (float.IsNaN(margin)) return float.NaN;
        var at = Array.BinarySearch(_margins, margin);
        if (at >= 0) return _probabilities[at];
        var next = ~at;
        if (next == 0) return _probabilities[0];
        if (next == _margins.Length) return _probabilities[^1];
        var share = (margin - _margins[next - 1]) / (_margins[next] - _margins[next - 1]);
        return _probabilities[next - 1] + share * (_probabilities[next] - _probabilities[next - 1]);
    }
}
