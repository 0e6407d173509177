using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Floundering;
using Engagement.Training.Report;
using Engagement.Training.Report.Charts;
using Engagement.Training.Rows;

namespace Engagement.Training.Studies;

/// <summary>The struggle rules on recorded search sessions.</summary>
internal sealed class FlounderingEntry : IStudy
{
    private const string Command =
        "dotnet run --project models/Engagement.Training -c Release -- evaluate --trec ../shared/data/trec_session_2012 --out models/floundering";

    public string Name => "floundering";

    public void Run(StudyContext context)
    {
        var sessions = TrecSessionReader.Read(context.Data("trec_session_2012"));
        var figures = FlounderingFigures.Of(sessions, PublishedStruggleRules.Instance, context.Seed);
        context.Write("floundering/evaluation.json", JsonSerializer.Serialize(figures, FlounderingFiguresJson.Default.FlounderingFigures) + "\n");
        context.Write("floundering/operating.json", OperatingOf(sessions).Write());
        context.Write("floundering/MODEL_CARD.md", FlounderingCardWriter.Write(figures));
    }

    private static OperatingTable OperatingOf(IReadOnlyList<TrecSession> sessions) => OperatingTable.Of(
        PublishedStruggleRules.Instance.Version, "floundering", "left without a relevant click", "TREC 2012 Session Track: web search, no help centre",
        [.. sessions.Select(session => PrefixRowExtractor.Replay(session.Events).Max(step => PublishedStruggleRules.Instance.Score(step.Assessment.Features)))],
        [.. sessions.Select(session => !session.Found)]);

    public StudySection? Section(StudyContext context)
    {
        if (context.TryRead("floundering/evaluation.json") is not { } json) return null;
        var figures = JsonSerializer.Deserialize(json, FlounderingFiguresJson.Default.FlounderingFigures)!;
        return new StudySection(
            "Floundering: two published rules",
            [
                $"{figures.Sessions} real search sessions of the open web (TREC 2012 Session Track), not of a help centre; {figures.LeftWithout} clicked no document that was judged relevant. " +
                "Nothing is trained here. Intervals by bootstrap over sessions.",
            ],
            [.. figures.Groups.Select(TableOf)],
            [
                new ChartSpec(
                    "Leaving without finding: ROC AUC by score and group", "ROC AUC (0.5: chance)", "",
                    [.. figures.Groups.Select(group => new ChartSeries(
                        group.Group, ChartMark.Bars, [.. group.Scores.Select(score => new ChartPoint(0, score.RocAuc.Value, score.RocAuc.Low, score.RocAuc.High, score.Score))]))],
                    XRange: (0, 1)),
            ]);
    }

    private static FigureTable TableOf(GroupFigures group) => new(
        $"Sessions: {group.Group} ({group.Sessions}, of which {group.LeftWithout} left without)",
        [.. group.Scores.SelectMany(score => new[]
        {
            FigureRow.Of($"ROC AUC, {score.Score}", score.RocAuc, Command, reference: 0.5),
            FigureRow.Of($"PR AUC, {score.Score}", score.PrAuc, Command, reference: (double)group.LeftWithout / group.Sessions),
        })]);
}
