using System.Globalization;
using System.Xml.Linq;
using Engagement.Training.Report.Charts;

namespace Core.Tests.Training.Charts;

public sealed class ChartRendererTests
{
    private static readonly ChartMark[] Marks = [ChartMark.Line, ChartMark.Step, ChartMark.Points, ChartMark.Bars, ChartMark.Band];

    private static ChartSpec Chart(ChartMark mark, string title = "Precision and recall", string name = "model") => new(
        title, "recall", "precision",
        [
            new ChartSeries(name, mark, [new(0, 0.9, 0.8, 0.95, "a"), new(0.5, 0.6, 0.5, 0.7, "b"), new(1, 0.2, 0.1, 0.3, "c")]),
            new ChartSeries("rules", mark, [new(0, 0.5, 0.4, 0.6, "a"), new(1, 0.1, 0.05, 0.2, "c")]),
        ], Diagonal: true);

    private static IEnumerable<string> Texts(string svg) => XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value);

    [Fact]
    public void Svg_SameSpecification_GivesTheSameBytesWhateverTheCultureIs()
    {
        foreach (var mark in Marks)
        {
            var first = ChartRenderer.Svg(Chart(mark));
            var before = CultureInfo.CurrentCulture;
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            try
            {
                CultureInfo.CurrentCulture = german;
                Assert.Equal(first, ChartRenderer.Svg(Chart(mark)));
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Fact]
    public void Svg_EveryMark_WritesTitleAxesAndLegend()
    {
        foreach (var mark in Marks)
        {
            var texts = Texts(ChartRenderer.Svg(Chart(mark))).ToList();
            Assert.Superset(new HashSet<string> { "Precision and recall", "recall", "precision", "model", "rules" }, texts.ToHashSet());
        }
    }

    [Fact]
    public void Svg_DifferentData_GivesADifferentPicture()
    {
        var chart = Chart(ChartMark.Line);
        var other = chart with { Series = [chart.Series[0] with { Points = [new(0, 0.9), new(0.5, 0.61), new(1, 0.2)] }, chart.Series[1]] };
        Assert.NotEqual(ChartRenderer.Svg(chart), ChartRenderer.Svg(other));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\" onload=\"alert(1)")]
    [InlineData("a & b <b> ' ]]>")]
    [InlineData("control \u0000\u0008 and half a pair \uD800")]
    public void Svg_HostileText_StaysText(string text)
    {
        foreach (var mark in Marks)
        {
            var chart = Chart(mark, text, text) with { XTitle = text, YTitle = text };
            chart = chart with { Series = [.. chart.Series.Select(series => series with { Points = [.. series.Points.Select(point => point with { Label = text })] })] };
            var elements = XDocument.Parse(ChartRenderer.Svg(chart)).Descendants().ToList();
            Assert.DoesNotContain(elements, e => e.Name.LocalName is "script" or "b");
            Assert.DoesNotContain(elements.Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Svg_NoSeriesOrNoPoints_SaysThatThereIsNoData()
    {
        Assert.Contains("no data", Texts(ChartRenderer.Svg(new ChartSpec("Empty", "x", "y", []))));
        Assert.Contains("no data", Texts(ChartRenderer.Svg(new ChartSpec("Empty", "x", "y", [new ChartSeries("a", ChartMark.Line, [])]))));
        foreach (var mark in Marks) XDocument.Parse(ChartRenderer.Svg(new ChartSpec("Empty", "x", "y", [new ChartSeries("a", mark, [])])));
    }

    [Fact]
    public void Svg_ValuesThatAreNotFinite_AreLeftOut()
    {
        foreach (var mark in Marks)
        {
            ChartPoint[] odd = [new(0, 0.5, 0.4, 0.6, "a"), new(double.NaN, double.PositiveInfinity, double.NaN, double.NegativeInfinity, "b"), new(1, 0.7, 0.6, 0.8, "c")];
            var svg = ChartRenderer.Svg(new ChartSpec("Odd", "x", "y", [new ChartSeries("a", mark, odd)]));
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", svg, StringComparison.Ordinal);
        }
    }
}
