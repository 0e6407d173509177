using System.Globalization;
using Engagement.Training.Data;
using Engagement.Training.Purposeful;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>The figures of an evaluation, for a terminal.</summary>
internal static class FigureTables
{
    /// <summary>Rows left out of <paramref name="data"/>, the first ones each with its reason.</summary>
    public static void Print(string data, RowFaults faults)
    {
        if (faults.Count == 0) return;
        AnsiConsole.MarkupLineInterpolated($"[yellow]{data}: {faults.Count} rows left out.[/]");
        foreach (var (line, reason) in faults.First) AnsiConsole.MarkupLineInterpolated($"  line {line}: {reason}");
        if (faults.Count > faults.First.Count) AnsiConsole.MarkupLineInterpolated($"  and {faults.Count - faults.First.Count} more");
    }

    public static void Print(PurposefulFigures figures)
    {
        PrintAfterEvent("Purchase later in the session; sessions as the data set cuts them (95 % intervals by user)", figures.AfterEvent);
        PrintAfterEvent("The same; sessions as the engine cuts them", figures.OwnSessions);
        var operating = new Table { Title = new TableTitle("Sessions that reach a threshold before their first purchase") }
            .AddColumns("threshold", "reach it", "precision", "recall", "rows ahead of the purchase (median)");
        foreach (var row in figures.Operating)
        {
            operating.AddRow(
                Text(row.Threshold), $"{row.Flagged} of {row.Sessions}", $"{row.Precision}", $"{row.Recall}", Text(row.EventsBeforePurchaseMedian));
        }
        AnsiConsole.Write(operating);
        AnsiConsole.MarkupLineInterpolated($"Expected calibration error {Text(figures.Calibration.ExpectedCalibrationError)}, Brier score {Text(figures.Calibration.Brier)}");
    }

    private static void PrintAfterEvent(string title, EventFigures[] rows)
    {
        var after = new Table { Title = new TableTitle(title) }
            .AddColumns("after event", "sessions", "purchases", "", "model", "reference", "without category", "cart rule", "prevalence");
        foreach (var row in rows)
        {
            after.AddRow(
                Text(row.Event), Text(row.Sessions), Text(row.Purchases), "ROC AUC", $"{row.RocAuc}", Reference(row.ReferenceRocAuc), $"{row.WithoutCategoryRocAuc}",
                $"{row.CartRuleRocAuc}", "0.5");
            after.AddRow("", "", "", "PR AUC", $"{row.PrAuc}", Reference(row.ReferencePrAuc), $"{row.WithoutCategoryPrAuc}", $"{row.CartRulePrAuc}", Text(row.Prevalence));
        }
        AnsiConsole.Write(after);
    }

    private static string Reference(double value) => double.IsNaN(value) ? "" : Text(value);

    private static string Text(double value) => double.IsNaN(value) ? "–" : value.ToString("0.###", CultureInfo.InvariantCulture);
}
