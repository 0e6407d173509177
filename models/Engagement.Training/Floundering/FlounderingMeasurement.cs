using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;
using Engagement.Training.Simulation;

namespace Engagement.Training.Floundering;

/// <summary>Measures what the study's models say of worlds that they have not seen, beside the rules and the best raw signal. Deterministic.</summary>
internal sealed class FlounderingMeasurement(IReadOnlyList<FlounderingSession> sessions, FlounderingStudy study, long seed)
{
    private static readonly int[] Searches = [2, 3, 4];

    private readonly string[] _worlds = [.. sessions.Select(session => session.Group).Distinct()];

    /// <summary>The raw signal that is best on all worlds: what TREC is compared with.</summary>
    public FlounderingScore Signal { get; } = FlounderingScore.BestSignal(sessions);

    public FlounderingFigures Measure(
        Trainers.ITrainer trainer, string modelVersion, int visitsPerWorld, SimulationFigure[] simulation, OutsideFigures? trec, Action done)
    {
        var unseen = study.ScoreUnseen(done);
        var model = new FlounderingScore(FlounderingScore.ModelName, session => unseen[session.Id]);
        var worlds = _worlds.Select(world => GroupFigures.AtEnd(world, Of(world), [model, .. Baselines(world)], seed)).ToList();
        FlounderingScore[] pooled = [model, .. Baselines(null)];
        worlds.Add(GroupFigures.AtEnd(GroupFigures.AllWorlds, sessions, pooled, seed));
        worlds.AddRange(Searches.Select(search => GroupFigures.AtSearch(GroupFigures.AllWorlds, search, sessions, pooled, seed)));
        done();
        var choice = Choose(worlds.First(group => group.Group == GroupFigures.AllWorlds), trec?.Groups[0]);
        return new FlounderingFigures(
            trainer.Name, trainer.Version, seed, modelVersion, visitsPerWorld, Assumption.All, simulation, [.. worlds], Detection(model), Ablations(model, done),
            FlounderingCalibration.Of(sessions, model, seed), [.. new[] { model, FlounderingScore.BothRules }.Select(score => FlounderingCurve.Of(GroupFigures.AllWorlds, sessions, score, seed))],
            trec, choice);
    }

    // The best signal of the other worlds, for each world by itself: pooled, each session gets its own world's.
    private FlounderingScore[] Baselines(string? world)
    {
        var signals = _worlds.Where(own => world is null || own == world)
            .ToDictionary(own => own, own => FlounderingScore.BestSignal([.. sessions.Where(session => session.Group != own)]));
        var names = signals.Values.Select(signal => signal.Name).Distinct().ToArray();
        var signal = new FlounderingScore(names.Length == 1 ? names[0] : "best raw signal of the other worlds", session => signals[session.Group].Of(session));
        return [FlounderingScore.BothRules, FlounderingScore.RuleA, FlounderingScore.RuleB, signal];
    }

    private DetectionFigures[] Detection(FlounderingScore model)
    {
        var levels = _worlds.ToDictionary(world => world, world => LevelOf(world, model));
        return
        [
            DetectionFigures.Of(sessions, model, _ => OutsideFigures.Threshold, seed),
            DetectionFigures.Of(sessions, FlounderingScore.BothRules, _ => OutsideFigures.Threshold, seed),
            DetectionFigures.Of(sessions, model with { Name = "trained model, as many explorers disturbed as by the rules" }, session => levels[session.Group], seed)
                with { Threshold = double.NaN },
        ];
    }

    // The lowest threshold at which the model disturbs no more explorers of the other worlds than the rules do there.
    private double LevelOf(string world, FlounderingScore model)
    {
        var others = sessions.Where(session => session.Group != world).ToArray();
        var allowed = DetectionFigures.ExplorerShare(others, FlounderingScore.BothRules, OutsideFigures.Threshold);
        return Enumerable.Range(1, 99).Select(percent => percent / 100.0).First(level => level >= 0.99 || DetectionFigures.ExplorerShare(others, model, level) <= allowed);
    }

    private AblationFigures[] Ablations(FlounderingScore model, Action done) =>
    [
        .. FlounderingFeatures.Ablations.Select(ablation =>
        {
            var scores = study.ScoreUnseenWithout(ablation.Without);
            done();
            // Worlds differ in prevalence; within the pool uncalibrated margins keep their order.
            var figures = GroupFigures.AtEnd(GroupFigures.AllWorlds, sessions, [model, new FlounderingScore(ablation.Name, session => scores[session.Id])], seed).Scores[1];
            return new AblationFigures(ablation.Name, figures.RocAuc, figures.PrAuc, figures.Ahead);
        }),
    ];

    private static FlounderingChoice Choose(GroupFigures worlds, GroupFigures? trec)
    {
        // Scores 1 to 4 are the rules together, each of them, and the best raw signal.
        static double Low(GroupFigures figures) => figures.Scores.Skip(1).Take(4).Min(score => score.Ahead.Low);
        var (onWorlds, onTrec) = (Low(worlds), trec is null ? double.NaN : Low(trec));
        return new FlounderingChoice(onWorlds, onTrec, onWorlds > 0, onTrec > 0, onWorlds > 0 && onTrec > 0 ? "trained model" : "published rules");
    }

    private FlounderingSession[] Of(string world) => [.. sessions.Where(session => session.Group == world)];
}

