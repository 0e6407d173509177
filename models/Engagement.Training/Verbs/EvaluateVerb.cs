using System.CommandLine;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>
/// <c>evaluate</c>: a released model on recorded events, or, without one, what the trainer reaches on held-out users; and a floundering model beside the
/// struggle rules on recorded search sessions or on a site's own labelled ones.
/// </summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var uci = new Option<string?>("--uci") { Description = "UCI 468, online_shoppers_intention.csv: five folds, trained anew; the yardstick beside published work." };
        var rees46 = new Option<string?>("--rees46") { Description = "Events of the REES46 store (csv or csv.gz), for the purposeful model." };
        var model = new Option<string?>("--model") { Description = "Folder with a model.json. Without it: five folds by user, trained anew." };
        var trec = new Option<string[]>("--trec")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = "Search sessions of a TREC Session Track: the folder of 2012's, or SESSIONS QRELS [MAP], plain or .xz; MAP gives each session's topic (2013).",
        };
        var labelled = new Option<string?>("--events") { Description = "Canonical events, one JSON object a line, with --labels: sessions of any site, for the floundering model." };
        var labels = new Option<string?>("--labels") { Description = "csv with a header: visitor or session, label (0 or 1), and if wanted site and time. Others are passed over." };
        var threshold = new Option<double>("--threshold") { DefaultValueFactory = _ => OutsideFigures.Threshold, Description = "Of the floundering model. Default: the engine's." };
        var output = new Option<string?>("--out") { Description = "With --trec, --events or --uci: folder for its figures as JSON." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => TrainVerb.SeedDefault, Description = "Of folds, trainer and bootstrap." };
        var command = new Command("evaluate", "Measures a model, a trainer or the struggle rules.") { rees46, model, uci, trec, labelled, labels, threshold, output, seed };
        var need = NeedVerb.AddTo(command);
        command.SetAction(parsed =>
        {
            var seeded = parsed.GetRequiredValue(seed);
            if (need(parsed, parsed.GetValue(model), parsed.GetValue(output), seeded) is { } code) return code;
            if (parsed.GetValue(rees46) is { } events) return Purposeful(events, parsed.GetValue(model), seeded);
            if (parsed.GetValue(uci) is { } shoppers) return ShopperEvaluation.Run(shoppers, parsed.GetValue(output), seeded);
            var folder = parsed.GetValue(model);
            var level = parsed.GetValue(threshold);
            if (parsed.GetValue(trec) is { Length: > 0 } files) return FlounderingEvaluation.OfTrec(files, folder, level, parsed.GetValue(output), seeded);
            if (parsed.GetValue(labelled) is { } log)
            {
                var labelFile = parsed.GetValue(labels) ?? throw new TrainingException("--events needs --labels FILE.csv.");
                return FlounderingEvaluation.OfEvents(log, labelFile, folder, level, parsed.GetValue(output), seeded);
            }
            throw new TrainingException("Say what to measure on: --rees46 FILE, --uci FILE, --trec FOLDER, --trec SESSIONS QRELS [MAP], or --events FILE --labels FILE.");
        });
        return command;
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
        if (!rows.Any(row => row.Converted)) AnsiConsole.MarkupLine("[yellow]No session of this file purchases after its first event: there is no ROC AUC or PR AUC to give (–).[/]");
        else if (rows.All(row => row.Converted)) AnsiConsole.MarkupLine("[yellow]Every session of this file purchases: there is no ROC AUC to give (–).[/]");
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
