using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;
using Engagement.Training.Trainers;

namespace Engagement.Training.Own;

/// <summary>A model of the site's own, still with its trainer, and how it did on the latest quarter.</summary>
public sealed record OwnModel(ITrainedTrees Trained, TreeEnsembleArrays Arrays, TrainerSettings Settings, OwnFigures Figures) : IDisposable
{
    public void Dispose() => Trained.Dispose();
}

/// <summary>
/// Learns from a site's own sessions. (1) Rows are split by time, never within an hour: the first three quarters train, the latest quarter tests. (2) Settings are
/// chosen and the link is fitted on out-of-fold margins inside the training part, four folds by session. (3) One model of the training part is tested beside
/// the prior on the same rows; that very model is what may be released. Not thread-safe.
/// </summary>
public sealed class OwnStudy(ITrainer trainer, OwnRows log, OwnState state, long seed, Action<double>? progress = null, TrainerSettings[]? candidates = null)
{
    /// <summary>Share of the rows, the latest, that is only tested on.</summary>
    public const double TestShare = 0.25;

    /// <summary>
    /// With fewer outcomes the standard error of a ROC AUC of 0.75 on the test quarter is above 0.12 (Hanley and McNeil 1982, twelve positives): no gain
    /// that is worth having would stand out.
    /// </summary>
    public const int PositivesMin = 50;

    /// <summary>Outcomes of either class that the test quarter must have.</summary>
    public const int TestClassMin = 10;

    private const int Folds = 4;
    private const double ProbabilityMin = 1e-6;

    private readonly TrainerSettings[] _candidates = candidates ?? Candidates(seed);

    /// <summary>Few and small: a site starts with some hundred outcomes.</summary>
    public static TrainerSettings[] Candidates(long seed)
    {
        TrainerSettings[] sizes = [new(60, 2, 0.1f, 1, 10, seed), new(80, 3, 0.05f, 3, 10, seed), new(100, 4, 0.05f, 5, 10, seed)];
        return Array.ConvertAll(sizes, size => size with { RowShare = 0.7f, ColumnShare = 0.5f });
    }

    /// <summary>Throws <see cref="TrainingException"/> when the log cannot answer.</summary>
    public OwnModel Run(IPropensityModel prior)
    {
        var (training, test) = Split();
        var (settings, link) = Choose(training);
        var trained = trainer.Train(Matrix(training), settings);
        var arrays = trained.Export() with { CalibrationA = link.A, CalibrationB = link.B };
        progress?.Invoke(1);
        return new OwnModel(trained, arrays, settings, Measure(training, test, prior, new TreeEnsemble("own", arrays)));
    }

    /// <summary>The rows that the model was trained on: the earlier three quarters.</summary>
    public OwnRow[] TrainingRows() => Split().Training;

    public static TrainingMatrix Matrix(OwnRow[] rows)
    {
        var weights = new float[rows.Length];
        Array.Fill(weights, 1);
        return new TrainingMatrix([.. rows.SelectMany(r => r.Features)], FeatureSchema.Count, [.. rows.Select(r => r.Outcome ? 1f : 0f)], weights);
    }

    private (OwnRow[] Training, OwnRow[] Test) Split()
    {
        var rows = log.Rows;
        var positives = rows.Count(r => r.Outcome);
        if (positives == 0 || positives == rows.Count)
            throw new TrainingException($"All {rows.Count} sessions have the same outcome ({(positives == 0 ? "none" : "all")} of the kind): there is nothing to learn.");
        if (positives < PositivesMin || rows.Count - positives < PositivesMin)
        {
            throw new TrainingException(
                $"{positives} of {rows.Count} sessions have the outcome; {PositivesMin} with and {PositivesMin} without are needed, or the test could not tell a gain from chance. Keep the prior and collect more.");
        }
        var cut = (int)(rows.Count * (1 - TestShare));
        while (cut < rows.Count && rows[cut].Hour == rows[cut - 1].Hour) cut++;
        if (cut == rows.Count) cut = rows.TakeWhile(r => r.Hour < rows[^1].Hour).Count();
        if (cut == 0) throw new TrainingException("All sessions began within one hour: there is no later time to test on.");
        OwnRow[] training = [.. rows.Take(cut)], test = [.. rows.Skip(cut)];
        var tested = test.Count(r => r.Outcome);
        if (Math.Min(tested, test.Length - tested) < TestClassMin)
            throw new TrainingException($"The latest {test.Length} sessions, kept for the test, have {tested} with the outcome; {TestClassMin} with and without are needed.");
        Matrix(training).RequireBothClasses();
        return (training, test);
    }

