using Engagement.Core.Needs;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Needs;

/// <summary>BANKING77 by its published protocol: trained on its training part, measured once on its test part.</summary>
public static class Banking77Study
{
    /// <summary>Of clear readings this share is to be right, by texts held out of the training part; see <see cref="HeldOutStudy"/>.</summary>
    public const double Precision = 0.95;

    public static Banking77Figures Measure(string folder, NeedSettings settings, Action<double> progress)
    {
        var train = NeedDataReader.ReadBanking77(folder, "train");
        var test = NeedDataReader.ReadBanking77(folder, "test");
        var plain = Right(Model(NeedTrainer.Train(train, NeedSettings.Plain with { Seed = settings.Seed })), test);
        progress(0.1);
        var pruned = Right(Model(NeedTrainer.Train(train, settings with { ColumnsMax = ReleasedNeedStudy.ColumnsMax })), test);
        progress(0.3);

        var heldOut = HeldOutStudy.Read(train, settings, done => progress(0.3 + 0.6 * done));
        var share = heldOut.Count(r => !r.InScope) / (double)heldOut.Count;
        var rule = ClarityFit.Fit(heldOut, share);
        rule = rule with { Threshold = ClarityFit.ThresholdFor(Precision, ReleasedNeedStudy.MarginalPrecisionMin, rule, heldOut, share) };
        var model = Model(NeedTrainer.Train(train, settings) with { Clarity = rule });
        var readings = test.Select(e => (Reading: model.Read(e.Text), e.Topic)).ToArray();
        bool[] right = [.. readings.Select(r => model.Topics[r.Reading.Topic].Id == r.Topic)];
        bool[] clear = [.. readings.Select(r => r.Reading.IsClear)];
        float[] probabilities = [.. readings.Select(r => r.Reading.Probability)];
        progress(1);

        return new Banking77Figures(
            train.Count, test.Count, model.Topics.Length, model.Arrays.Hashes.Length, NeedRelease.BytesOf(model), NeedMeasures.Share(right, settings.Seed),
            NeedMeasures.Share(plain, settings.Seed), NeedMeasures.Share(pruned, settings.Seed), NeedMeasures.Share(clear, settings.Seed), NeedMeasures.Share(right, settings.Seed, i => clear[i]), rule.Threshold,
            Reliability.Of(probabilities, right).ExpectedCalibrationError, NeedMeasures.AccuracyByShare(probabilities, right), settings.Describe(),
            NeedDataReader.Sha256(Path.Combine(folder, "train.csv"), Path.Combine(folder, "test.csv")));
    }

    private static NeedModel Model(NeedModelArrays arrays) => new("banking77", arrays);

    private static bool[] Right(NeedModel model, List<NeedExample> test) => [.. test.Select(e => model.Topics[model.Read(e.Text).Topic].Id == e.Topic)];
}
