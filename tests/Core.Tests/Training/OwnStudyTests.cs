using Engagement.Core.Contracts;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training;
using Engagement.Training.Evaluation;
using Engagement.Training.Own;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;

namespace Core.Tests.Training;

/// <summary>A site's own model is released where it is better than what the site has, and nowhere else.</summary>
public sealed class OwnStudyTests
{
    private static readonly TrainerSettings[] Few = [new(30, 2, 0.2f, 1, 1, 5)];

    /// <summary>Knows what everybody knows: nothing of this site.</summary>
    private sealed class Prior(Func<float[], float> score) : IPropensityModel
    {
        public string Version => "prior/1";
        public float Score(ReadOnlySpan<float> features) => score(features.ToArray());
        public float Explain(ReadOnlySpan<float> features, Span<float> contributions) => 0;
    }

    private static readonly Prior Ignorant = new(f => 0.05f + 0.0001f * f[(int)Feature.SecondsInSession]);

    private static OwnRows Rows(int count, int seed, Func<Random, bool, bool>? relabel = null) => OwnOutcomes.Read(OwnOutcomes.Lines(OwnOutcomes.Records(count, seed, relabel)));

    private static OwnModel Run(OwnRows rows, IPropensityModel prior, out OwnStudy study)
    {
        study = new OwnStudy(new XGBoostTrainer(), rows, OwnState.Purposeful, seed: 5, candidates: Few);
        return study.Run(prior);
    }

    [RequiresXGBoostFact]
    public void Run_RealSignalThatThePriorLacks_IsReleasedAndReadsWithItsReference()
    {
        using var model = Run(Rows(1_200, seed: 1), Ignorant, out var study);
        Assert.Null(model.Figures.Refused);
        Assert.True(model.Figures.RocAucGain.Low > 0.1);
        var training = study.TrainingRows();
        Assert.InRange(training.Length, 890, 910);
        Assert.True(string.CompareOrdinal(model.Figures.TrainFrom, model.Figures.TestFrom) < 0);

        var file = OwnRelease.Write(model, training, new XGBoostTrainer(), "2026-11-22");
        Assert.Equal(file, OwnRelease.Write(model, training, new XGBoostTrainer(), "2026-11-22"));
        var read = TreeEnsembleReader.Read(file);
        Assert.True(read.IsOk, read.ToString());
        Assert.StartsWith("shop-purposeful/2026-11-22+", read.Model.Version, StringComparison.Ordinal);
        Assert.Equal(training.Length, read.Model.Reference!.Rows);
        Assert.Equal(training.Length, read.Model.Manifest!.Rows);
    }

    [RequiresXGBoostFact]
    public void Run_ShuffledOutcomes_IsRefusedHoweverFarThePriorIsOffTheBaseRate()
    {
        using var model = Run(Rows(1_200, seed: 2, relabel: (random, _) => random.Next(3) == 0), Ignorant, out var study);
        Assert.InRange(model.Figures.Scores[2].RocAuc.Value, 0.4, 0.6);
        Assert.Contains("no better than chance", model.Figures.Refused, StringComparison.Ordinal);
        Assert.Contains("Not released", Assert.Throws<TrainingException>(() => OwnRelease.Write(model, study.TrainingRows(), new XGBoostTrainer(), "2026-11-22")).Message, StringComparison.Ordinal);
    }

    [RequiresXGBoostFact]
    public void Run_PriorThatKnowsAsMuch_IsRefused()
    {
        using var first = Run(Rows(1_200, seed: 3), Ignorant, out _);
        var same = new TreeEnsemble("same/1", first.Arrays);
        using var model = Run(Rows(1_200, seed: 3), same, out _);
        Assert.Contains("than the prior", model.Figures.Refused, StringComparison.Ordinal);
        Assert.Equal(0, model.Figures.RocAucGain.Value, 6);
    }

    [Fact]
    public void Run_LogsThatCannotAnswer_SayWhy()
    {
        string Cause(OwnRows rows) => Assert.Throws<TrainingException>(() => Run(rows, Ignorant, out _)).Message;
        Assert.Contains("same outcome", Cause(Rows(200, 4, (_, _) => false)), StringComparison.Ordinal);
        Assert.Contains("50 with and 50 without", Cause(Rows(200, 5, (random, _) => random.Next(20) == 0)), StringComparison.Ordinal);
        var rows = Rows(400, 6);
        Assert.Contains("within one hour", Cause(rows with { Rows = [.. rows.Rows.Select(r => r with { Hour = rows.Rows[0].Hour })] }), StringComparison.Ordinal);
        var early = Rows(400, 7);
        Assert.Contains("kept for the test", Cause(early with { Rows = [.. early.Rows.Select((r, i) => r with { Outcome = i < 200 && r.Outcome })] }), StringComparison.Ordinal);
    }

    public static TheoryData<double, double, double, double, string?> Verdicts() => new()
    {
        // ROC AUC from, its gain around, log-loss gain around, the same over the prior with the site's base rate around; each ± 0.02.
        { 0.6, 0.1, 0.1, 0.1, null },
        { 0.6, 0.1, 0.0, 0.0, null },
        { 0.6, 0.0, 0.1, 0.1, null },
        { 0.6, 0.0, 0.1, 0.0, "not better" },
        { 0.6, 0.0, 0.0, 0.0, "not better" },
        { 0.6, -0.1, 0.1, 0.1, "worse" },
        { 0.6, 0.1, -0.1, 0.1, "worse" },
        { 0.6, 0.1, 0.1, -0.1, "worse" },
        { 0.49, 0.1, 0.1, 0.1, "chance" },
        { double.NaN, 0.1, 0.1, 0.1, "chance" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Refuse_ByIntervals_LetsOnlyABetterModelThrough(double rocAucLow, double gain, double loss, double relinked, string? refused)
    {
        static Interval Around(double value) => new(value, value - 0.02, value + 0.02);
        var verdict = OwnFigures.Refuse(new Interval(0.7, rocAucLow, 0.8), Around(gain), Around(loss), Around(relinked));
        if (refused is null) Assert.Null(verdict);
        else Assert.Contains(refused, verdict, StringComparison.Ordinal);
    }
}
