using System.CommandLine;
using System.Text.Json;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Engagement.Training.Simulation;
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
        if (visits < 50) throw new TrainingException("--visits must be 50 or more: a world of fewer has too few who flounder.");
        var trecSessions = trecFolder is null ? null : FlounderingSession.Of(TrecSessionReader.Read(trecFolder));
        var (figures, file) = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("worlds left out, ablations", maxValue: HelpWorld.All.Length + 2 + FlounderingFeatures.Ablations.Length);
            var simulated = HelpWorld.All.Select(world => WorldSimulator.Simulate(world, visits, seed)).ToArray();
            List<FlounderingSession> sessions = [.. simulated.SelectMany(FlounderingSession.Of)];
            var study = new FlounderingStudy(trainer, sessions, seed);
            using var model = study.TrainOnAll();
            task.Increment(1);
            var bytes = FlounderingRelease.Write(model, sessions, trainer, trainedAt, visits);
            // The file as written must be the file as read: what a site will do with it.
            var read = TreeEnsembleReader.Read(bytes);
            if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
            var measurement = new FlounderingMeasurement(sessions, study, seed);
            var trec = trecSessions is null ? null : OutsideFigures.Of("TREC 2012 Session Track", trecSessions, read.Model, measurement.Signal, seed);
            SimulationFigure[] checks = [.. simulated.SelectMany((own, i) => SimulationCheck.Of(HelpWorld.All[i].Name, own))];
            return (measurement.Measure(trainer, read.Model.Version, visits, checks, trec, () => task.Increment(1)), bytes);
        });
        Directory.CreateDirectory(output);
        File.WriteAllBytes(Path.Combine(output, "model.json"), file);
        File.WriteAllText(Path.Combine(output, "evaluation.json"), JsonSerializer.Serialize(figures, FlounderingFiguresJson.Default.FlounderingFigures) + "\n");
        FlounderingTables.Print(figures);
        AnsiConsole.MarkupLineInterpolated($"{figures.ModelVersion}: {file.Length} bytes in {Path.Combine(output, "model.json")}");
        return 0;
    }
}
