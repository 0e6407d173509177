using Engagement.Core.Scoring;
using Engagement.Training;
using Engagement.Training.Evaluation;
using Engagement.Training.Floundering;
using Engagement.Training.Report;
using Engagement.Training.Simulation;
using Engagement.Training.Trainers.XGBoost;

namespace Core.Tests.Training;

public sealed class FlounderingStudyTests
{
    private static List<FlounderingSession> Sessions(int visits = 150, int worlds = 3) =>
        [.. HelpWorld.All.Take(worlds).SelectMany(world => FlounderingSession.Of(WorldSimulator.Simulate(world, visits, seed: 11)))];

    private static double Auc(IReadOnlyList<FlounderingSession> sessions, Dictionary<string, float[]> scores)
    {
        var ones = new int[sessions.Count];
        Array.Fill(ones, 1);
        return new Ranking([.. sessions.Select(session => scores[session.Id][^1])], [.. sessions.Select(session => session.Label)]).RocAuc(ones);
    }

    [RequiresXGBoostFact]
    public void ScoreUnseen_WorldsLeftOut_TellsThoseWhoFlounder()
    {
        var sessions = Sessions();
        Assert.InRange(Auc(sessions, new FlounderingStudy(new XGBoostTrainer(), sessions, seed: 1).ScoreUnseen()), 0.75, 0.999);
    }

    [RequiresXGBoostFact]
    public void ScoreUnseen_ShuffledLabels_FindsNothing()
    {
        var sessions = Sessions();
        var random = new Random(12);
        List<FlounderingSession> shuffled =
            [.. sessions.Select(session => (Session: session, Label: random.Next(4) == 0)).Select(pair => pair.Session with { Label = pair.Label, RowLabels = [.. pair.Session.Rows.Select(_ => pair.Label)] })];
        Assert.InRange(Auc(shuffled, new FlounderingStudy(new XGBoostTrainer(), shuffled, seed: 1).ScoreUnseen()), 0.4, 0.6);
    }

    [RequiresXGBoostFact]
    public void ScoreUnseen_OneClassOrOneWorld_SaysSo()
    {
        List<FlounderingSession> nobody = [.. Sessions(60).Select(session => session with { Label = false, RowLabels = new bool[session.Rows.Length] })];
        Assert.Contains("positive class", Assert.Throws<TrainingException>(() => new FlounderingStudy(new XGBoostTrainer(), nobody, 1).ScoreUnseen()).Message, StringComparison.Ordinal);
        Assert.Contains("Two worlds", Assert.Throws<TrainingException>(() => new FlounderingStudy(new XGBoostTrainer(), Sessions(60, 1), 1).TrainOnAll()).Message, StringComparison.Ordinal);
    }

    [RequiresXGBoostFact]
    public void Run_SameSeed_GivesTheSameFileAndFiguresAndACardWithThem()
    {
        var trainer = new XGBoostTrainer();
        var (figures, file) = FlounderingProduction.Run(trainer, null, 60, 5, "2026-11-30");
        var (again, fileAgain) = FlounderingProduction.Run(trainer, null, 60, 5, "2026-11-30");
        Assert.Equal(file, fileAgain);
        static string Text(FlounderingFigures of) => System.Text.Json.JsonSerializer.Serialize(of, FlounderingFiguresJson.Default.FlounderingFigures);
        Assert.Equal(Text(figures), Text(again));
        var read = TreeEnsembleReader.Read(file);
        Assert.True(read.IsOk, read.ToString());
        Assert.Equal(4, FlounderingCharts.Of(figures).Count);
        var card = FlounderingCardWriter.Write(read.Model, figures);
        Assert.Contains(read.Model.Version, card, StringComparison.Ordinal);
        Assert.Contains("What simulation cannot show", card, StringComparison.Ordinal);
        // Without TREC it cannot have shown itself there: the rules stay.
        Assert.Equal("published rules", figures.Choice.Default);
    }

    [Fact]
    public void Of_SessionsOfOneClass_SaysSo()
    {
        var sessions = Sessions(40, 1).Select(session => session with { Label = true }).ToList();
        var fault = Assert.Throws<TrainingException>(() => OutsideFigures.Of("test", sessions, PublishedStruggleRules.Instance, null, 1));
        Assert.Contains("one class", fault.Message, StringComparison.Ordinal);
        Assert.Throws<TrainingException>(() => OutsideFigures.Of("test", [], PublishedStruggleRules.Instance, null, 1));
    }

    [Fact]
    public void Detection_PerfectScore_ReachesAllWhereTheyBeginAndDisturbsNobody()
    {
        var sessions = Sessions(120, 1);
        var perfect = new FlounderingScore("oracle", session => [.. session.RowLabels.Select(label => label ? 1f : 0f)]);
        var figures = DetectionFigures.Of(sessions, perfect, _ => 0.5, seed: 1);
        Assert.Equal(1, figures.Ever.Value);
        Assert.Equal(1, figures.Precision.Value);
        Assert.Equal(0, figures.DelayMedian);
        Assert.All(figures.Alarms, alarm => Assert.Equal(0, alarm.PerThousand.Value));
        var curve = FlounderingCurve.Of("test", sessions, perfect with { Of = session => [session.Label ? 1f : 0f] }, seed: 1);
        Assert.All(curve.Roc.Skip(1), point => Assert.Equal(1, point.Y));
        Assert.All(curve.PrecisionRecall, point => Assert.Equal(1, point.Y));
    }
}
