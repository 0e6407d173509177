using System.Globalization;
using System.Text.Json;
using Engagement.Training.Data;
using Engagement.Training.Shoppers;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>evaluate --uci</c>: the yardstick beside published work, printed and, where asked, written as <c>uci468.json</c>.</summary>
internal static class ShopperEvaluation
{
    public static int Run(string data, string? output, long seed)
    {
        var rows = ShopperReader.Read(data);
        var trainer = TrainerCatalog.Find("xgboost");
        var study = new ShopperStudy(trainer, rows, seed);
        var figures = AnsiConsole.Progress().Start(context => ShopperFigures.Of(
            rows,
            set =>
            {
                var task = context.AddTask($"{set}: five folds, settings chosen inside", maxValue: 1);
                return study.Evaluate(set, done => task.Value = done);
            },
            trainer.Name, trainer.Version, seed, Rees46Reader.Sha256(data)));
        Print(figures);
        if (output is null) return 0;
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "uci468.json"), JsonSerializer.Serialize(figures, ShopperFiguresJson.Default.ShopperFigures) + "\n");
        return 0;
    }

    private static void Print(ShopperFigures figures)
    {
        AnsiConsole.MarkupLineInterpolated(
            $"{figures.Rows} sessions, {figures.Purchases} with a purchase, {figures.Duplicates} rows like an earlier one (kept in its fold); fold seed {figures.FoldSeed}");
        AnsiConsole.MarkupLineInterpolated($"accuracy of always FALSE {Text(figures.AlwaysFalseAccuracy)}, of PageValues > 0 {Text(figures.PageValuesRuleAccuracy)}");
        var table = new Table { Title = new TableTitle("Purchase, on held-out sessions (95 % intervals)") }
            .AddColumns("score", "ROC AUC", "goal", "mean of folds", "PR AUC", "goal", "mean of folds");
        foreach (var score in figures.Scores)
        {
            table.AddRow(
                score.Name, $"{score.RocAuc}", Text(score.GoalRocAuc), Text(score.FoldRocAuc), $"{score.PrAuc}", Text(score.GoalPrAuc), Text(score.FoldPrAuc));
        }
        AnsiConsole.Write(table);
    }

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("0.####", CultureInfo.InvariantCulture);
}
