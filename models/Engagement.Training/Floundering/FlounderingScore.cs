using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Floundering;

/// <summary>A way to score sessions: after each of their events, higher for more trouble.</summary>
/// <param name="Of">Session to one score a row.</param>
public sealed record FlounderingScore(string Name, Func<FlounderingSession, float[]> Of)
{
    public const string ModelName = "trained model";

    public static readonly FlounderingScore BothRules = ByModel("both published rules, as shipped", PublishedStruggleRules.Instance);
    public static readonly FlounderingScore RuleA = BySignal("rule A (Odijk et al. 2015)", Feature.FirstTwoQueriesFruitless);
    public static readonly FlounderingScore RuleB = ByRow("rule B (Hassan et al. 2013)", row => row[(int)Feature.SimilarWithinFiveMinutes] > 0 ? 1 : 0);

    public static FlounderingScore ByModel(string name, IPropensityModel model) => ByRow(name, row => model.Score(row));

    public static FlounderingScore BySignal(string name, Feature feature, bool falling = false) =>
        ByRow(name, row => (falling ? -1 : 1) * row[(int)feature]);

    private static FlounderingScore ByRow(string name, Func<float[], float> score) => new(name, session => [.. session.Rows.Select(score)]);

    /// <summary>
    /// The raw signal that tells the floundering from the others best in the given sessions, after the last event, in the direction that the model holds it to.
    /// To be chosen on training worlds only.
    /// </summary>
    public static FlounderingScore BestSignal(IReadOnlyList<FlounderingSession> training)
    {
        bool[] labels = [.. training.Select(session => session.Label)];
        var ones = new int[labels.Length];
        Array.Fill(ones, 1);
        var rising = FlounderingFeatures.Visible.Append(Feature.LastQuerySimilarity).Append(Feature.Searches).Except(FlounderingFeatures.Falling).Select(feature => (Feature: feature, Falling: false));
        var falling = FlounderingFeatures.Falling.Select(feature => (Feature: feature, Falling: true));
        var best = rising.Concat(falling).MaxBy(signal =>
        {
            var sign = signal.Falling ? -1 : 1;
            return new Ranking([.. training.Select(session => sign * session.Rows[^1][(int)signal.Feature])], labels).RocAuc(ones);
        });
        return BySignal($"best raw signal: {(best.Falling ? "few " : "")}{FeatureSchema.Names[(int)best.Feature]}", best.Feature, best.Falling);
    }
}
