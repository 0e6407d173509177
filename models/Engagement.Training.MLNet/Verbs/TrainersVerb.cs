using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Engagement.Training.Data;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.MLNet.Verbs;

/// <summary><c>trainers</c>: the purposeful study with each trainer in turn, on the same folds; writes <c>trainers.json</c> and prints a table.</summary>
internal static class TrainersVerb
{
    // XGBoost first: the others are compared with it.
    private static readonly string[] Names = ["xgboost", "mlnet-fasttree", "mlnet-lightgbm"];

    public static Command Create()
    {
        var rees46 = new Option<string>("--rees46") { Required = true, Description = "Events of the REES46 store (csv or csv.gz)." };
        var output = new Option<string>("--out") { Required = true, Description = "Folder for trainers.json: models/purposeful." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => Training.Verbs.TrainVerb.SeedDefault, Description = "Of folds, trainers and bootstrap." };
        var command = new Command("trainers", "Compares the trainers on held-out users of a shop.") { rees46, output, seed };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(rees46), parsed.GetRequiredValue(output), parsed.GetRequiredValue(seed)));
        return command;
    }

    private static int Run(string data, string output, long seed)
    {
        var faults = new RowFaults();
        var events = Rees46Reader.Read(data, faults);
        Training.Verbs.FigureTables.Print(data, faults);
        var rows = PrefixRowExtractor.Extract(events);
        var bySource = PrefixRowExtractor.Extract(events, bySourceSession: true);
        if (rows.Count == 0) throw new TrainingException($"{data}: no event stands before its session's first purchase; there is nothing to predict.");
        List<(string Name, string Version, OutOfFold Predictions)> results = [];
        AnsiConsole.Progress().Start(context =>
        {
            foreach (var name in Names)
            {
                var trainer = TrainerCatalog.Find(name);
                var task = context.AddTask(name, maxValue: 1);
                var started = Stopwatch.GetTimestamp();
                results.Add((trainer.Name, trainer.Version, new PurposefulStudy(trainer, rows, seed, done => task.Value = done).Evaluate(bySource)[1]));
                task.Value = 1;
                // Of this machine and this minute: said here, written nowhere.
                AnsiConsole.MarkupLineInterpolated($"{trainer.Name} {trainer.Version}: five folds, settings chosen inside, in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
            }
        });
        var figures = TrainersFigures.Of(rows, bySource, Rees46Reader.Sha256(data), seed, results);
        Directory.CreateDirectory(output);
        var path = Path.Combine(output, "trainers.json");
        File.WriteAllBytes(path, figures.Write());
        Print(figures);
        AnsiConsole.MarkupLineInterpolated($"wrote {path}");
        return 0;
    }

    private static void Print(TrainersFigures figures)
    {
        var table = new Table { Title = new TableTitle("Purchase later in the session, by held-out users; sessions as the data set cuts them (95 % intervals)") }
            .AddColumns("trainer", "after event", "sessions", "purchases", "ROC AUC", "above the first", "PR AUC", "above the first");
        foreach (var trainer in figures.Trainers)
        {
            foreach (var row in trainer.AfterEvent)
            {
                table.AddRow(
                    $"{trainer.Trainer} {trainer.Version}", Text(row.Event), Text(row.Sessions), Text(row.Purchases), $"{row.RocAuc}", $"{row.RocAucAboveFirst}", $"{row.PrAuc}",
                    $"{row.PrAucAboveFirst}");
            }
        }
        AnsiConsole.Write(table);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
