using Engagement.Training.Needs;

namespace Engagement.Training.Report.Charts;

/// <summary>Pictures of the need models' figures.</summary>
public static class NeedCharts
{
    /// <summary>Accuracy among those answered against the share answered. Null where BANKING77 was not measured.</summary>
    public static ChartSpec? RiskCoverage(NeedFigures figures) => figures.Banking77 is { } banking
        ? new ChartSpec(
            "BANKING77, test: accuracy of the answered, the surest first", "share answered", "accuracy",
            [new ChartSeries("accuracy", ChartMark.Line, PointsOf(banking.Curve))], (0, 1), (0.9, 1))
        : null;

    /// <summary>Out-of-scope questions refused against in-scope questions refused. Null where CLINC150 was not measured.</summary>
    public static ChartSpec? OutOfScopeRoc(NeedFigures figures) => figures.Clinc150 is { } clinc
        ? new ChartSpec(
            "CLINC150, test: out of scope said to be not clear", "in-scope texts refused", "out-of-scope texts refused",
            [new ChartSeries("clarity", ChartMark.Step, PointsOf(clinc.Roc))], (0, 1), (0, 1), Diagonal: true)
        : null;

    private static ChartPoint[] PointsOf(NeedCurvePoint[] curve) => [.. curve.Select(p => new ChartPoint(p.X, p.Y))];
}
