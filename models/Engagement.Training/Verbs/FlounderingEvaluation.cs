using System.Globalization;
using System.Text.Json;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>evaluate --trec</c> and <c>evaluate --events</c>: a floundering model, or the rules where none is named, on sessions from outside the simulator.</summary>
internal static class FlounderingEvaluation
{
    /// <summary>A folder, or sessions, judgements and, if the sessions do not tell it, their topics.</summary>
    public static int OfTrec(string[] files, string? model, double threshold, string? output, long seed)
    {
        var sessions = files switch
        {
            [var folder] when Directory.Exists(folder) || !File.Exists(folder) => TrecSessionReader.Read(folder),
            [var track, var judgements] => TrecSessionReader.Read(track, judgements, null),
            [var track, var judgements, var map] => TrecSessionReader.Read(track, judgements, map),
            _ => throw new TrainingException("--trec takes a folder, or SESSIONS QRELS [MAP]."),
        };
        return Measure(string.Join(' ', files.Select(Path.GetFileName)), FlounderingSession.Of(sessions), model, threshold, output, "trec.json", seed);
    }

    /// <summary>Any labelled file of canonical events.</summary>
    public static int OfEvents(string events, string labels, string? model, double threshold, string? output, long seed)
    {
        var read = LabelledSessionReader.Read(events, labels);
        AnsiConsole.MarkupLineInterpolated($"{read.Sessions.Count} labelled sessions; {read.Unlabelled} without a label are left out.");
        return Measure($"{Path.GetFileName(events)} {Path.GetFileName(labels)}", read.Sessions, model, threshold, output, "events.json", seed);
    }

    private static int Measure(
        string data, List<FlounderingSession> sessions, string? folder, double threshold, string? output, string file, long seed)
    {
        if (!(threshold is >= 0 and <= 1)) throw new TrainingException($"--threshold is {threshold.ToString(CultureInfo.InvariantCulture)}; allowed: 0 to 1.");
        var floundered = sessions.Count(session => session.Label);
        if (floundered == 0 || floundered == sessions.Count)
            AnsiConsole.MarkupLineInterpolated($"[yellow]{(floundered == 0 ? "None" : "Each")} of the {sessions.Count} sessions floundered: there is no ROC AUC to give (–).[/]");
        var figures = OutsideFigures.Of(data, sessions, folder is null ? PublishedStruggleRules.Instance : ReadModel(folder), null, seed, threshold);
        FlounderingTables.Print(figures);
        if (output is null) return 0;
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, file), JsonSerializer.Serialize(figures, FlounderingFiguresJson.Default.OutsideFigures) + "\n");
        return 0;
    }

    private static TreeEnsemble ReadModel(string folder)
    {
        var path = Path.Combine(folder, "model.json");
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(path));
        return read.IsOk ? read.Model : throw new TrainingException($"{path}: {read}");
    }
}
