using Engagement.Training.Evaluation;

namespace Engagement.Training.Report.Charts;

/// <summary>Pictures that every classifier has, as data.</summary>
public static class EvaluationCharts
{
    /// <summary>Predicted probability against what came, one point a bin; the dashed line is perfect calibration.</summary>
    public static ChartSpec Reliability(string title, string outcome, Reliability calibration)
    {
        var highest = calibration.Bins.Length == 0 ? 1 : calibration.Bins.Max(bin => Math.Max(bin.Predicted, double.IsNaN(bin.High) ? bin.Observed : bin.High));
        var end = Math.Min(1, Math.Ceiling(20 * highest) / 20);
        return new ChartSpec(
            title, "predicted probability", outcome,
            [new ChartSeries("bins", ChartMark.Line, [.. calibration.Bins.Select(bin => new ChartPoint(bin.Predicted, bin.Observed, bin.Low, bin.High))])],
            (0, end), (0, end), Diagonal: true);
    }

    /// <summary>Precision against recall by steps, one curve a name.</summary>
    public static ChartSpec PrecisionRecall(string title, params (string Name, Ranking Ranking)[] curves) => new(
        title, "recall", "precision",
        [.. curves.Select(curve => new ChartSeries(curve.Name, ChartMark.Step, Thin(curve.Ranking.PrecisionRecall().Select(point => (point.Recall, point.Precision)))))],
        (0, 1), (0, 1));

    /// <summary>True against false positive rate, one curve a name; the dashed line is chance.</summary>
    public static ChartSpec Roc(string title, params (string Name, Ranking Ranking)[] curves) => new(
        title, "false positive rate", "true positive rate",
        [.. curves.Select(curve => new ChartSeries(curve.Name, ChartMark.Line, Thin(curve.Ranking.Roc())))],
        (0, 1), (0, 1), Diagonal: true);

    // A picture needs no more than some two hundred points of a curve.
    private static ChartPoint[] Thin(IEnumerable<(double X, double Y)> points)
    {
        var kept = new List<ChartPoint>();
        foreach (var (x, y) in points)
        {
            if (kept.Count > 0 && x < 1 && x - kept[^1].X + Math.Abs(y - kept[^1].Y) < 0.01) continue;
            kept.Add(new ChartPoint(Math.Round(x, 4), Math.Round(y, 4)));
        }
        return [.. kept];
    }
}
