using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;

namespace Engagement.Training.Purposeful;

/// <summary>What a model that had not seen a row's user says of the row.</summary>
public sealed record OutOfFold(float[] Margins, float[] Probabilities);

/// <summary>A trained and calibrated model, still with its trainer.</summary>
public sealed record PurposefulModel(ITrainedTrees Trained, TreeEnsembleArrays Arrays, TrainerSettings Settings, PlattLink Link) : IDisposable
{
    public void Dispose() => Trained.Dispose();
}

/// <summary>
/// Learns P(purchase later in the session) from prefix rows. (1) Users, never rows, are split into five folds. (2) For each fold, settings are chosen and
/// the link is fitted on out-of-fold margins <i>inside</i> the other four; a model of those four scores the fold: that is what is reported. (3) The
/// released model is chosen, fitted and linked in the same way on all rows. Not thread-safe.
/// </summary>
public sealed class PurposefulStudy
{
    public const int Folds = 5;

    private readonly ITrainer _trainer;
    private readonly IReadOnlyList<PrefixRow> _rows;
    private readonly Dictionary<string, int>? _categories;
    private readonly TrainerSettings[] _candidates;
    private readonly long _seed;
    private readonly Action<double> _progress;
    private double _done;

    public PurposefulStudy(ITrainer trainer, IReadOnlyList<PrefixRow> rows, long seed, Action<double>? progress = null, TrainerSettings[]? candidates = null,
        bool withCategory = false)
    {
        _trainer = trainer;
        _rows = rows;
        _seed = seed;
        _progress = progress ?? (_ => { });
        _candidates = candidates ?? Candidates(seed);
        _categories = withCategory ? CategoryRanks(rows) : null;
    }

    /// <summary>
    /// Few and small: with some hundred purchases a finer search would choose noise. Putting something into the cart or coming back to a product may
    /// never lower the score, so that no accident of few rows speaks against them on another site.
    /// </summary>
    public static TrainerSettings[] Candidates(long seed)
    {
        TrainerSettings[] sizes = [new(80, 3, 0.05f, 1, 10, seed), new(100, 2, 0.1f, 1, 10, seed), new(80, 4, 0.05f, 3, 10, seed), new(40, 3, 0.1f, 1, 1, seed)];
        int[] rising = [(int)Feature.CartAdditions, (int)Feature.CartItems, (int)Feature.ProductRevisits, (int)Feature.ProductViewsMax];
        return Array.ConvertAll(sizes, size => size with { RowShare = 0.7f, ColumnShare = 0.5f, Rising = rising });
    }

    /// <summary>
    /// Hidden from the trainer. The first three say how much of itself a site sends rather than what a visitor does, and would not carry over; the
    /// others are extremes and counts that shadow a kept feature, which few rows cannot tell apart.
    /// </summary>
    public static readonly Feature[] Hidden =
    [
        Feature.Events, Feature.PagesViewed, Feature.ListsViewed, Feature.CartValue, Feature.PriceMax, Feature.DwellMaxSeconds, Feature.DistinctProducts,
    ];

    /// <summary>Steps (2) of the summary: honest predictions for every row.</summary>
    public OutOfFold Evaluate()
    {
        var foldOf = UserFolds.Assign(_rows.Select(row => (row.User, row.Converted)), Folds, _seed);
        var margins = new float[_rows.Count];
        var probabilities = new float[_rows.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            var training = Indexes(row => foldOf[row.User] != fold);
            var test = Indexes(row => foldOf[row.User] == fold);
            using var model = Fit(training);
            var own = model.Trained.Margins(Matrix(test));
            for (var i = 0; i < test.Length; i++)
            {
                margins[test[i]] = own[i];
                probabilities[test[i]] = model.Link.Probability(own[i]);
            }
        }
        return new OutOfFold(margins, probabilities);
    }

    /// <summary>Step (3): the model to release.</summary>
    public PurposefulModel TrainOnAll() => Fit(Indexes(_ => true));

