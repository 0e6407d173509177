using Engagement.Core.Needs;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Needs;

/// <summary>
/// CLINC150: trained on its training part (with the 100 out-of-scope questions of that part as examples of no topic), rule and threshold from its
/// validation part, measured once on its test part.
/// </summary>
public static class Clinc150Study
{
    /// <summary>The goal is 0.92 on the test part; the validation part must exceed it by one standard error of its 3,000 texts, for it has chosen.</summary>
    public const double ValidationAccuracyMin = 0.925;

    /// <summary>Share of questions out of scope that the rule's probability holds for: as in the test part.</summary>
    public const double OutOfScopeShare = 1_000.0 / 5_500;

    public static Clinc150Figures Measure(string folder, NeedSettings settings, Action<double> progress)
    {
        var parts = NeedDataReader.ReadClinc150(folder);
        var (plainAccuracy, plainRecall) = Plain(parts, settings.Seed);
        progress(0.3);

        var arrays = NeedTrainer.Train([.. parts.Train, .. parts.OutOfScopeTrain], settings);
        progress(0.8);
        var open = new NeedModel("clinc150", arrays);
        var validation = HeldOutStudy.Readings(open, [.. parts.Validation, .. parts.OutOfScopeValidation]);
        var rule = ClarityFit.Fit(validation, OutOfScopeShare);
        rule = rule with { Threshold = ClarityFit.ThresholdForAccuracy(ValidationAccuracyMin, rule, validation) };
        var model = new NeedModel("clinc150", arrays with { Clarity = rule });

        var inScope = HeldOutStudy.Readings(model, parts.Test);
        var outside = HeldOutStudy.Readings(model, parts.OutOfScopeTest);
        progress(1);
        return new Clinc150Figures(
            parts.Train.Count + parts.OutOfScopeTrain.Count, parts.Test.Count, parts.OutOfScopeTest.Count, model.Topics.Length, arrays.Hashes.Length,
            NeedRelease.BytesOf(model), NeedMeasures.Share([.. inScope.Select(r => r.IsRight && IsClear(r))], settings.Seed),
            NeedMeasures.Share([.. outside.Select(r => !IsClear(r))], settings.Seed), NeedMeasures.Share([.. inScope.Select(r => r.IsRight)], settings.Seed),
            NeedMeasures.RocAuc([.. inScope.Select(Doubt), .. outside.Select(Doubt)], [.. inScope.Select(_ => false), .. outside.Select(_ => true)], settings.Seed),
            validation.Where(r => r.InScope).Average(r => r.IsRight && IsClear(r) ? 1.0 : 0), validation.Where(r => !r.InScope).Average(r => IsClear(r) ? 0.0 : 1),
            plainAccuracy, plainRecall, NeedMeasures.Roc([.. inScope.Select(Doubt)], [.. outside.Select(Doubt)]), settings.Describe(), parts.Sha256);

        float Doubt(HeldOutReading r) => 1 - rule.Probability(r.Margin, r.Lead, r.Known);
        bool IsClear(HeldOutReading r) => 1 - Doubt(r) >= rule.Threshold;
    }

    /// <summary>The usual machine, with a threshold on its best margin that keeps as much validation accuracy.</summary>
    private static (Interval Accuracy, Interval Recall) Plain(Clinc150Parts parts, int seed)
    {
        var model = new NeedModel("plain", NeedTrainer.Train(parts.Train, NeedSettings.Plain with { Seed = seed }));
        var right = HeldOutStudy.Readings(model, parts.Validation).Where(r => r.IsRight).Select(r => r.Margin).OrderDescending().ToArray();
        var threshold = right[Math.Min((int)Math.Ceiling(ValidationAccuracyMin * parts.Validation.Count), right.Length) - 1];
        return (
            NeedMeasures.Share([.. HeldOutStudy.Readings(model, parts.Test).Select(r => r.IsRight && r.Margin >= threshold)], seed),
            NeedMeasures.Share([.. HeldOutStudy.Readings(model, parts.OutOfScopeTest).Select(r => r.Margin < threshold)], seed));
    }
}
