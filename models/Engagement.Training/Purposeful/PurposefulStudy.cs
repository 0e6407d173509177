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
    private readonly Feature[] _hidden;
    private readonly TrainerSettings[] _candidates;
    private readonly long _seed;
    private readonly Action<double> _progress;
    private double _done;

    public PurposefulStudy(ITrainer trainer, IReadOnlyList<PrefixRow> rows, long seed, Action<double>? progress = null, TrainerSettings[]? candidates = null,
        bool withoutCategory = false)
    {
        _trainer = trainer;
        _rows = rows;
        _seed = seed;
        _progress = progress ?? (_ => { });
        _candidates = candidates ?? Candidates(seed);
        _hidden = withoutCategory ? [.. Hidden, Feature.CategoryKey, Feature.CategoryGroup] : Hidden;
    }

    /// <summary>
    /// Few and small: with some hundred purchases a finer search would choose noise. Putting something into the cart or coming back to a product may
    /// never lower the score, nor time since the last addition raise it, so that no accident of few rows speaks against that on another site.
    /// </summary>
    public static TrainerSettings[] Candidates(long seed)
    {
        TrainerSettings[] sizes = [new(80, 3, 0.05f, 1, 10, seed), new(80, 3, 0.05f, 1, 1, seed), new(80, 4, 0.05f, 3, 10, seed), new(40, 3, 0.1f, 1, 1, seed)];
        int[] rising = [(int)Feature.CartAdditions, (int)Feature.CartItems, (int)Feature.ProductRevisits, (int)Feature.ProductViewsMax];
        int[] falling = [(int)Feature.SecondsSinceCartAddition, (int)Feature.EventsSinceCartAddition];
        return Array.ConvertAll(sizes, size => size with { RowShare = 0.7f, ColumnShare = 0.5f, Bins = 64, Rising = rising, Falling = falling });
    }

    /// <summary>
    /// Hidden from the trainer. The first three say how much of itself a site sends rather than what a visitor does, and would not carry over; the
    /// others are extremes and counts that shadow a kept feature, which few rows cannot tell apart.
    /// </summary>
    public static readonly Feature[] Hidden =
    [
        Feature.Events, Feature.PagesViewed, Feature.ListsViewed, Feature.CartValue, Feature.PriceMax, Feature.DwellMaxSeconds, Feature.DistinctProducts,
    ];

    /// <summary>Step (2) of the summary: honest predictions for every row.</summary>
    public OutOfFold Evaluate() => Evaluate([])[0];

    /// <summary>
    /// The same, and for other rows of the same people (their sessions cut another way): each is scored by the model that had not seen its user.
    /// </summary>
    public OutOfFold[] Evaluate(params IReadOnlyList<PrefixRow>[] others)
    {
        var foldOf = UserFolds.Assign(_rows.Select(row => (row.User, row.Converted)), Folds, _seed);
        IReadOnlyList<PrefixRow>[] all = [_rows, .. others];
        var results = Array.ConvertAll(all, rows => new OutOfFold(new float[rows.Count], new float[rows.Count]));
        for (var fold = 0; fold < Folds; fold++)
        {
            using var model = Fit(Indexes(row => foldOf[row.User] != fold));
            // Whoever is in no fold was seen by no model: any may score her.
            for (var set = 0; set < all.Length; set++) Score(model, all[set], user => foldOf.GetValueOrDefault(user) == fold, results[set]);
        }
        return results;
    }

    /// <summary>Step (3): the model to release.</summary>
    public PurposefulModel TrainOnAll() => Fit(Indexes(_ => true));

    /// <summary>The rows as the trainer sees them: what is hidden is missing.</summary>
    public TrainingMatrix Matrix(int[] indexes) => Matrix(_rows, indexes);

    private TrainingMatrix Matrix(IReadOnlyList<PrefixRow> rows, int[] indexes)
    {
        var columns = FeatureSchema.Count;
        var values = new float[indexes.Length * columns];
        for (var i = 0; i < indexes.Length; i++)
        {
            var row = values.AsSpan(i * columns, columns);
            rows[indexes[i]].Features.CopyTo(row);
            foreach (var hidden in _hidden) row[(int)hidden] = float.NaN;
        }
        var weights = new float[indexes.Length];
        Array.Fill(weights, 1);
        return new TrainingMatrix(values, columns, [.. indexes.Select(i => rows[i].Converted ? 1f : 0f)], weights);
    }

    private void Score(PurposefulModel model, IReadOnlyList<PrefixRow> rows, Func<string, bool> isTest, OutOfFold into)
    {
        int[] test = [.. Enumerable.Range(0, rows.Count).Where(i => isTest(rows[i].User))];
        if (test.Length == 0) return;
        var own = model.Trained.Margins(Matrix(rows, test));
        for (var i = 0; i < test.Length; i++)
        {
            into.Margins[test[i]] = own[i];
            into.Probabilities[test[i]] = model.Link.Probability(own[i]);
        }
    }

    private PurposefulModel Fit(int[] indexes)
    {
        Matrix(indexes).RequireBothClasses();
        var (settings, margins) = Choose(indexes);
        bool[] labels = [.. indexes.Select(i => _rows[i].Converted)];
        var link = PlattCalibration.Fit(margins, labels);
        var trained = _trainer.Train(Matrix(indexes), settings);
        var arrays = trained.Export() with { CalibrationA = link.A, CalibrationB = link.B };
        return new PurposefulModel(trained, arrays, settings, link);
    }

    // Settings by the mean of ROC AUC and PR AUC after the reported events; the margins are those of the same inner folds, for the link.
    private (TrainerSettings Settings, float[] Margins) Choose(int[] indexes)
    {
        var foldOf = UserFolds.Assign(indexes.Select(i => (_rows[i].User, _rows[i].Converted)), Folds, _seed + 1);
        (double Quality, TrainerSettings Settings, float[] Margins)? best = null;
        foreach (var candidate in _candidates)
        {
            var margins = InnerMargins(indexes, foldOf, candidate);
            var quality = Quality(indexes, margins);
            if (best is null || quality > best.Value.Quality) best = (quality, candidate, margins);
            _progress(_done += 1.0 / (_candidates.Length * (Folds + 1)));
        }
        return (best!.Value.Settings, best.Value.Margins);
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
            var ranking = new Ranking([.. places.Select(place => margins[place])], [.. places.Select(place => _rows[indexes[place]].Converted)]);
            var quality = ranking.RocAuc(ones) + ranking.AveragePrecision(ones);
            if (double.IsNaN(quality)) continue;
            sum += quality;
            count++;
        }
        return count == 0 ? 0 : sum / count;
    }

    private int[] Indexes(Func<PrefixRow, bool> where) => [.. Enumerable.Range(0, _rows.Count).Where(i => where(_rows[i]))];
}
