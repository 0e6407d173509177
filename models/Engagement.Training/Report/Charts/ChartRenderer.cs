using System.Globalization;
using System.Security;
using System.Text.RegularExpressions;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace Engagement.Training.Report.Charts;

/// <summary>
/// Draws a specification as an SVG of 720 × 440 on a white card, so that it reads on a light page and on a dark one. The same specification gives the same
/// bytes on every machine: no clock, no id, no font of the machine enters. Thread-safe.
/// </summary>
public static partial class ChartRenderer
{
    public const int Width = 720;
    public const int Height = 440;

    private const string Measured = "Arial";
    private const string Shown = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";
    private const double TextSize = 13;

    /// <summary>One SVG element. Points with a value that is not finite break a line and are left out of the rest; a chart without any point says so.</summary>
    public static string Svg(ChartSpec chart)
    {
        var plot = Compose(chart);
        var exporter = new SvgExporter { Width = Width, Height = Height, IsDocument = false, TextMeasurer = new RoomyTextMeasure() };
        var svg = exporter.ExportToString(plot);
        if (plot.GetLastPlotException() is { } fault) throw new TrainingException($"Chart \"{chart.Title}\" cannot be drawn: {fault.Message}", fault);
        return Finished(svg.ReplaceLineEndings("\n"), chart.Title);
    }

    private static PlotModel Compose(ChartSpec chart)
    {
        var plot = new PlotModel
        {
            Title = Printable(chart.Title), TitleFontSize = 16, TitleFontWeight = FontWeights.Bold, TitleColor = ChartPalette.Ink, TitleHorizontalAlignment = TitleHorizontalAlignment.CenteredWithinView,
            Culture = CultureInfo.InvariantCulture, DefaultFont = Measured, DefaultFontSize = TextSize, TextColor = ChartPalette.Ink, Background = OxyColors.White,
            PlotAreaBorderColor = ChartPalette.Quiet, PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1), Padding = new OxyThickness(14, 10, 22, 10),
        };
        var names = chart.Series.Select(series => series.Name).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > 1)
        {
            plot.Legends.Add(new Legend
            {
                LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.BottomCenter, LegendOrientation = LegendOrientation.Horizontal,
                LegendFontSize = TextSize, LegendTextColor = ChartPalette.Ink, LegendBorderThickness = 0, LegendMargin = 4, LegendItemSpacing = 18,
            });
        }
        if (chart.Series.Any(series => series.Mark == ChartMark.Bars)) BarMarks.Add(plot, chart, names);
        else AddCurves(plot, chart, names);
        return plot;
    }

    private static void AddCurves(PlotModel plot, ChartSpec chart, List<string> names)
    {
        var isEmpty = !chart.Series.SelectMany(series => series.Points).Any(point => double.IsFinite(point.X) && (double.IsFinite(point.Y) || double.IsFinite(point.Low)));
        plot.Axes.Add(Axis(AxisPosition.Bottom, chart.XTitle, chart.XRange ?? (isEmpty ? (0, 1) : null)));
        plot.Axes.Add(Axis(AxisPosition.Left, chart.YTitle, chart.YRange ?? (isEmpty ? (0, 1) : null)));
        if (chart.Diagonal) plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.LinearEquation, Slope = 1, Intercept = 0, Color = ChartPalette.Quiet, LineStyle = LineStyle.Dash, StrokeThickness = 1.2 });
        if (isEmpty)
        {
            plot.Annotations.Add(new TextAnnotation
            {
                Text = "no data", TextPosition = new DataPoint(0.5, 0.5), StrokeThickness = 0, TextColor = ChartPalette.Quiet, TextHorizontalAlignment = HorizontalAlignment.Center,
            });
            return;
        }
        var isNamed = names.Count > 1;
        // Bands first: what is measured lies over how sure it is.
        foreach (var series in chart.Series.OrderBy(series => series.Mark == ChartMark.Band ? 0 : 1))
        {
            foreach (var mark in CurveMarks.Of(series, names.IndexOf(series.Name), isNamed, IsPartnered(chart, series))) plot.Series.Add(mark);
        }
    }

    private static bool IsPartnered(ChartSpec chart, ChartSeries series) =>
        chart.Series.Any(other => other.Name == series.Name && (other.Mark == ChartMark.Band) != (series.Mark == ChartMark.Band));

    internal static LinearAxis Axis(AxisPosition position, string title, (double From, double To)? range) => new()
    {
        Position = position, Title = Printable(title), Minimum = range?.From ?? double.NaN, Maximum = range?.To ?? double.NaN,
        MinimumPadding = range is null ? 0.04 : 0, MaximumPadding = range is null ? 0.04 : 0, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = ChartPalette.Grid,
        MajorGridlineThickness = 1, TickStyle = TickStyle.None, AxislineStyle = LineStyle.None, TextColor = ChartPalette.Quiet, TitleColor = ChartPalette.Ink,
        AxisTitleDistance = 8, IntervalLength = 70,
    };

    /// <summary>Text that XML can hold at all; escaping is the writer's.</summary>
    internal static string Printable(string text) => NotInXml().Replace(text, "\uFFFD");

    // A name for those who hear the page, sizes that follow the page's width, and fonts of the reader's machine.
    private static string Finished(string svg, string title)
    {
        var named = SecurityElement.Escape(Printable(title));
        var root = svg.IndexOf("<svg", StringComparison.Ordinal);
        var end = svg.IndexOf('>', root);
        var inside = svg[(end + 1)..].Replace($"font-family=\"{Measured}\"", $"font-family=\"{Shown}\"", StringComparison.Ordinal);
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{named}\"><title>{named}</title>" + inside.TrimEnd() + "\n";
    }

    [GeneratedRegex("[^\\t\\n\\r\\u0020-\\uD7FF\\uE000-\\uFFFD]")]
    private static partial Regex NotInXml();
}
