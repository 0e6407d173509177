using System.Globalization;
using Engagement.Training.Floundering;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>The figures of the floundering models, for a terminal.</summary>
internal static class FlounderingTables
{
    public static void Print(FlounderingFigures figures)
    {
        Groups("Floundered, worlds left out (95 % intervals)", figures.Worlds);
        Detection(figures.Detection);
        var ablations = new Table { Title = new TableTitle("Ablations, all unseen worlds") }.AddColumns("", "ROC AUC", "PR AUC", "loss of ROC AUC");
        foreach (var row in figures.Ablations) ablations.AddRow(row.Name, $"{row.RocAuc}", $"{row.PrAuc}", $"{row.Loss}");
        AnsiConsole.Write(ablations);
        AnsiConsole.MarkupLineInterpolated($"Expected calibration error {figures.Calibration.ExpectedCalibrationError} over {figures.Calibration.Rows} rows");
        foreach (var row in figures.Simulation.GroupBy(row => row.Figure))
            AnsiConsole.MarkupLineInterpolated($"{row.Key}: {string.Join(", ", row.Select(figure => $"{figure.World} {Text(figure.Simulated)}"))}; published {Text(row.First().Published)}");
        if (figures.Trec is not null) Print(figures.Trec);
        AnsiConsole.MarkupLineInterpolated($"Ahead of every baseline by at least {Text(figures.Choice.WorldsAheadLow)} on unseen worlds, {Text(figures.Choice.TrecAheadLow)} on TREC: {figures.Choice.Default}");
    }

    public static void Print(OutsideFigures figures)
    {
        Groups($"{figures.Model} on {figures.Data} (95 % intervals)", figures.Groups);
        Detection(figures.Detection);
    }

    private static void Groups(string title, GroupFigures[] groups)
    {
        var table = new Table { Title = new TableTitle(title) }.AddColumns("sessions", "moment", "labelled", "score", "ROC AUC", "PR AUC", "first ahead by");
        foreach (var group in groups)
        {
            foreach (var score in group.Scores)
                table.AddRow($"{group.Group}: {group.Sessions}", group.Moment, Text(group.Labelled), score.Score, $"{score.RocAuc}", $"{score.PrAuc}", $"{score.Ahead}");
        }
        AnsiConsole.Write(table);
    }

    private static void Detection(DetectionFigures[] figures)
    {
        foreach (var row in figures)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"{row.Score} at {Text(row.Threshold)}: of {row.Labelled} reached by search 2 {row.By2}, 3 {row.By3}, 4 {row.By4}, ever {row.Ever}; at search {Text(row.SearchMedian)} (median), delay {Text(row.DelayMedian)}; precision {row.Precision}");
            foreach (var alarm in row.Alarms) AnsiConsole.MarkupLineInterpolated($"   per 1,000 {alarm.Kind} ({alarm.Sessions}): {alarm.PerThousand.Value:F0} ({alarm.PerThousand.Low:F0} to {alarm.PerThousand.High:F0})");
        }
    }

    private static string Text(double value) => double.IsNaN(value) ? "–" : value.ToString("0.###", CultureInfo.InvariantCulture);
}
