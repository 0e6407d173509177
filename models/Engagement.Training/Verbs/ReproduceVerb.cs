using System.CommandLine;
using Engagement.Training.Studies;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>reproduce</c>: trains and measures everything from the data, with one seed, and writes the report; a second run writes the same bytes.</summary>
internal static class ReproduceVerb
{
    // A constant, not today: the date stands in the models' versions, and the same command is to give the same bytes.
    public const string TrainedAtDefault = "2026-11-30";

    public static Command Create()
    {
        var data = new Option<string>("--data") { Required = true, Description = "Folder of the data sets: ../shared/data." };
        var output = new Option<string>("--out") { DefaultValueFactory = _ => "models", Description = "Folder of the models; the report goes to its report/index.html and its README.md." };
        var only = new Option<string?>("--only") { Description = "Names of studies, joined by commas; the others keep the figures that they have. Default: all." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => TrainVerb.SeedDefault, Description = "Of folds, trainers and bootstraps." };
        var trainedAt = new Option<string>("--trained-at") { DefaultValueFactory = _ => TrainedAtDefault, Description = "Date for manifests and versions." };
        var command = new Command("reproduce", "Trains and measures everything, and writes the report.") { data, output, only, seed, trainedAt };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), parsed.GetValue(only)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            parsed.GetRequiredValue(seed), parsed.GetRequiredValue(trainedAt)));
        return command;
    }

    private static int Run(string data, string output, string[] only, long seed, string trainedAt)
    {
        IReadOnlyList<(string File, FileChange Change)> written = [];
        AnsiConsole.Progress().Start(progress =>
        {
            ProgressTask? task = null;
            var context = new StudyContext(data, output, seed, trainedAt) { Progress = done => task!.Value = done };
            new Reproduction(StudyCatalog.All, context).Run(only, study =>
            {
                if (task is not null) task.Value = 1;
                task = progress.AddTask(study.Name, maxValue: 1);
            });
            if (task is not null) task.Value = 1;
            written = context.Written;
        });
        foreach (var (file, change) in written.Where(file => file.Change != FileChange.Same)) AnsiConsole.MarkupLineInterpolated($"{change.ToString().ToLowerInvariant(),-8} {Path.Combine(output, file)}");
        AnsiConsole.MarkupLineInterpolated(
            $"{written.Count} files: {written.Count(file => file.Change == FileChange.Same)} as before, {written.Count(file => file.Change == FileChange.Changed)} changed, {written.Count(file => file.Change == FileChange.New)} new. Report: {Path.Combine(output, "report", "index.html")}");
        return 0;
    }
}
