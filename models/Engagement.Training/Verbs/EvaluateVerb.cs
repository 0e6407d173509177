using System.CommandLine;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>evaluate</c>: a released model on recorded events, or, without one, what the trainer reaches on held-out users.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var rees46 = new Option<string>("--rees46") { Required = true, Description = "Events of the REES46 store (csv or csv.gz)." };
        var model = new Option<string?>("--model") { Description = "Folder with a model.json. Without it: five folds by user, trained anew." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => 20191001, Description = "Of folds, trainer and bootstrap." };
        var command = new Command("evaluate", "Measures a model or a trainer; writes nothing.") { rees46, model, seed };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(rees46), parsed.GetValue(model), parsed.GetRequiredValue(seed)));
        return command;
    }

    private static int Run(string data, string? folder, long seed)
    {
        var rows = PrefixRowExtractor.Extract(Rees46Reader.Read(data));
        var sha256 = Rees46Reader.Sha256(data);
        FigureTables.Print(folder is null ? OfTrainer(rows, sha256, seed) : OfModel(rows, sha256, seed, folder));
        return 0;
    }

    private static PurposefulFigures OfTrainer(List<PrefixRow> rows, string sha256, long seed)
    {
        var trainer = TrainerCatalog.Find("xgboost");
        var predictions = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("five folds by user, settings chosen inside", maxValue: 1);
            return new PurposefulStudy(trainer, rows, seed, done => task.Value = done).Evaluate();
        });
        return PurposefulFigures.Of(rows, predictions, trainer.Name, trainer.Version, seed, sha256);
    }

    private static PurposefulFigures OfModel(List<PrefixRow> rows, string sha256, long seed, string folder)
    {
        var path = Path.Combine(folder, "model.json");
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(path));
        if (!read.IsOk) throw new TrainingException($"{path}: {read}");
        if (read.Model.Manifest?.DataSha256 == sha256)
            AnsiConsole.MarkupLine("[yellow]The model was trained on this very file: these figures flatter it. Its honest ones stand in evaluation.json.[/]");
        float[] margins = [.. rows.Select(row => read.Model.Margin(row.Features))];
        return PurposefulFigures.Of(
            rows, new OutOfFold(margins, [.. margins.Select(read.Model.Probability)]), read.Model.Version, read.Model.Manifest?.TrainerVersion ?? "", seed, sha256);
    }
}