    private (TrainerSettings Settings, PlattLink Link) Choose(OwnRow[] rows)
    {
        var foldOf = UserFolds.Assign(rows.Select(r => (r.Id, r.Outcome)), Folds, seed + 1);
        bool[] labels = [.. rows.Select(r => r.Outcome)];
        (double Quality, TrainerSettings Settings, float[] Margins)? best = null;
        for (var i = 0; i < _candidates.Length; i++)
        {
            var margins = OutOfFold(rows, foldOf, _candidates[i]);
            var quality = new Ranking(margins, labels).RocAuc(Ones(margins.Length));
            if (best is null || quality > best.Value.Quality) best = (quality, _candidates[i], margins);
            progress?.Invoke((i + 1.0) / (_candidates.Length + 1));
        }
        return (best!.Value.Settings, PlattCalibration.Fit(best.Value.Margins, labels));
    }

    private float[] OutOfFold(OwnRow[] rows, Dictionary<string, int> foldOf, TrainerSettings settings)
    {
        var margins = new float[rows.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] places = [.. Enumerable.Range(0, rows.Length).Where(i => foldOf[rows[i].Id] == fold)];
            using var trained = trainer.Train(Matrix([.. rows.Where(r => foldOf[r.Id] != fold)]), settings);
            var own = trained.Margins(Matrix([.. places.Select(i => rows[i])]));
            for (var i = 0; i < places.Length; i++) margins[places[i]] = own[i];
        }
        return margins;
    }

    private OwnFigures Measure(OwnRow[] training, OwnRow[] test, IPropensityModel prior, TreeEnsemble own)
    {
        string[] ids = [.. test.Select(r => r.Id)];
        bool[] labels = [.. test.Select(r => r.Outcome)];
        float[] byPrior = Probabilities(prior, test), byOwn = Probabilities(own, test);
        var link = PlattCalibration.Fit([.. Probabilities(prior, training).Select(Margin)], [.. training.Select(r => r.Outcome)]);
        float[] relinked = [.. byPrior.Select(p => link.Probability(Margin(p)))];
        Ranking priorRanking = new(byPrior, labels), ownRanking = new(byOwn, labels);
        double[] priorLoss = Losses(byPrior, labels), ownLoss = Losses(byOwn, labels), relinkedLoss = Losses(relinked, labels);

        var rocAuc = Bootstrap.ByUser(ids, seed, ownRanking.RocAuc);
        var rocAucGain = Bootstrap.ByUser(ids, seed, weights => ownRanking.RocAuc(weights) - priorRanking.RocAuc(weights));
        var logLossGain = Bootstrap.ByUser(ids, seed, weights => Mean(weights, i => priorLoss[i] - ownLoss[i]));
        var overRelinked = Bootstrap.ByUser(ids, seed, weights => Mean(weights, i => relinkedLoss[i] - ownLoss[i]));
        OwnScoreFigures ScoreOf(string name, float[] probabilities, Ranking ranking, double[] losses) => new(
            name, Bootstrap.ByUser(ids, seed, ranking.RocAuc), Bootstrap.ByUser(ids, seed, ranking.AveragePrecision),
            Bootstrap.ByUser(ids, seed, weights => Mean(weights, i => losses[i])), Reliability.Of(probabilities, labels).ExpectedCalibrationError);
        return new OwnFigures(
            log.Site, state, $"{trainer.Name} {trainer.Version}", seed, log.Sha256, $"{training[0].Hour}", $"{test[0].Hour}", $"{test[^1].Hour}",
            training.Length, training.Count(r => r.Outcome), test.Length, labels.Count(l => l),
            [
                ScoreOf(prior.Version, byPrior, priorRanking, priorLoss),
                ScoreOf("the same with the site's base rate", relinked, new Ranking(relinked, labels), relinkedLoss),
                ScoreOf("own model", byOwn, ownRanking, ownLoss),
            ],
            rocAucGain, logLossGain, overRelinked, OwnFigures.Refuse(rocAuc, rocAucGain, logLossGain, overRelinked));
    }

    private static float[] Probabilities(IPropensityModel model, OwnRow[] rows) => [.. rows.Select(r => model.Score(r.Features))];

    private static float Margin(float probability)
    {
        var p = Math.Clamp(probability, ProbabilityMin, 1 - ProbabilityMin);
        return (float)Math.Log(p / (1 - p));
    }

    private static double[] Losses(float[] probabilities, bool[] labels) =>
        [.. probabilities.Zip(labels, (p, label) => -Math.Log(Math.Clamp(label ? p : 1.0 - p, ProbabilityMin, 1)))];

    private static double Mean(ReadOnlySpan<int> weights, Func<int, double> value)
    {
        double sum = 0, all = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            sum += weights[i] * value(i);
            all += weights[i];
        }
        return all == 0 ? double.NaN : sum / all;
    }

    private static int[] Ones(int count)
    {
        var ones = new int[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
