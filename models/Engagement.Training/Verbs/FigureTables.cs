using System.Globalization;
using Engagement.Training.Purposeful;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>The figures of an evaluation, for a terminal.</summary>
internal static class FigureTables
{
    public static void Print(PurposefulFigures figures)
    {
        var after = new Table { Title = new TableTitle("Purchase later in the session, by held-out users (95 % intervals)") }
            .AddColumns("after event", "sessions", "purchases", "", "model", "reference", "with category", "cart rule", "prevalence");
        foreach (var row in figures.AfterEvent)
        {
            after.AddRow(
                Text(row.Event), Text(row.Sessions), Text(row.Purchases), "ROC AUC", $"{row.RocAuc}", Text(row.ReferenceRocAuc), $"{row.WithCategoryRocAuc}",
                $"{row.CartRuleRocAuc}", "0.5");
            after.AddRow("", "", "", "PR AUC", $"{row.PrAuc}", Text(row.ReferencePrAuc), $"{row.WithCategoryPrAuc}", $"{row.CartRulePrAuc}", Text(row.Prevalence));
        }
        AnsiConsole.Write(after);

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

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
