using OxyPlot;
using OxyPlot.Series;

namespace Engagement.Training.Report.Charts;

/// <summary>A series of points, lines, steps or a band as the drawing library wants it.</summary>
internal static class CurveMarks
{
    private const double BandOpacity = 0.18;

    /// <param name="name">Which name this is, for its colour.</param>
    /// <param name="named">Whether there is a legend.</param>
    /// <param name="isPartnered">Whether a line and a band share this name: then the legend lists the line, and the band shows the intervals.</param>
    public static IEnumerable<Series> Of(ChartSeries series, int name, bool named, bool isPartnered)
    {
        var color = ChartPalette.ColorOf(name);
        var title = ChartRenderer.Printable(series.Name);
        if (series.Mark == ChartMark.Band)
        {
            yield return Band(series, color, named && !isPartnered ? title : null);
            yield break;
        }
        if (!isPartnered && Whiskers(series, color) is { } whiskers) yield return whiskers;
        var line = new LineSeries
        {
            Title = named ? title : null, RenderInLegend = named, Color = color, StrokeThickness = series.Mark == ChartMark.Points ? 0 : 2.2, LineJoin = LineJoin.Round,
            LineStyle = series.Mark == ChartMark.Points ? LineStyle.None : ChartPalette.PatternOf(name), BrokenLineThickness = 0,
            MarkerType = series.Mark == ChartMark.Step || series.Points.Count > 40 && series.Mark == ChartMark.Line ? MarkerType.None : MarkerType.Circle, MarkerSize = 3.6, MarkerFill = color,
            MarkerStroke = OxyColors.White, MarkerStrokeThickness = 1,
        };
        line.Points.AddRange(series.Mark == ChartMark.Step ? Steps(series.Points) : series.Points.Select(point => Point(point.X, point.Y)));
        yield return line;
    }

    // A step has the height of its right end, as the area of average precision is summed.
    private static IEnumerable<DataPoint> Steps(IReadOnlyList<ChartPoint> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (i > 0) yield return Point(points[i - 1].X, points[i].Y);
            yield return Point(points[i].X, points[i].Y);
        }
    }

    private static AreaSeries Band(ChartSeries series, OxyColor color, string? title)
    {
        var band = new AreaSeries
        {
            Title = title, RenderInLegend = title is not null, Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, Fill = OxyColor.FromAColor((byte)(255 * BandOpacity), color), StrokeThickness = 0,
        };
        foreach (var point in series.Points)
        {
            if (!double.IsFinite(point.X) || !double.IsFinite(point.Low) || !double.IsFinite(point.High)) continue;
            band.Points.Add(new DataPoint(point.X, point.Low));
            band.Points2.Add(new DataPoint(point.X, point.High));
        }
        return band;
    }

    private static LineSeries? Whiskers(ChartSeries series, OxyColor color)
    {
        var whiskers = new LineSeries { Color = OxyColor.FromAColor(150, color), StrokeThickness = 1.6, RenderInLegend = false, BrokenLineThickness = 0 };
        foreach (var point in series.Points)
        {
            if (!double.IsFinite(point.X) || !double.IsFinite(point.Low) || !double.IsFinite(point.High)) continue;
            whiskers.Points.Add(new DataPoint(point.X, point.Low));
            whiskers.Points.Add(new DataPoint(point.X, point.High));
            whiskers.Points.Add(DataPoint.Undefined);
        }
        return whiskers.Points.Count == 0 ? null : whiskers;
    }

    private static DataPoint Point(double x, double y) => double.IsFinite(x) && double.IsFinite(y) ? new DataPoint(x, y) : DataPoint.Undefined;
}
