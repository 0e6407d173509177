using Engagement.Training.Purposeful;
using Engagement.Training.Report.Charts;

namespace Engagement.Training.Report;

/// <summary>The purposeful model's pictures, as data.</summary>
internal static class PurposefulCharts
{
    public static ChartSpec Reliability(PurposefulFigures figures) =>
        EvaluationCharts.Reliability("Reliability on held-out visitors: bins of equal size", "share that purchased", figures.Calibration);

    public static ChartSpec PrecisionRecall(PurposefulFigures figures) => new(
        "Precision and recall on held-out visitors", "recall", "precision",
        [.. figures.AfterEvent.Select(after => new ChartSeries(
            $"after event {after.Event}", ChartMark.Step, [.. after.PrecisionRecall.Select(point => new ChartPoint(point.Recall, point.Precision))]))],
        XRange: (0, 1), YRange: (0, 1));
}
