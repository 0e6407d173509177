using System.Text.Json.Serialization;
using Engagement.Training.Evaluation;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;

namespace Engagement.Training.MLNet.Study;

/// <summary>
/// What each trainer reaches on the same held-out visitors. Intervals are 95 %, by bootstrap over users; the resamples are the same for each trainer, so that
/// differences from XGBoost are paired. No times: the same seed gives the same bytes.
/// </summary>
public sealed record TrainersFigures(long Seed, string DataSha256, int Users, int Rows, int PositiveRows, TrainerFigures[] Trainers)
{
    /// <summary>The trainer that the others are compared with: the first.</summary>
    public static TrainersFigures Of(IReadOnlyList<PrefixRow> rows, string dataSha256, long seed, IReadOnlyList<(string Name, string Version, OutOfFold Predictions)> trainers) =>
        new(
            seed, dataSha256, rows.DistinctBy(row => row.User).Count(), rows.Count, rows.Count(row => row.Converted),
            [.. trainers.Select((trainer, i) => new TrainerFigures(
                trainer.Name, trainer.Version,
                [.. PurposefulFigures.ReportedEvents.Select(after => AfterEvent(rows, trainer.Predictions, i == 0 ? null : trainers[0].Predictions, after, seed))]))]);

    private static TrainerEventFigures AfterEvent(IReadOnlyList<PrefixRow> rows, OutOfFold predictions, OutOfFold? reference, int after, long seed)
    {
        var places = Enumerable.Range(0, rows.Count).Where(i => rows[i].EventIndex == after).ToArray();
        var users = places.Select(i => rows[i].User).ToArray();
        bool[] labels = [.. places.Select(i => rows[i].Converted)];
        var own = RankingOf(predictions);
        var first = reference is null ? null : RankingOf(reference);
        return new TrainerEventFigures(
            after, places.Length, labels.Count(label => label),
            Bootstrap.ByUser(users, seed, own.RocAuc), Bootstrap.ByUser(users, seed, own.AveragePrecision),
            first is null ? null : Bootstrap.ByUser(users, seed, weights => own.RocAuc(weights) - first.RocAuc(weights)),
            first is null ? null : Bootstrap.ByUser(users, seed, weights => own.AveragePrecision(weights) - first.AveragePrecision(weights)));

        Ranking RankingOf(OutOfFold of) => new([.. places.Select(i => of.Probabilities[i])], labels);
    }
}

public sealed record TrainerFigures(string Trainer, string Version, TrainerEventFigures[] AfterEvent);

/// <summary>Quality after the k-th event, among the sessions that have one before their first purchase.</summary>
/// <param name="RocAucAboveFirst">Difference from the first trainer; null for itself.</param>
/// <param name="PrAucAboveFirst">Difference from the first trainer; null for itself.</param>
public sealed record TrainerEventFigures(
    int Event, int Sessions, int Purchases, Interval RocAuc, Interval PrAuc, Interval? RocAucAboveFirst, Interval? PrAucAboveFirst);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainersFigures))]
internal sealed partial class TrainersFiguresJson : JsonSerializerContext;
