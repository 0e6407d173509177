using System.Text.Json;
using System.Text.Json.Serialization;
using Engagement.Training.Evaluation;
using Engagement.Training.Rows;

namespace Engagement.Training.Purposeful;

/// <summary>
/// What each trainer reaches on the same held-out visitors, by the data set's own sessions, as the released model's figures are. Intervals are 95 %, by
/// bootstrap over users; the resamples are the same for each trainer, so that differences from the first are paired. No times: the same seed gives the same bytes.
/// </summary>
/// <param name="FeatureSchema">Hash of the features that the trainers were given; null in a file from before it was written down.</param>
/// <param name="Users">Of the sessions that the trainers learn from, as the engine cuts them; likewise the rows.</param>
public sealed record TrainersFigures(long Seed, string DataSha256, string? FeatureSchema, int Users, int Rows, int PositiveRows, TrainerFigures[] Trainers)
{
    /// <summary>
    /// <paramref name="rows"/>: what was learnt from; <paramref name="measured"/>: what the predictions are of. The others are compared with the first trainer.
    /// </summary>
    public static TrainersFigures Of(
        IReadOnlyList<PrefixRow> rows, IReadOnlyList<PrefixRow> measured, string dataSha256, long seed,
        IReadOnlyList<(string Name, string Version, OutOfFold Predictions)> trainers) =>
        new(
            seed, dataSha256, Engagement.Core.Features.FeatureSchema.Hash, rows.DistinctBy(row => row.User).Count(), rows.Count, rows.Count(row => row.Converted),
            [.. trainers.Select((trainer, i) => new TrainerFigures(
                trainer.Name, trainer.Version,
                [.. PurposefulFigures.ReportedEvents.Select(after => AfterEvent(measured, trainer.Predictions, i == 0 ? null : trainers[0].Predictions, after, seed))]))]);

    /// <summary>UTF-8 bytes of <c>trainers.json</c>; the same figures give the same bytes.</summary>
    public byte[] Write() => [.. JsonSerializer.SerializeToUtf8Bytes(this, TrainersFiguresJson.Default.TrainersFigures), (byte)'\n'];

    /// <summary>Reads what <see cref="Write"/> wrote; null without a file.</summary>
    public static TrainersFigures? Read(byte[]? json) => json is null ? null : JsonSerializer.Deserialize(json, TrainersFiguresJson.Default.TrainersFigures);

    /// <summary>Whether they are of this data, this seed and the features of today: only then may they stand beside a model's figures.</summary>
    public bool IsOf(PurposefulFigures model) => FeatureSchema == Engagement.Core.Features.FeatureSchema.Hash && DataSha256 == model.DataSha256 && Seed == model.Seed;

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
