using System.Text.Json.Serialization;
using Engagement.Training.Data;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Shoppers;

/// <summary>What one set of columns gives, or one rule; goals are NaN where none was set.</summary>
/// <param name="RocAuc">Over all held-out rows, by bootstrap over groups of equal rows.</param>
/// <param name="PrAuc">Average precision, in the same way.</param>
/// <param name="FoldRocAuc">Mean of the five folds' own values, as published work gives it.</param>
/// <param name="FoldPrAuc">The same of average precision.</param>
public sealed record ShopperScore(string Name, Interval RocAuc, Interval PrAuc, double FoldRocAuc, double FoldPrAuc, double GoalRocAuc, double GoalPrAuc);

/// <summary>The yardstick's figures, baselines first.</summary>
/// <param name="Duplicates">Rows whose features another row has, too.</param>
public sealed record ShopperFigures(
    string Trainer, string TrainerVersion, long FoldSeed, string DataSha256, int Rows, int Purchases, int Duplicates, double AlwaysFalseAccuracy,
    double PageValuesRuleAccuracy, ShopperScore[] Scores)
{
    /// <summary>Published or set beforehand: ROC AUC and PR AUC by set of columns.</summary>
    private static readonly (ShopperFeatureSet Set, string Name, double RocAuc, double PrAuc)[] Goals =
    [
        (ShopperFeatureSet.All, "XGBoost, all columns", 0.937, 0.76),
        (ShopperFeatureSet.WithoutPageValues, "XGBoost without PageValues", 0.79, 0.385),
        (ShopperFeatureSet.Live, "XGBoost without PageValues, BounceRates, ExitRates", 0.77, 0.36),
    ];

    /// <summary><paramref name="evaluate"/>: held-out margins and folds of a set of columns.</summary>
    public static ShopperFigures Of(
        IReadOnlyList<ShopperRow> rows, Func<ShopperFeatureSet, (float[] Margins, int[] FoldOf)> evaluate, string trainer, string version, long seed, string dataSha256)
    {
        bool[] labels = [.. rows.Select(row => row.Purchased)];
        float[] pageValues = [.. rows.Select(row => row.Values[Array.IndexOf(ShopperReader.Columns, "PageValues")])];
        var measured = Goals.Select(goal => (goal, evaluate(goal.Set))).ToArray();
        var folds = measured[0].Item2.FoldOf;
        return new ShopperFigures(
            trainer, version, seed, dataSha256, rows.Count, labels.Count(label => label), rows.Count - rows.DistinctBy(row => row.Group).Count(),
            labels.Average(label => label ? 0.0 : 1), labels.Zip(pageValues).Average(pair => pair.First == pair.Second > 0 ? 1.0 : 0),
            [
                Score("always FALSE", rows, labels, new float[rows.Count], folds, seed),
                Score("rule PageValues > 0", rows, labels, Array.ConvertAll(pageValues, value => value > 0 ? 1f : 0), folds, seed),
                Score("PageValues alone", rows, labels, pageValues, folds, seed),
                .. measured.Select(one => Score(one.goal.Name, rows, labels, one.Item2.Margins, one.Item2.FoldOf, seed) with { GoalRocAuc = one.goal.RocAuc, GoalPrAuc = one.goal.PrAuc }),
            ]);
    }

    private static ShopperScore Score(string name, IReadOnlyList<ShopperRow> rows, bool[] labels, float[] scores, int[] foldOf, long seed)
    {
        var groups = rows.Select(row => row.Group).ToArray();
        var ranking = new Ranking(scores, labels);
        double OfFolds(Func<Ranking, int[], double> statistic) => Enumerable.Range(0, ShopperStudy.Folds).Average(fold =>
            statistic(ranking, Array.ConvertAll(foldOf, of => of == fold ? 1 : 0)));
        return new ShopperScore(
            name, Bootstrap.ByUser(groups, seed, ranking.RocAuc), Bootstrap.ByUser(groups, seed, ranking.AveragePrecision),
            OfFolds((of, weights) => of.RocAuc(weights)), OfFolds((of, weights) => of.AveragePrecision(weights)), double.NaN, double.NaN);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ShopperFigures))]
internal sealed partial class ShopperFiguresJson : JsonSerializerContext;
