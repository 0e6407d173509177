using Engagement.Core.Needs;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Needs;

/// <summary>A need model for release: rule and threshold by texts held out of its own examples, then weights from all of them.</summary>
public static class ReleasedNeedStudy
{
    /// <summary>Of clear readings this share is to be right, unless said otherwise: a wrong topic costs an agent's first sentence.</summary>
    public const double PrecisionDefault = 0.9;

    /// <summary>And of each clear reading, also the least sure: more probably right than wrong.</summary>
    public const double MarginalPrecisionMin = 0.5;

    /// <summary>Share of questions out of scope that calibration assumes: ours, no site has been counted.</summary>
    public const double OutOfScopeShare = 0.2;

    /// <summary>A topic with fewer texts cannot be held out and learnt at a time.</summary>
    public const int TextsPerTopicMin = 3;

    /// <summary>Keeps the file of a site's model under two megabytes at some thirty topics.</summary>
    public const int ColumnsMax = 16_000;

    /// <summary>Throws <see cref="TrainingException"/> that says which topics have too few texts.</summary>
    public static (NeedModelArrays Arrays, HeldOutFigures HeldOut) Train(NeedData data, NeedSettings settings, double precision, IReadOnlyList<NeedTopic>? names, Action<double> progress)
    {
        var counts = data.Examples.Where(e => e.Topic is not null).CountBy(e => e.Topic!).ToArray();
        var few = counts.Where(c => c.Value < TextsPerTopicMin).Select(c => c.Key).Order(StringComparer.Ordinal).ToArray();
        if (few.Length > 0)
        {
            throw new TrainingException(
                $"{few.Length} of {counts.Length} topics have fewer than {TextsPerTopicMin} texts: {string.Join(", ", few.Take(5))}. "
                + "Give more texts, or articles a common topic. For titles alone no model is needed: the engine finds them by their words.");
        }
        var heldOut = HeldOutStudy.Read(data.Examples, settings, done => progress(0.8 * done));
        var rule = ClarityFit.Fit(heldOut, OutOfScopeShare);
        rule = rule with { Threshold = ClarityFit.ThresholdFor(precision, MarginalPrecisionMin, rule, heldOut, OutOfScopeShare) };
        var arrays = NeedTrainer.Train(data.Examples, settings, names is null ? null : [.. names]) with { Clarity = rule };
        progress(1);
        return (arrays, ClarityFit.FiguresOf(rule, heldOut, OutOfScopeShare));
    }

    /// <summary>On texts that the model has not seen; <paramref name="foreign"/>: questions of another trade.</summary>
    public static ReleasedNeedFigures Measure(NeedModel model, int fileBytes, IReadOnlyList<NeedExample> test, IReadOnlyList<NeedExample>? foreign, long seed)
    {
        var readings = test.Select(e => (Reading: model.Read(e.Text), e.Topic)).ToArray();
        bool[] right = [.. readings.Select(r => model.Topics[r.Reading.Topic].Id == r.Topic)];
        bool[] clear = [.. readings.Select(r => r.Reading.IsClear)];
        return new ReleasedNeedFigures(
            model.Version, model.Manifest?.Rows ?? 0, test.Count, model.Topics.Length, model.Arrays.Hashes.Length, fileBytes, NeedMeasures.Share(right, seed),
            NeedMeasures.Share(clear, seed), NeedMeasures.Share(right, seed, i => clear[i]),
            foreign is null ? new Interval(double.NaN, double.NaN, double.NaN) : NeedMeasures.Share([.. foreign.Select(e => !model.Read(e.Text).IsClear)], seed),
            model.Arrays.Clarity.Threshold, model.Manifest?.Settings ?? []);
    }
}
