using System.Text.Json.Serialization;
using Engagement.Core.Features;
using Engagement.Training.Evaluation;
using Engagement.Training.Rows;

namespace Engagement.Training.Purposeful;

/// <summary>Quality after the k-th event among the sessions that have one before their first purchase.</summary>
public sealed record EventFigures(
    int Event, int Sessions, int Purchases, double Prevalence, Interval RocAuc, Interval PrAuc, Interval CartRuleRocAuc, Interval CartRulePrAuc,
    double ReferenceRocAuc, double ReferencePrAuc, Interval WithCategoryRocAuc, Interval WithCategoryPrAuc, CurvePoint[] PrecisionRecall);

public sealed record CurvePoint(double Recall, double Precision);

/// <summary>Of the sessions that reach a threshold at any event before their first purchase, how many purchase; of those that purchase, how many reach it.</summary>
public sealed record OperatingFigures(double Threshold, int Flagged, int Sessions, Interval Precision, Interval Recall, double EventsBeforePurchaseMedian);

/// <summary>Everything that a model card reports, as it was measured; intervals are 95 %, by bootstrap over users.</summary>
public sealed record PurposefulFigures(
    string Trainer, string TrainerVersion, long Seed, string DataSha256, int Users, int Sessions, int PurchaseSessions, int Rows, int PositiveRows,
    EventFigures[] AfterEvent, Reliability Calibration, OperatingFigures[] Operating)
{
    public static readonly int[] ReportedEvents = [1, 2, 3, 5];
    private static readonly double[] ReferenceRocAucs = [0.588, 0.712, 0.687, 0.682];
    private static readonly double[] ReferencePrAucs = [0.056, 0.314, 0.287, 0.237];
    private static readonly double[] Thresholds = [0.1, 0.25, 0.5];

    /// <summary><paramref name="withCategory"/> holds the ablation's predictions; null where it was not run.</summary>
    public static PurposefulFigures Of(
        IReadOnlyList<PrefixRow> rows, OutOfFold predictions, OutOfFold? withCategory, string trainer, string trainerVersion, long seed, string dataSha256)
    {
        var labels = rows.Select(row => row.Converted).ToArray();
        return new PurposefulFigures(
            trainer, trainerVersion, seed, dataSha256, rows.DistinctBy(row => row.User).Count(), rows.DistinctBy(row => row.Session).Count(),
            rows.Where(row => row.Converted).DistinctBy(row => row.Session).Count(), rows.Count, labels.Count(label => label),
            [.. ReportedEvents.Select((after, i) => AfterEventOf(rows, predictions, withCategory, after, i, seed))],
            Reliability.Of(predictions.Probabilities, labels),
            [.. Thresholds.Select(threshold => OperatingOf(rows, predictions.Probabilities, threshold, seed))]);
    }

    private static EventFigures AfterEventOf(
        IReadOnlyList<PrefixRow> rows, OutOfFold predictions, OutOfFold? withCategory, int after, int reference, long seed)
    {
        var places = Enumerable.Range(0, rows.Count).Where(i => rows[i].EventIndex == after).ToArray();
        var users = places.Select(i => rows[i].User).ToArray();
        bool[] labels = [.. places.Select(i => rows[i].Converted)];
        var model = new Ranking([.. places.Select(i => predictions.Probabilities[i])], labels);
        var category = withCategory is null ? null : new Ranking([.. places.Select(i => withCategory.Probabilities[i])], labels);
        var missing = new Interval(double.NaN, double.NaN, double.NaN);
        var cart = new Ranking([.. places.Select(i => rows[i].Features[(int)Feature.CartAdditions])], labels);
        var purchases = labels.Count(label => label);
        return new EventFigures(
            after, places.Length, purchases, places.Length == 0 ? double.NaN : (double)purchases / places.Length,
            Bootstrap.ByUser(users, seed, model.RocAuc), Bootstrap.ByUser(users, seed, model.AveragePrecision),
            Bootstrap.ByUser(users, seed, cart.RocAuc), Bootstrap.ByUser(users, seed, cart.AveragePrecision),
            ReferenceRocAucs[reference], ReferencePrAucs[reference],
            category is null ? missing : Bootstrap.ByUser(users, seed, category.RocAuc),
            category is null ? missing : Bootstrap.ByUser(users, seed, category.AveragePrecision),
            [.. Thin(model.PrecisionRecall())]);
    }

    private static OperatingFigures OperatingOf(IReadOnlyList<PrefixRow> rows, float[] probabilities, double threshold, long seed)
    {
        var sessions = Enumerable.Range(0, rows.Count).GroupBy(i => rows[i].Session)
            .Select(group => (
                rows[group.First()].User, rows[group.First()].Converted, Flagged: group.Any(i => probabilities[i] >= threshold),
                Ahead: group.Count() - group.TakeWhile(i => probabilities[i] < threshold).Count()))
            .ToArray();
        var users = sessions.Select(session => session.User).ToArray();
        var ahead = sessions.Where(session => session is { Converted: true, Flagged: true }).Select(session => session.Ahead).Order().ToArray();
        return new OperatingFigures(
            threshold, sessions.Count(session => session.Flagged), sessions.Length,
            Bootstrap.ByUser(users, seed, weights => Bootstrap.Share(weights, i => sessions[i].Flagged, i => sessions[i].Converted)),
            Bootstrap.ByUser(users, seed, weights => Bootstrap.Share(weights, i => sessions[i].Converted, i => sessions[i].Flagged)),
            ahead.Length == 0 ? double.NaN : ahead[ahead.Length / 2]);
    }

    // A picture needs no more than some two hundred points of a curve.
    private static IEnumerable<CurvePoint> Thin(IEnumerable<(double Recall, double Precision)> points)
    {
        var last = -1.0;
        foreach (var (recall, precision) in points)
        {
            if (recall - last < 0.005 && recall < 1) continue;
            last = recall;
            yield return new CurvePoint(Math.Round(recall, 4), Math.Round(precision, 4));
            if (recall >= 1) yield break;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(PurposefulFigures))]
internal sealed partial class PurposefulFiguresJson : JsonSerializerContext;
