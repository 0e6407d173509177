using System.Globalization;
using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Engagement.Training.Report;
using Engagement.Training.Report.Charts;
using Engagement.Training.Trainers;

namespace Engagement.Training.Studies;

/// <summary>Floundering: the published rules and a model trained on simulated help centres, on worlds left out and on recorded search sessions.</summary>
internal sealed class FlounderingEntry : IStudy
{
    /// <summary>Simulated visits to each world: of more, the intervals of the worlds hardly narrow, and the time grows.</summary>
    private const int Visits = 800;

    /// <summary>Both rules together, each alone, the best raw signal: in this order behind the model in every group.</summary>
    private const int Opponents = 4;

    public string Name => "floundering";

    public void Run(StudyContext context)
    {
        var recorded = FlounderingSession.Of(TrecSessionReader.Read(context.Data("trec_session_2012")));
        var stages = 0;
        var (figures, file) = FlounderingProduction.Run(
            TrainerCatalog.Find("xgboost"), recorded, Visits, context.Seed, context.TrainedAt, () => context.Progress((double)++stages / FlounderingProduction.Stages));
        var read = TreeEnsembleReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        context.Write("floundering/model.json", file);
        context.Write("floundering/evaluation.json", JsonSerializer.Serialize(figures, FlounderingFiguresJson.Default.FlounderingFigures) + "\n");
        context.Write("floundering/operating.json", OperatingOf(recorded).Write());
        context.Write("floundering/MODEL_CARD.md", FlounderingCardWriter.Write(read.Model, figures));
        foreach (var (name, chart) in FlounderingCharts.Of(figures)) context.Write($"floundering/charts/{name}.svg", ChartRenderer.Svg(chart));
    }

    public StudySection? Section(StudyContext context)
    {
        if (context.TryRead("floundering/evaluation.json") is not { } json) return null;
        var figures = JsonSerializer.Deserialize(json, FlounderingFiguresJson.Default.FlounderingFigures)!;
        var command = string.Create(
            CultureInfo.InvariantCulture,
            $"dotnet run --project models/Engagement.Training -c Release -- train floundering --out models/floundering --trec ../shared/data/trec_session_2012 --seed {figures.Seed} --visits {figures.VisitsPerWorld} --trained-at {context.TrainedAt}");
        return new StudySection(
            "Floundering: published rules, and a model from simulated help centres",
            [
                "No public log of a help centre has labels. So the model learns from a simulator whose assumptions stand in its card, is measured on whole worlds that it has not seen, and beside that on 98 real " +
                "search sessions of the open web (TREC 2012). Simulation shows that the method finds what the simulator means by floundering; it cannot show that people are so.",
                $"A site that names no model gets: {figures.Choice.Default}. The trained model {(figures.Choice.BeatsOnWorlds ? "beats" : "does not beat")} the rules and the best raw signal on unseen worlds, and " +
                $"{(figures.Choice.BeatsOnTrec ? "beats" : "does not beat")} them on TREC; only both together would make it the default.",
            ],
            [.. LeadTables(figures, command), .. figures.Worlds.Select(group => TableOf(group, "simulated world, left out", command)), .. (figures.Trec?.Groups ?? []).Select(group => TableOf(group, "TREC 2012", command)), DetectionTable(figures, command)],
            [.. FlounderingCharts.Of(figures).Select(one => one.Chart)]);
    }

    /// <summary>What was asked of the trained model: ahead of both rules and of the best raw signal, after the last event, on the unseen worlds together and on TREC.</summary>
    private static IEnumerable<FigureTable> LeadTables(FlounderingFigures figures, string command)
    {
        if (figures.Worlds.LastOrDefault(group => group.Group == GroupFigures.AllWorlds && group.Moment == GroupFigures.LastEvent) is { } worlds)
            yield return LeadTable(worlds, "unseen worlds", null, command);
        if (figures.Trec?.Groups.FirstOrDefault(group => group.Moment == GroupFigures.LastEvent) is not { } trec) yield break;
        var searches = trec.Scores.First(score => score.Score == OutsideFigures.NumberOfSearches).RocAuc.Value;
        yield return LeadTable(trec, "TREC 2012", string.Create(
            CultureInfo.InvariantCulture,
            $"The model learnt from simulated help centres what those take for floundering; on TREC whoever searches on is likelier to have found something (ROC AUC of the number of searches {searches:F2}), and {trec.Labelled} of {trec.Sessions} sessions leave wide intervals. So the rules stay the default."),
            command);
    }

    private static FigureTable LeadTable(GroupFigures group, string data, string? whyMissed, string command) => new(
        $"The trained model's lead in ROC AUC, {data}, after the last event, on the same resamples",
        [.. group.Scores.Skip(1).Take(Opponents).Select(score => FigureRow.Of($"{data}: over {score.Score}", score.Ahead, command, goal: 0, why: score.Ahead switch
        {
            { Value: < 0 } => whyMissed,
            { Low: < 0 } => "Not told apart: the interval holds 0.",
            _ => null,
        }))]);

    private static FigureTable TableOf(GroupFigures group, string data, string command) => new(
        string.Create(CultureInfo.InvariantCulture, $"{data}: {group.Group}, {group.Moment} ({group.Sessions} sessions, {group.Labelled} floundering)"),
        [.. group.Scores.SelectMany(score => new[]
        {
            FigureRow.Of($"ROC AUC, {score.Score}", score.RocAuc, command, reference: 0.5),
            FigureRow.Of($"PR AUC, {score.Score}", score.PrAuc, command, reference: (double)group.Labelled / Math.Max(1, group.Sessions)),
        })]);

    private static FigureTable DetectionTable(FlounderingFigures figures, string command) => new(
        "False alarms on unseen worlds, sessions in 1,000 of each kind that reach the threshold without floundering",
        [.. figures.Detection.SelectMany(detection => detection.Alarms.Select(alarm =>
            FigureRow.Of($"{detection.Score}: {alarm.Kind}", alarm.PerThousand, command) with { LowerIsBetter = true, Digits = 0 }))]);

    /// <summary>Of what a site gets by default, on recorded sessions.</summary>
    private static OperatingTable OperatingOf(IReadOnlyList<FlounderingSession> sessions) => OperatingTable.Of(
        PublishedStruggleRules.Instance.Version, "floundering", "left without a relevant click", "TREC 2012 Session Track: web search, no help centre",
        [.. sessions.Select(session => session.Rows.Max(row => PublishedStruggleRules.Instance.Score(row)))], [.. sessions.Select(session => session.Label)]);
}
