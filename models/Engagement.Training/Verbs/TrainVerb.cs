using System.CommandLine;
using System.Text.Json;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>train purposeful</c>: reads, evaluates on held-out users, trains on all, writes <c>model.json</c> and <c>evaluation.json</c>.</summary>
internal static class TrainVerb
{
    /// <summary>The day of the data that the released model is trained on.</summary>
    public const long SeedDefault = 20191001;

    public static Command Create()
    {
        var rees46 = new Option<string>("--rees46") { Required = true, Description = "Events of the REES46 store (csv or csv.gz)." };
        var output = new Option<string>("--out") { Required = true, Description = "Folder for model.json and evaluation.json." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => SeedDefault, Description = "Of folds, trainer and bootstrap." };
        var trainedAt = new Option<string>("--trained-at")
        {
            DefaultValueFactory = _ => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            Description = "Date for the manifest and the version; give it to get the same bytes again. Default: today.",
        };
        var trainer = new Option<string>("--trainer") { DefaultValueFactory = _ => "xgboost", Description = TrainerCatalog.Names + "." };
        var purposeful = new Command("purposeful", "P(purchase later in the session) from recorded events of a shop.") { rees46, output, seed, trainedAt, trainer };
        purposeful.SetAction(parsed => Run(
            parsed.GetRequiredValue(rees46), parsed.GetRequiredValue(output), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(trainedAt),
            TrainerCatalog.Find(parsed.GetRequiredValue(trainer))));
        return OwnVerb.AddTo(new Command("train", "Trains a model and writes its file.") { purposeful, TrainFlounderingVerb.Create(), NeedVerb.CreateTrain() });
    }

    private static int Run(string data, string output, long seed, string trainedAt, ITrainer trainer)
    {
        var faults = new RowFaults();
        var events = Rees46Reader.Read(data, faults);
        FigureTables.Print(data, faults);
        var rows = PrefixRowExtractor.Extract(events);
        var bySource = PrefixRowExtractor.Extract(events, bySourceSession: true);
        var sha256 = Rees46Reader.Sha256(data);
        AnsiConsole.MarkupLineInterpolated($"{rows.Count} rows, {rows.Count(row => row.Converted)} before a purchase; trainer {trainer.Name} {trainer.Version}");

        var (measured, file, ownFile) = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("five folds by user, settings chosen inside", maxValue: 1);
            var study = new PurposefulStudy(trainer, rows, seed, done => task.Value = done);
            var ablation = context.AddTask("the same without the product's category", maxValue: 1);
            var without = new PurposefulStudy(
                trainer, rows, seed, done => ablation.Value = done * (PurposefulStudy.Folds + 1) / PurposefulStudy.Folds, withoutCategory: true).Evaluate(bySource);
            var predictions = study.Evaluate(bySource);
            using var model = study.TrainOnAll();
            task.Value = 1;
            return ((Own: new MeasuredRows(rows, predictions[0], without[0]), Source: new MeasuredRows(bySource, predictions[1], without[1])), PurposefulRelease.Write(
                model, study, rows, trainer.Name, trainer.Version, trainedAt,
                $"REES46 multi-category store, {Path.GetFileName(data)}", sha256, Rees46Reader.Credit), model.Trained.OwnFile());
        });

        // The file as written must be the file as read: what a site will do with it.
        var read = TreeEnsembleReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        var figures = PurposefulFigures.Of(
            measured.Own, measured.Source, PurposefulFigures.ContributionsOf(read.Model, rows), trainer.Name, trainer.Version, seed, sha256);
        Directory.CreateDirectory(output);
        File.WriteAllBytes(Path.Combine(output, "model.json"), file);
        if (ownFile is not null) File.WriteAllBytes(Path.Combine(output, "model.zip"), ownFile);
        File.WriteAllText(
            Path.Combine(output, "evaluation.json"), JsonSerializer.Serialize(figures, PurposefulFiguresJson.Default.PurposefulFigures) + "\n");
        FigureTables.Print(figures);
        AnsiConsole.MarkupLineInterpolated($"{read.Model.Version}: {file.Length} bytes in {Path.Combine(output, "model.json")}");
        return 0;
    }
}
