using System.CommandLine;
using System.Text.Json;
using Engagement.Core.Scoring;
using Engagement.Training.Floundering;
using Engagement.Training.Needs;
using Engagement.Training.Purposeful;
using Engagement.Training.Report;
using Engagement.Training.Report.Charts;
using Engagement.Training.Studies;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>report</c>: writes what was measured as the model's card and its pictures; of the folder of all models, the report of all. Measures nothing anew.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder with evaluation.json, and model.json where one was trained: models/purposeful. Of all: models." };
        var command = new Command("report", "Writes MODEL_CARD.md and its charts from evaluation.json; of the folder of all models, report/index.html and the tables of README.md.") { folder };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder)));
        return command;
    }

    private static int Run(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "evaluation.json")) && Directory.Exists(folder)
            && Directory.EnumerateDirectories(folder).Any(model => File.Exists(Path.Combine(model, "evaluation.json")))) return OfAll(folder);
        var evaluation = Read(folder, "evaluation.json");
        if (File.Exists(Path.Combine(folder, "need.json")))
        {
            Write(folder, "MODEL_CARD.md", NeedCardWriter.Write(Parse(evaluation, NeedFiguresJson.Default.NeedFigures)));
            return 0;
        }
        var read = TreeEnsembleReader.Read(Read(folder, "model.json"));
        if (!read.IsOk) throw new TrainingException($"{folder}: {read}");
        if (read.Model.Version.StartsWith("floundering/", StringComparison.Ordinal)) Floundering(folder, evaluation, read.Model);
        else Purposeful(folder, evaluation, read.Model);
        return 0;
    }

    private static int OfAll(string folder)
    {
        var context = new StudyContext("", folder, TrainVerb.SeedDefault, ReproduceVerb.TrainedAtDefault);
        new Reproduction(StudyCatalog.All, context).Report();
        foreach (var (file, change) in context.Written) AnsiConsole.MarkupLineInterpolated($"{change.ToString().ToLowerInvariant(),-8} {Path.Combine(folder, file)}");
        return 0;
    }

    private static void Floundering(string folder, byte[] evaluation, TreeEnsemble model)
    {
        var figures = Parse(evaluation, FlounderingFiguresJson.Default.FlounderingFigures);
        if (figures.ModelVersion != model.Version) throw new TrainingException($"{folder}: evaluation.json is not of this model; train again.");
        Write(folder, "MODEL_CARD.md", FlounderingCardWriter.Write(model, figures));
    }

    private static void Purposeful(string folder, byte[] evaluation, TreeEnsemble model)
    {
        var figures = Parse(evaluation, PurposefulFiguresJson.Default.PurposefulFigures);
        if (figures.DataSha256 != model.Manifest!.DataSha256 || figures.Seed != model.Manifest.Seed)
            throw new TrainingException($"{folder}: evaluation.json is not of this model's data and seed; train again.");
        Write(folder, "MODEL_CARD.md", PurposefulCardWriter.Write(model, figures));
        Write(folder, "charts/reliability.svg", ChartRenderer.Svg(PurposefulCharts.Reliability(figures)));
        Write(folder, "charts/precision-recall.svg", ChartRenderer.Svg(PurposefulCharts.PrecisionRecall(figures)));
    }

    private static T Parse<T>(byte[] json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new TrainingException($"evaluation.json: {e.Message}", e);
        }
    }

    private static byte[] Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw new TrainingException($"There is no file {path}.");
    }

    private static void Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        AnsiConsole.MarkupLineInterpolated($"wrote {path}");
    }
}
