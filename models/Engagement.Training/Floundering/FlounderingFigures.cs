using System.Text.Json.Serialization;
using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;
using Engagement.Training.Simulation;

namespace Engagement.Training.Floundering;

/// <summary>Figures of labelled sessions from outside the simulator: TREC, or a site's own.</summary>
/// <param name="Detection">At the threshold 0.5: the model's, then the shipped rules'.</param>
public sealed record OutsideFigures(string Data, string Model, GroupFigures[] Groups, DetectionFigures[] Detection)
{
    public const double Threshold = 0.5;

    /// <summary>Name of the score that counts searches and nothing else.</summary>
    public const string NumberOfSearches = "number of searches";

    /// <summary>Throws <see cref="TrainingException"/> when there are no sessions, or all are of one class.</summary>
    public static OutsideFigures Of(string data, IReadOnlyList<FlounderingSession> sessions, IPropensityModel model, FlounderingScore? signal, long seed, double threshold = Threshold)
    {
        RequireBothClasses(sessions);
        var isRules = ReferenceEquals(model, PublishedStruggleRules.Instance);
        var first = isRules ? FlounderingScore.BothRules : FlounderingScore.ByModel(FlounderingScore.ModelName, model);
        FlounderingScore[] scores =
        [
            first, .. isRules ? [] : new[] { FlounderingScore.BothRules }, FlounderingScore.RuleA, FlounderingScore.RuleB, .. signal is null ? [] : new[] { signal },
            FlounderingScore.BySignal(NumberOfSearches, Core.Features.Feature.Searches),
            new FlounderingScore("no opened result", session => [.. session.Rows.Select(row => row[(int)Core.Features.Feature.ResultsOpened] == 0 ? 1f : 0f)]),
        ];
        FlounderingSession[] clicked = [.. sessions.Where(session => session.Clicks > 0)];
        FlounderingSession[] longer = [.. sessions.Where(session => session.Searches >= 3)];
        return new OutsideFigures(data, model.Version,
            [
                GroupFigures.AtEnd("all", sessions, scores, seed), GroupFigures.AtHighest("all", sessions, scores, seed),
                GroupFigures.AtEnd("with an opened result", clicked, scores, seed), GroupFigures.AtHighest("with an opened result", clicked, scores, seed),
                GroupFigures.AtEnd("three or more searches", longer, scores, seed), GroupFigures.AtSearch("three or more searches", 3, sessions, scores, seed),
            ],
            [.. scores.Take(isRules ? 1 : 2).Select(score => DetectionFigures.Of(sessions, score, _ => score == first ? threshold : Threshold, seed))]);
    }

    public static void RequireBothClasses(IReadOnlyList<FlounderingSession> sessions)
    {
        if (sessions.Count == 0) throw new TrainingException("There are no labelled sessions to measure on.");
        var labelled = sessions.Count(session => session.Label);
        if (labelled == 0 || labelled == sessions.Count)
            throw new TrainingException($"All {sessions.Count} sessions have the label {(labelled == 0 ? 0 : 1)}: of one class nothing can be told apart.");
    }
}

/// <summary>What an ablation costs: pooled over unseen worlds, after the last event, and on TREC.</summary>
public sealed record AblationFigures(string Name, Interval RocAuc, Interval PrAuc, Interval Loss);

/// <summary>Which model a site gets that names none, and by what evidence.</summary>
/// <param name="WorldsAheadLow">Smallest lower bound of the model's lead in ROC AUC over the rules and the best raw signal, over all unseen worlds pooled.</param>
/// <param name="TrecAheadLow">The same on TREC, all sessions.</param>
public sealed record FlounderingChoice(double WorldsAheadLow, double TrecAheadLow, bool BeatsOnWorlds, bool BeatsOnTrec, string Default);

/// <summary>Everything that the card reports, as it was measured; intervals are 95 %, by bootstrap over sessions.</summary>
public sealed record FlounderingFigures(
    string Trainer, string TrainerVersion, long Seed, string ModelVersion, int VisitsPerWorld, Assumption[] Assumptions, SimulationFigure[] Simulation, GroupFigures[] Worlds,
    DetectionFigures[] Detection, AblationFigures[] Ablations, FlounderingCalibration Calibration, FlounderingCurve[] Curves, OutsideFigures? Trec, FlounderingChoice Choice);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(FlounderingFigures))]
[JsonSerializable(typeof(OutsideFigures))]
internal sealed partial class FlounderingFiguresJson : JsonSerializerContext;
