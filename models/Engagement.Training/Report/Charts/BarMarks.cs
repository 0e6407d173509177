using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Engagement.Training.Report.Charts;

/// <summary>
/// Horizontal bars, first label on top, of length <see cref="ChartPoint.Y"/> from zero with its interval as a whisker and its value written beside it;
/// several series stand side by side under one label.
/// </summary>
internal static class BarMarks
{
    private const double Share = 0.72;

    public static void Add(PlotModel plot, ChartSpec chart, List<string> names)
    {
        var bars = chart.Series.Where(series => series.Mark == ChartMark.Bars).ToList();
        var labels = bars.SelectMany(series => series.Points).Select(LabelOf).Distinct(StringComparer.Ordinal).ToList();
        plot.Axes.Add(ValueAxis(chart, bars));
        plot.Axes.Add(LabelAxis(chart, labels));
        var thickness = Share / bars.Count;
        for (var i = 0; i < bars.Count; i++)
        {
            var color = ChartPalette.ColorOf(names.IndexOf(bars[i].Name));
            var rectangles = new RectangleBarSeries { Title = ChartRenderer.Printable(bars[i].Name), RenderInLegend = names.Count > 1, FillColor = color, StrokeThickness = 0 };
            var whiskers = new LineSeries { Color = ChartPalette.Ink, StrokeThickness = 1.4, RenderInLegend = false, BrokenLineThickness = 0 };
            foreach (var point in bars[i].Points)
            {
                if (!double.IsFinite(point.Y)) continue;
                var top = labels.IndexOf(LabelOf(point)) - Share / 2 + i * thickness;
                rectangles.Items.Add(new RectangleBarItem(Math.Min(0, point.Y), top, Math.Max(0, point.Y), top + thickness * 0.92));
                var middle = top + thickness * 0.46;
                AddWhisker(whiskers, point, middle);
                plot.Annotations.Add(ValueText(point, middle));
            }
            plot.Series.Add(rectangles);
            if (whiskers.Points.Count > 0) plot.Series.Add(whiskers);
        }
    }

    private static LinearAxis ValueAxis(ChartSpec chart, List<ChartSeries> bars)
    {
        var ends = bars.SelectMany(series => series.Points).SelectMany(point => new[] { point.Y, point.Low, point.High }).Where(double.IsFinite).Append(0).ToList();
        var span = ends.Max() - ends.Min();
        // The horizontal axis; room on the right for the written values. A range is given for the values, whichever axis its author thought of.
        var range = chart.XRange ?? chart.YRange ?? (ends.Min() < 0 ? ends.Min() - 0.12 * span : 0, span == 0 ? 1 : ends.Max() + 0.12 * span);
        return ChartRenderer.Axis(AxisPosition.Bottom, chart.XTitle, range);
    }

    private static LinearAxis LabelAxis(ChartSpec chart, List<string> labels)
    {
        var axis = ChartRenderer.Axis(AxisPosition.Left, chart.YTitle, (-0.6, Math.Max(labels.Count, 1) - 0.4));
        (axis.StartPosition, axis.EndPosition, axis.MajorStep, axis.MinorStep, axis.MajorGridlineStyle, axis.TextColor) = (1, 0, 1, 1, LineStyle.None, ChartPalette.Ink);
        axis.LabelFormatter = value => Math.Abs(value - Math.Round(value)) < 1e-6 && value >= 0 && value < labels.Count ? ChartRenderer.Printable(labels[(int)Math.Round(value)]) : "";
        return axis;
    }

    private static void AddWhisker(LineSeries whiskers, ChartPoint point, double middle)
    {
        if (!double.IsFinite(point.Low) || !double.IsFinite(point.High)) return;
        whiskers.Points.Add(new DataPoint(point.Low, middle));
        whiskers.Points.Add(new DataPoint(point.High, middle));
        whiskers.Points.Add(DataPoint.Undefined);
    }

    private static TextAnnotation ValueText(ChartPoint point, double middle)
    {
        var isLeft = point.Y < 0;
        var end = isLeft ? Math.Min(point.Y, double.IsFinite(point.Low) ? point.Low : 0) : Math.Max(point.Y, double.IsFinite(point.High) ? point.High : 0);
        return new TextAnnotation
        {
            Text = point.Y.ToString("0.###", CultureInfo.InvariantCulture), TextPosition = new DataPoint(end, middle), StrokeThickness = 0, TextColor = ChartPalette.Quiet, FontSize = 12,
            TextHorizontalAlignment = isLeft ? HorizontalAlignment.Right : HorizontalAlignment.Left, TextVerticalAlignment = VerticalAlignment.Middle,
            Offset = new ScreenVector(isLeft ? -5 : 5, 0),
        };
    }

    private static string LabelOf(ChartPoint point) => point.Label ?? point.X.ToString("0.###", CultureInfo.InvariantCulture);
}
