using Engagement.Core.Scoring;
using Engagement.Training.Simulation;
using Engagement.Training.Trainers;

namespace Engagement.Training.Floundering;

/// <summary>Simulates, trains, writes the model and measures it, in one call. The same arguments give the same bytes.</summary>
public static class FlounderingProduction
{
    /// <summary>How often progress is told: the model, each world, the worlds' figures, each ablation.</summary>
    public static readonly int Stages = HelpWorld.All.Length + 2 + FlounderingFeatures.Ablations.Length;

    /// <summary><paramref name="trec"/> is measured on and never trained on; null: not measured. Throws <see cref="TrainingException"/> for too few visits.</summary>
    public static (FlounderingFigures Figures, byte[] Model) Run(
        ITrainer trainer, IReadOnlyList<FlounderingSession>? trec, int visitsPerWorld, long seed, string trainedAt, Action? done = null)
    {
        if (visitsPerWorld < 50) throw new TrainingException("50 visits to each world at least: of fewer, too few flounder.");
        var simulated = HelpWorld.All.Select(world => WorldSimulator.Simulate(world, visitsPerWorld, seed)).ToArray();
        List<FlounderingSession> sessions = [.. simulated.SelectMany(FlounderingSession.Of)];
        var study = new FlounderingStudy(trainer, sessions, seed);
        byte[] file;
        using (var model = study.TrainOnAll()) file = FlounderingRelease.Write(model, sessions, trainer, trainedAt, visitsPerWorld);
        done?.Invoke();
        // The file as written must be the file as read: what a site will do with it.
        var read = TreeEnsembleReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        var measurement = new FlounderingMeasurement(sessions, study, seed);
        var outside = trec is null ? null : OutsideFigures.Of("TREC 2012 Session Track", trec, read.Model, measurement.Signal, seed);
        SimulationFigure[] checks = [.. simulated.SelectMany((own, i) => SimulationCheck.Of(HelpWorld.All[i].Name, own))];
        return (measurement.Measure(trainer, read.Model.Version, visitsPerWorld, checks, outside, done ?? (() => { })), file);
    }
}
