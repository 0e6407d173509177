using OxyPlot;

namespace Engagement.Training.Report.Charts;

/// <summary>Colours that people with any common colour blindness tell apart on white (Okabe and Ito 2008; their yellow left out, too pale for a line).</summary>
internal static class ChartPalette
{
    public static readonly OxyColor Ink = OxyColor.FromRgb(0x22, 0x26, 0x2B);
    public static readonly OxyColor Quiet = OxyColor.FromRgb(0x5B, 0x63, 0x6C);
    public static readonly OxyColor Grid = OxyColor.FromRgb(0xE3, 0xE6, 0xEA);

    private static readonly OxyColor[] Series =
    [
        OxyColor.FromRgb(0x00, 0x72, 0xB2), OxyColor.FromRgb(0xD5, 0x5E, 0x00), OxyColor.FromRgb(0x00, 0x9E, 0x73), OxyColor.FromRgb(0xCC, 0x79, 0xA7),
        OxyColor.FromRgb(0xE6, 0x9F, 0x00), OxyColor.FromRgb(0x56, 0xB4, 0xE9), OxyColor.FromRgb(0x44, 0x44, 0x44),
    ];

    // Beyond seven names colours come again; the line's pattern tells them apart.
    private static readonly LineStyle[] Patterns = [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot, LineStyle.DashDot];

    public static OxyColor ColorOf(int name) => Series[name % Series.Length];

    public static LineStyle PatternOf(int name) => Patterns[name / Series.Length % Patterns.Length];
}
