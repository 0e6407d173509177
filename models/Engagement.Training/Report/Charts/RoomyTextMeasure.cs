using OxyPlot;

namespace Engagement.Training.Report.Charts;

/// <summary>
/// Measures text by the metrics of Arial that the library carries, a quarter wider: the reader's sans serif is not known, and some are that much wider.
/// </summary>
internal sealed class RoomyTextMeasure() : PdfRenderContext(ChartRenderer.Width, ChartRenderer.Height, OxyColors.White)
{
    private const double Room = 1.25;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(size.Width * Room, size.Height * Room);
    }
}
