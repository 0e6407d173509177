using System.CommandLine;
using System.Text.Json;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>train floundering</c>: simulates, evaluates on worlds left out and on TREC, trains on all, writes <c>model.json</c> and <c>evaluation.json</c>.</summary>
internal static class TrainFlounderingVerb
{
    private const int VisitsDefault = 1500;

    public static Command Create()
    {
        var output = new Option<string>("--out") { Required = true, Description = "Folder for model.json and evaluation.json." };
        var trec = new Option<string?>("--trec") { Description = "Folder of the TREC 2012 Session Track: measured on, never trained on." };
        var visits = new Option<int>("--visits") { DefaultValueFactory = _ => VisitsDefault, Description = "Simulated visits to each world." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => TrainVerb.SeedDefault, Description = "Of simulator, trainer and bootstrap." };
        var trainedAt = new Option<string>("--trained-at")
        {
            DefaultValueFactory = _ => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            Description = "Date for the manifest and the version; give it to get the same bytes again. Default: today.",
        };
        var trainer = new Option<string>("--trainer") { DefaultValueFactory = _ => "xgboost", Description = "xgboost or mlnet (which holds no direction of a feature)." };
        var command = new Command("floundering", "P(searching in vain and about to leave without) from simulated help centres.") { output, trec, visits, seed, trainedAt, trainer };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(output), parsed.GetValue(trec), parsed.GetRequiredValue(visits), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(trainedAt),
            TrainerCatalog.Find(parsed.GetRequiredValue(trainer))));
        return command;
    }

    private static int Run(string output, string? trecFolder, int visits, long seed, string trainedAt, ITrainer trainer)
    {
        var trec = trecFolder is null ? null : FlounderingSession.Of(TrecSessionReader.Read(trecFolder));
        var (figures, file) = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("worlds left out, ablations", maxValue: FlounderingProduction.Stages);
            return FlounderingProduction.Run(trainer, trec, visits, seed, trainedAt, () => task.Increment(1));
        });
        Directory.CreateDirectory(output);
        File.WriteAllBytes(Path.Combine(output, "model.json"), file);
        File.WriteAllText(Path.Combine(output, "evaluation.json"), JsonSerializer.Serialize(figures, FlounderingFiguresJson.Default.FlounderingFigures) + "\n");
        FlounderingTables.Print(figures);
        AnsiConsole.MarkupLineInterpolated($"{figures.ModelVersion}: {file.Length} bytes in {Path.Combine(output, "model.json")}");
        return 0;
    }
}
