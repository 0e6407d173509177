using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Engagement.Core.Scoring;
using Engagement.Training.Own;
using Engagement.Training.Trainers;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary>
/// <c>train --from LOG</c>: a site's own model from its own outcomes, tested on the latest quarter beside the prior; writes <c>model.json</c> only where it is
/// better, and ends with 1 and the reason where not: <c>evaluation.json</c> is always of the model beside it, a refused one's figures stand in <c>refused.json</c>.
/// </summary>
internal static class OwnVerb
{
    private const string OutputDefault = "own-model";

    /// <summary>The options of <c>train</c> itself; its sub-commands keep their own.</summary>
    public static Command AddTo(Command train)
    {
        var from = new Option<string?>("--from") { Description = "A site's own outcomes, one record a line (plain, gzip, or - for standard input): engagement log dump --topic engagement.outcomes --values" };
        var site = new Option<string?>("--site") { Description = "Which site, where the log is of several." };
        var state = new Option<OwnState>("--state") { DefaultValueFactory = _ => OwnState.Purposeful, Description = "purposeful (orders) or floundering (searches in vain)." };
        var prior = new Option<string?>("--prior") { Description = "The model that the site uses now. Default: what a site gets that names none: models/purposeful/model.json; of floundering the published rules." };
        var output = new Option<string>("--out") { DefaultValueFactory = _ => OutputDefault, Description = "Folder for model.json and evaluation.json; refused.json where the model is not better." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => TrainVerb.SeedDefault, Description = "Of folds, trainer and bootstrap." };
        var trainedAt = new Option<string>("--trained-at")
        {
            DefaultValueFactory = _ => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Description = "Date for the manifest and the version; give it to get the same bytes again. Default: today.",
        };
        var trainer = new Option<string>("--trainer") { DefaultValueFactory = _ => "xgboost", Description = TrainerCatalog.Names + "." };
        foreach (var option in (Option[])[from, site, state, prior, output, seed, trainedAt, trainer]) train.Add(option);
        train.SetAction(parsed => Run(
            parsed.GetValue(from) ?? throw new TrainingException("Say what to train: --from LOG for a site's own model, or a sub-command for a released one (--help)."),
            parsed.GetValue(site), parsed.GetValue(state), parsed.GetValue(prior), parsed.GetRequiredValue(output), parsed.GetValue(seed),
            parsed.GetRequiredValue(trainedAt), TrainerCatalog.Find(parsed.GetRequiredValue(trainer))));
        return train;
    }

    private static int Run(string from, string? site, OwnState state, string? priorPath, string output, long seed, string trainedAt, ITrainer trainer)
    {
        var prior = PriorOf(state, priorPath);
        var log = new OutcomeReader(state).Read(from, site);
        foreach (var (cause, count) in log.Skipped.OrderByDescending(s => s.Value)) AnsiConsole.MarkupLineInterpolated($"left out: {count} {cause}");
        AnsiConsole.MarkupLineInterpolated($"{log.Rows.Count} sessions of {log.Site}, {log.Rows.Count(r => r.Outcome)} with the outcome: {OwnOutcome.InWords(state)}");
        var study = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("settings chosen inside the earlier three quarters", maxValue: 1);
            var own = new OwnStudy(trainer, log, state, seed, done => task.Value = done);
            return (Rows: own.TrainingRows(), Model: own.Run(prior));
        });
        using var model = study.Model;
        Directory.CreateDirectory(output);
        Print(model.Figures);
        var figures = JsonSerializer.Serialize(model.Figures, OwnFiguresJson.Default.OwnFigures) + "\n";
        if (model.Figures.Refused is not null) File.WriteAllText(Path.Combine(output, "refused.json"), figures);
        var file = OwnRelease.Write(model, study.Rows, trainer, trainedAt);
        var read = TreeEnsembleReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        File.WriteAllText(Path.Combine(output, "evaluation.json"), figures);
        File.Delete(Path.Combine(output, "refused.json"));
        Replace(Path.Combine(output, "model.json"), file);
        AnsiConsole.MarkupLineInterpolated($"{read.Model.Version}: {file.Length} bytes in {Path.Combine(output, "model.json")}");
        return 0;
    }

    /// <summary>Whole or not at all: a server that looks meanwhile must not meet half a file.</summary>
    private static void Replace(string path, byte[] file)
    {
        File.WriteAllBytes(path + ".new", file);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static IPropensityModel PriorOf(OwnState state, string? path)
    {
        // A site that names no floundering model gets the rules; the trained one beside them is chosen by name, here as there.
        if (path is null && state == OwnState.Floundering) return PublishedStruggleRules.Instance;
        var file = path ?? Path.Combine("models", "purposeful", "model.json");
        if (!File.Exists(file)) throw new TrainingException($"There is no prior {file}; say where the model is that the site uses now: --prior FILE.");
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(file));
        return read.IsOk ? read.Model : throw new TrainingException($"The prior {file} cannot be used: {read}");
    }

    private static void Print(OwnFigures figures)
    {
        var table = new Table { Title = new TableTitle($"{figures.TestRows} sessions from {figures.TestFrom} on, {figures.TestPositives} with the outcome; trained on {figures.TrainRows} before, {figures.TrainPositives} with it (95 % intervals)") }
            .AddColumns("model", "ROC AUC", "PR AUC", "log-loss", "calibration error");
        foreach (var row in figures.Scores)
            table.AddRow(Markup.Escape(row.Model), $"{row.RocAuc}", $"{row.PrAuc}", $"{row.LogLoss}", row.ExpectedCalibrationError.ToString("0.###", CultureInfo.InvariantCulture));
        table.AddRow("gain of the own model", $"{figures.RocAucGain}", "", $"{figures.LogLossGain}", "");
        table.AddRow("… over the base rate", "", "", $"{figures.LogLossGainOverRelinked}", "");
        AnsiConsole.Write(table);
    }
}
