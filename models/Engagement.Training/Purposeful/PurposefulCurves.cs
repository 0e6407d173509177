using Engagement.Training.Report.Charts;

namespace Engagement.Training.Purposeful;

/// <summary>The pictures of the purposeful model's evaluation, as data.</summary>
public static class PurposefulCurves
{
    private const int FeaturesShown = 15;

    /// <summary>Each by the name of its file.</summary>
    public static IReadOnlyList<(string Name, ChartSpec Chart)> Of(PurposefulFigures figures) =>
    [
        .. figures.AfterEvent.Select(after => ($"roc-after-{after.Event}", Roc(after))),
        .. figures.AfterEvent.Select(after => ($"precision-recall-after-{after.Event}", PrecisionRecall(after))),
        ("contributions", Contributions(figures.Contributions)),
    ];

    private static ChartSpec Roc(EventFigures after)
    {
        ChartPoint[] points = [.. after.Roc.Select(point => new ChartPoint(point.X, point.Y, point.Low, point.High))];
        return new ChartSpec(
            $"ROC after event {after.Event}, held-out visitors", "false positive rate", "true positive rate",
            [new ChartSeries("95 % interval", ChartMark.Band, points), new ChartSeries("model", ChartMark.Line, points)], (0, 1), (0, 1), Diagonal: true);
    }

    private static ChartSpec PrecisionRecall(EventFigures after)
    {
        ChartPoint[] points = [.. after.PrecisionRecall.Select(point => new ChartPoint(point.Recall, point.Precision, point.Low, point.High))];
        return new ChartSpec(
            $"Precision and recall after event {after.Event}, held-out visitors", "recall", "precision",
            [
                new ChartSeries("95 % interval", ChartMark.Band, points), new ChartSeries("model", ChartMark.Step, points),
                new ChartSeries("nothing known", ChartMark.Line, [new ChartPoint(0, after.Prevalence), new ChartPoint(1, after.Prevalence)]),
            ],
            (0, 1), (0, 1));
    }

    private static ChartSpec Contributions(FeatureContribution[] contributions) => new(
        "What moves the score: mean absolute SHAP value", "log-odds", "feature",
        [new ChartSeries("contribution", ChartMark.Bars, [.. contributions.Take(FeaturesShown).Select((feature, i) => new ChartPoint(feature.MeanAbsolute, i, Label: feature.Feature))])]);
}
