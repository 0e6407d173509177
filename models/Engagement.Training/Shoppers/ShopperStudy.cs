using Engagement.Training.Data;
using Engagement.Training.Evaluation;
using Engagement.Training.Trainers;

namespace Engagement.Training.Shoppers;

/// <summary>
/// Five folds on finished sessions. (1) Rows of equal features lie in one fold; shares of purchases are alike. (2) Inside the other four, settings are chosen
/// on three inner folds made in the same way; nothing is resampled. (3) Models of three seeds of those four score the fold; their mean margin is what is measured.
/// </summary>
public sealed class ShopperStudy(ITrainer trainer, IReadOnlyList<ShopperRow> rows, long seed, TrainerSettings[]? candidates = null)
{
    public const int Folds = 5;
    public const int InnerFolds = 3;
    public const int Bag = 3;

    private readonly TrainerSettings[] _candidates = candidates ?? Candidates(seed);

    public static TrainerSettings[] Candidates(long seed) =>
    [
        new TrainerSettings(200, 4, 0.04f, 3, 5, seed) { RowShare = 0.7f, ColumnShare = 0.7f, Bins = 256 },
        new TrainerSettings(400, 4, 0.02f, 3, 5, seed) { RowShare = 0.7f, ColumnShare = 0.7f, Bins = 256 },
    ];

    /// <summary>Held-out margin of each row, and its fold. Throws <see cref="TrainingException"/> when the outcomes are of one class, in all or in a training part.</summary>
    public (float[] Margins, int[] FoldOf) Evaluate(ShopperFeatureSet set, Action<double>? progress = null)
    {
        float[][] columns = [.. rows.Select(row => ShopperColumns.Of(row, set))];
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        Matrix(columns, all).RequireBothClasses();
        var foldOf = FoldsOf(all, Folds, seed);
        var margins = new float[rows.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] training = [.. all.Where(i => foldOf[i] != fold)];
            int[] test = [.. all.Where(i => foldOf[i] == fold)];
            var settings = Choose(columns, training);
            for (var member = 0; member < Bag; member++) AddMargins(columns, training, test, settings with { Seed = seed + member }, 1f / Bag, margins);
            progress?.Invoke((fold + 1.0) / Folds);
        }
        return (margins, foldOf);
    }

    private TrainerSettings Choose(float[][] columns, int[] training)
    {
        if (_candidates.Length == 1) return _candidates[0];
        var foldOf = FoldsOf(training, InnerFolds, seed + 1);
        return _candidates.MaxBy(candidate =>
        {
            var margins = new float[rows.Count];
            for (var fold = 0; fold < InnerFolds; fold++)
                AddMargins(columns, [.. training.Where((_, i) => foldOf[i] != fold)], [.. training.Where((_, i) => foldOf[i] == fold)], candidate, 1, margins);
            var ranking = new Ranking([.. training.Select(i => margins[i])], [.. training.Select(i => rows[i].Purchased)]);
            var ones = new int[training.Length];
            Array.Fill(ones, 1);
            return ranking.RocAuc(ones) + ranking.AveragePrecision(ones);
        })!;
    }

    private void AddMargins(float[][] columns, int[] training, int[] test, TrainerSettings settings, float share, float[] margins)
    {
        if (test.Length == 0) return;
        using var trained = trainer.Train(Matrix(columns, training), settings);
        var own = trained.Margins(Matrix(columns, test));
        for (var i = 0; i < test.Length; i++) margins[test[i]] += share * own[i];
    }

    private int[] FoldsOf(int[] indexes, int folds, long foldSeed)
    {
        var foldOf = UserFolds.Assign(indexes.Select(i => (rows[i].Group, rows[i].Purchased)), folds, foldSeed);
        return [.. indexes.Select(i => foldOf[rows[i].Group])];
    }

    private TrainingMatrix Matrix(float[][] columns, int[] indexes)
    {
        var weights = new float[indexes.Length];
        Array.Fill(weights, 1);
        return new TrainingMatrix(
            [.. indexes.SelectMany(i => columns[i])], columns[0].Length, [.. indexes.Select(i => rows[i].Purchased ? 1f : 0f)], weights);
    }
}
