using System.CommandLine;
using System.Text.Json;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>
/// <c>evaluate</c>: a released model on recorded events, or, without one, what the trainer reaches on held-out users; and the struggle rules on
/// recorded search sessions.
/// </summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var uci = new Option<string?>("--uci") { Description = "UCI 468, online_shoppers_intention.csv: five folds, trained anew; the yardstick beside published work." };
        var rees46 = new Option<string?>("--rees46") { Description = "Events of the REES46 store (csv or csv.gz), for the purposeful model." };
        var model = new Option<string?>("--model") { Description = "Folder with a model.json. Without it: five folds by user, trained anew." };
        var trec = new Option<string?>("--trec") { Description = "Folder of the TREC 2012 Session Track, for the struggle rules." };
        var output = new Option<string?>("--out") { Description = "With --trec or --uci: folder for its figures as JSON." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => TrainVerb.SeedDefault, Description = "Of folds, trainer and bootstrap." };
        var command = new Command("evaluate", "Measures a model, a trainer or the struggle rules.") { rees46, model, uci, trec, output, seed };
        command.SetAction(parsed =>
        {
            var seeded = parsed.GetRequiredValue(seed);
            if (parsed.GetValue(rees46) is { } events) return Purposeful(events, parsed.GetValue(model), seeded);
            if (parsed.GetValue(uci) is { } shoppers) return ShopperEvaluation.Run(shoppers, parsed.GetValue(output), seeded);
            if (parsed.GetValue(trec) is { } sessions) return Floundering(sessions, parsed.GetValue(output), seeded);
            throw new TrainingException("Say what to measure on: --rees46 FILE, --uci FILE or --trec FOLDER.");
        });
        return command;
    }

    private static int Floundering(string sessions, string? output, long seed)
    {
        var figures = FlounderingFigures.Of(TrecSessionReader.Read(sessions), PublishedStruggleRules.Instance, seed);
        FigureTables.Print(figures);
        if (output is null) return 0;
        Directory.CreateDirectory(output);
        File.WriteAllText(
            Path.Combine(output, "evaluation.json"), JsonSerializer.Serialize(figures, FlounderingFiguresJson.Default.FlounderingFigures) + "\n");
        return 0;
    }

    private static int Purposeful(string data, string? folder, long seed)
    {
        var faults = new RowFaults();
        var events = Rees46Reader.Read(data, faults);
        FigureTables.Print(data, faults);
        var rows = PrefixRowExtractor.Extract(events);
        var bySource = PrefixRowExtractor.Extract(events, bySourceSession: true);
        if (rows.Count == 0) throw new TrainingException($"{data}: no event stands before its session's first purchase; there is nothing to predict.");
        var sha256 = Rees46Reader.Sha256(data);
        FigureTables.Print(folder is null ? OfTrainer(rows, bySource, sha256, seed) : OfModel(rows, bySource, sha256, seed, folder));
        return 0;
    }

    private static PurposefulFigures OfTrainer(List<PrefixRow> rows, List<PrefixRow> bySource, string sha256, long seed)
    {
        var trainer = TrainerCatalog.Find("xgboost");
        var predictions = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("five folds by user, settings chosen inside", maxValue: 1);
            return new PurposefulStudy(trainer, rows, seed, done => task.Value = done).Evaluate(bySource);
        });
        return PurposefulFigures.Of(new(rows, predictions[0]), new(bySource, predictions[1]), [], trainer.Name, trainer.Version, seed, sha256);
    }

    private static PurposefulFigures OfModel(List<PrefixRow> rows, List<PrefixRow> bySource, string sha256, long seed, string folder)
    {
        var path = Path.Combine(folder, "model.json");
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(path));
        if (!read.IsOk) throw new TrainingException($"{path}: {read}");
        if (read.Model.Manifest?.DataSha256 == sha256)
            AnsiConsole.MarkupLine("[yellow]The model was trained on this very file: these figures flatter it. Its honest ones stand in evaluation.json.[/]");
        if (!rows.Any(row => row.Converted)) AnsiConsole.MarkupLine("[yellow]No session of this file purchases after its first event: there is no ROC AUC or PR AUC to give (NaN).[/]");
        else if (rows.All(row => row.Converted)) AnsiConsole.MarkupLine("[yellow]Every session of this file purchases: there is no ROC AUC to give (NaN).[/]");
        return PurposefulFigures.Of(
            Measure(read.Model, rows), Measure(read.Model, bySource), PurposefulFigures.ContributionsOf(read.Model, rows), read.Model.Version,
            read.Model.Manifest?.TrainerVersion ?? "", seed, sha256);
    }

    private static MeasuredRows Measure(TreeEnsemble model, List<PrefixRow> rows)
    {
        float[] margins = [.. rows.Select(row => model.Margin(row.Features))];
        return new(rows, new OutOfFold(margins, [.. margins.Select(model.Probability)]));
    }
}
