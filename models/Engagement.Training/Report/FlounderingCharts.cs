using Engagement.Training.Floundering;
using Engagement.Training.Report.Charts;

namespace Engagement.Training.Report;

/// <summary>The pictures of the floundering model, as data.</summary>
internal static class FlounderingCharts
{
    /// <summary>File name without extension, and picture.</summary>
    public static IReadOnlyList<(string Name, ChartSpec Chart)> Of(FlounderingFigures figures) =>
        [("reliability", Reliability(figures)), ("roc", Roc(figures)), ("precision-recall", PrecisionRecall(figures)), ("time-to-detection", Detection(figures))];

    private static ChartSpec Reliability(FlounderingFigures figures) => new(
        "Reliability on unseen worlds: ten bins of equal size", "predicted probability", "share that floundered",
        [new ChartSeries("bins", ChartMark.Line, [.. figures.Calibration.Reliability.Bins.Select(bin => new ChartPoint(bin.Predicted, bin.Observed))])], (0, 1), (0, 1), Diagonal: true);

    private static ChartSpec Roc(FlounderingFigures figures) => new(
        "ROC on unseen worlds, after the last event", "false positive rate", "true positive rate", [.. figures.Curves.SelectMany(curve => Series(curve.Score, curve.Roc))],
        (0, 1), (0, 1), Diagonal: true);

    private static ChartSpec PrecisionRecall(FlounderingFigures figures) => new(
        "Precision and recall on unseen worlds, after the last event", "recall", "precision", [.. figures.Curves.SelectMany(curve => Series(curve.Score, curve.PrecisionRecall))],
        (0, 1), (0, 1));

    private static ChartSpec Detection(FlounderingFigures figures) => new(
        "Share of the floundering reached by search", "search", "share reached",
        [
            .. figures.Detection.Select(row => new ChartSeries(row.Score, ChartMark.Line,
                [.. new[] { row.By2, row.By3, row.By4 }.Select((share, i) => new ChartPoint(i + 2, share.Value, share.Low, share.High))])),
        ],
        (2, 4), (0, 1));

    private static IEnumerable<ChartSeries> Series(string name, BandPoint[] points) =>
    [
        new($"{name}: 95 %", ChartMark.Band, [.. points.Where(point => double.IsFinite(point.Low)).Select(point => new ChartPoint(point.X, point.Y, point.Low, point.High))]),
        new(name, ChartMark.Line, [.. points.Where(point => double.IsFinite(point.Y)).Select(point => new ChartPoint(point.X, point.Y))]),
    ];
}