    /// <summary>The rows as the trainer sees them, with one column more in the ablation.</summary>
    public TrainingMatrix Matrix(int[] indexes)
    {
        var columns = FeatureSchema.Count + (_categories is null ? 0 : 1);
        var values = new float[indexes.Length * columns];
        for (var i = 0; i < indexes.Length; i++)
        {
            var row = values.AsSpan(i * columns, columns);
            _rows[indexes[i]].Features.CopyTo(row);
            foreach (var hidden in Hidden) row[(int)hidden] = float.NaN;
            if (_categories is not null) row[^1] = _categories[_rows[indexes[i]].Category];
        }
        var weights = new float[indexes.Length];
        Array.Fill(weights, 1);
        return new TrainingMatrix(values, columns, [.. indexes.Select(i => _rows[i].Converted ? 1f : 0f)], weights);
    }

    private PurposefulModel Fit(int[] indexes)
    {
        Matrix(indexes).RequireBothClasses();
        var (settings, link) = Choose(indexes);
        var trained = _trainer.Train(Matrix(indexes), settings);
        var arrays = trained.Export() with { CalibrationA = link.A, CalibrationB = link.B };
        return new PurposefulModel(trained, arrays, settings, link);
    }

    // Settings by the mean ROC AUC after the reported events, the link by the margins of the same inner folds.
    private (TrainerSettings Settings, PlattLink Link) Choose(int[] indexes)
    {
        var foldOf = UserFolds.Assign(indexes.Select(i => (_rows[i].User, _rows[i].Converted)), Folds, _seed + 1);
        var labels = indexes.Select(i => _rows[i].Converted).ToArray();
        (double Quality, TrainerSettings Settings, float[] Margins)? best = null;
        foreach (var candidate in _candidates)
        {
            var margins = InnerMargins(indexes, foldOf, candidate);
            var quality = Quality(indexes, margins);
            if (best is null || quality > best.Value.Quality) best = (quality, candidate, margins);
            _progress(_done += 1.0 / (_candidates.Length * (Folds + 1)));
        }
        return (best!.Value.Settings, PlattCalibration.Fit(best.Value.Margins, labels));
    }

    private float[] InnerMargins(int[] indexes, Dictionary<string, int> foldOf, TrainerSettings settings)
    {
        var margins = new float[indexes.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var training = indexes.Where(i => foldOf[_rows[i].User] != fold).ToArray();
            var places = Enumerable.Range(0, indexes.Length).Where(place => foldOf[_rows[indexes[place]].User] == fold).ToArray();
            using var trained = _trainer.Train(Matrix(training), settings);
            var own = trained.Margins(Matrix([.. places.Select(place => indexes[place])]));
            for (var i = 0; i < places.Length; i++) margins[places[i]] = own[i];
        }
        return margins;
    }

    private double Quality(int[] indexes, float[] margins)
    {
        double sum = 0, count = 0;
        foreach (var after in PurposefulFigures.ReportedEvents)
        {
            var places = Enumerable.Range(0, indexes.Length).Where(place => _rows[indexes[place]].EventIndex == after).ToArray();
            var ones = new int[places.Length];
            Array.Fill(ones, 1);
            var auc = new Ranking([.. places.Select(place => margins[place])], [.. places.Select(place => _rows[indexes[place]].Converted)]).RocAuc(ones);
            if (double.IsNaN(auc)) continue;
            sum += auc;
            count++;
        }
        return count == 0 ? 0 : sum / count;
    }

    // By how often a category is seen, whatever came of it: no outcome enters.
    private static Dictionary<string, int> CategoryRanks(IReadOnlyList<PrefixRow> rows) =>
        rows.CountBy(row => row.Category).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select((pair, rank) => (pair.Key, rank)).ToDictionary(pair => pair.Key, pair => pair.rank);

    private int[] Indexes(Func<PrefixRow, bool> where) => [.. Enumerable.Range(0, _rows.Count).Where(i => where(_rows[i]))];
}
