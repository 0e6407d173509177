using System.Text.Json;
using System.Text.Json.Serialization;
using Engagement.Training.Evaluation;
using Engagement.Training.Report.Charts;

namespace Engagement.Training.Studies;

/// <summary>A model's calibration as a file, a table and a picture: for any study that has out-of-fold margins. Immutable.</summary>
/// <param name="PlattLogLoss">Mean log-loss on users that the link was not fitted on.</param>
/// <param name="IsotonicLogLoss">The same of the isotonic link.</param>
public sealed record CalibrationReport(CalibrationFigures Figures, double PlattLogLoss, double IsotonicLogLoss)
{
    /// <summary>
    /// <paramref name="margins"/> and <paramref name="probabilities"/> are of models that had not seen the row's user. Throws
    /// <see cref="TrainingException"/> when a value is no number or probability, or the outcomes are of one class.
    /// </summary>
    public static CalibrationReport Of(float[] margins, float[] probabilities, bool[] labels, IReadOnlyList<string> users, long seed)
    {
        var choice = CalibrationChoice.Of(margins, labels, users, seed);
        return new(CalibrationFigures.Of(probabilities, labels, users, seed), choice.PlattLogLoss, choice.IsotonicLogLoss);
    }

    /// <summary>UTF-8 bytes of <c>calibration.json</c>; the same figures give the same bytes.</summary>
    public byte[] Write() => [.. JsonSerializer.SerializeToUtf8Bytes(this, CalibrationReportJson.Default.CalibrationReport), (byte)'\n'];

    /// <summary>Reads what <see cref="Write"/> wrote; null without a file.</summary>
    public static CalibrationReport? Read(byte[]? json) => json is null ? null : JsonSerializer.Deserialize(json, CalibrationReportJson.Default.CalibrationReport);

    public FigureTable Table(string caption, string command) => new(caption,
    [
        FigureRow.Of("expected calibration error", Figures.ExpectedCalibrationError, command, reference: Figures.ErrorOfPerfect,
            why: "The reference is the error that exactly true probabilities would show in one of forty draws of outcomes for these rows.") with { Digits = 4, LowerIsBetter = true },
        FigureRow.Of("Brier score", Figures.Brier, command) with { Digits = 4, LowerIsBetter = true },
        FigureRow.Of("log-loss", Figures.LogLoss, command) with { Digits = 4, LowerIsBetter = true },
        new FigureRow("log-loss of Platt's link, nested", PlattLogLoss, double.NaN, double.NaN, double.NaN, double.NaN, command) { Digits = 5, LowerIsBetter = true },
        new FigureRow("log-loss of the isotonic link, nested", IsotonicLogLoss, double.NaN, double.NaN, double.NaN, PlattLogLoss, command)
        {
            Digits = 5, LowerIsBetter = true, Why = $"{(IsotonicLogLoss < PlattLogLoss ? "The isotonic link" : "Platt's link")} has the lower loss on users that it was not fitted on.",
        },
    ]);

    public ChartSpec Chart(string title, string outcome) => EvaluationCharts.Reliability(title, outcome, Figures.Reliability);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CalibrationReport))]
internal sealed partial class CalibrationReportJson : JsonSerializerContext;
