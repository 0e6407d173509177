namespace Engagement.Training.Report.Charts;

/// <summary>How a series is drawn.</summary>
public enum ChartMark
{
    /// <summary>Points joined by straight lines.</summary>
    Line,

    /// <summary>Points joined by steps, as a precision-recall or ROC curve is.</summary>
    Step,

    /// <summary>Points alone; with <see cref="ChartPoint.Low"/> and <see cref="ChartPoint.High"/> as whiskers.</summary>
    Points,

    /// <summary>Horizontal bars, one a point, labelled by <see cref="ChartPoint.Label"/>.</summary>
    Bars,

    /// <summary>The area between <see cref="ChartPoint.Low"/> and <see cref="ChartPoint.High"/>.</summary>
    Band,
}

/// <summary>One value, with its interval where it has one.</summary>
/// <param name="Low">Lower end of the interval; NaN without one.</param>
/// <param name="High">Upper end; NaN without one.</param>
public readonly record struct ChartPoint(double X, double Y, double Low = double.NaN, double High = double.NaN, string? Label = null);

/// <summary>Points of one name; drawn in the order of the series.</summary>
public sealed record ChartSeries(string Name, ChartMark Mark, IReadOnlyList<ChartPoint> Points);

/// <summary>A picture as data. The same specification gives the same bytes. Immutable.</summary>
/// <param name="XRange">Null: from the data.</param>
/// <param name="YRange">Null: from the data.</param>
/// <param name="Diagonal">With a dashed line from corner to corner: chance, or perfect calibration.</param>
public sealed record ChartSpec(
    string Title, string XTitle, string YTitle, IReadOnlyList<ChartSeries> Series, (double From, double To)? XRange = null, (double From, double To)? YRange = null,
    bool Diagonal = false);
