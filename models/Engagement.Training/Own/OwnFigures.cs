using System.Text.Json.Serialization;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Own;

/// <summary>One model on the test rows; 95 % intervals by bootstrap over sessions.</summary>
public sealed record OwnScoreFigures(string Model, Interval RocAuc, Interval PrAuc, Interval LogLoss, double ExpectedCalibrationError);

/// <summary>
/// The site's own model against its prior on the same test rows, the latest quarter by time. Gains are paired: one resample draws the same sessions for
/// both, above 0 is for the own model.
/// </summary>
/// <param name="Scores">Prior, prior with its link fitted anew on the training rows, own model.</param>
/// <param name="RocAucGain">Over the prior.</param>
/// <param name="LogLossGain">Over the prior.</param>
/// <param name="LogLossGainOverRelinked">Over the prior with its link fitted anew: what more than the site's own base rate was learnt.</param>
/// <param name="Refused">Why the model must not be released; null where it may.</param>
public sealed record OwnFigures(
    string Site, OwnState State, string Trainer, long Seed, string DataSha256, string TrainFrom, string TestFrom, string TestTo, int TrainRows, int TrainPositives,
    int TestRows, int TestPositives, OwnScoreFigures[] Scores, Interval RocAucGain, Interval LogLossGain, Interval LogLossGainOverRelinked, string? Refused)
{
    /// <summary>
    /// A worse model is not released, nor one whose gain could be chance. (1) It must rank better than chance beyond noise. (2) It must not be worse beyond
    /// noise by ROC AUC or log-loss. (3) It must be better beyond noise by ROC AUC, or by log-loss than the prior, as it is <i>and with the site's base rate</i>,
    /// since knowing the base rate alone is no model.
    /// </summary>
    public static string? Refuse(Interval rocAuc, Interval rocAucGain, Interval logLossGain, Interval overRelinked)
    {
        if (!(rocAuc.Low > 0.5)) return $"it ranks no better than chance beyond noise: ROC AUC {rocAuc}";
        if (rocAucGain.High < 0) return $"it is worse than the prior: ROC AUC gain {rocAucGain}";
        if (logLossGain.High < 0) return $"it is worse than the prior: log-loss gain {logLossGain}";
        if (overRelinked.High < 0) return $"it is worse than the prior with the site's base rate: log-loss gain {overRelinked}";
        if (rocAucGain.Low > 0 || (logLossGain.Low > 0 && overRelinked.Low > 0)) return null;
        return $"it is not better than the prior beyond noise: ROC AUC gain {rocAucGain}, log-loss gain over the prior with the site's base rate {overRelinked}";
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, UseStringEnumConverter = true)]
[JsonSerializable(typeof(OwnFigures))]
internal sealed partial class OwnFiguresJson : JsonSerializerContext;
