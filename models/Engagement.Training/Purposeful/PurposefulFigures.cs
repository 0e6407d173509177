using System.Text.Json.Serialization;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;
using Engagement.Training.Rows;

namespace Engagement.Training.Purposeful;

/// <summary>Rows of sessions cut one way, with what a model says of each.</summary>
/// <param name="WithoutCategory">What the same training says that is not told the category; null where it was not run.</param>
public sealed record MeasuredRows(IReadOnlyList<PrefixRow> Rows, OutOfFold Predictions, OutOfFold? WithoutCategory = null);

/// <summary>Quality after the k-th event among the sessions that have one before their first purchase.</summary>
public sealed record EventFigures(
    int Event, int Sessions, int Purchases, double Prevalence, Interval RocAuc, Interval PrAuc, Interval CartRuleRocAuc, Interval CartRulePrAuc,
    double ReferenceRocAuc, double ReferencePrAuc, Interval WithoutCategoryRocAuc, Interval WithoutCategoryPrAuc, BandPoint[] Roc, CurvePoint[] PrecisionRecall);

/// <summary>A point of a precision-recall curve with the 95 % interval of its precision.</summary>
public sealed record CurvePoint(double Recall, double Precision, double Low = double.NaN, double High = double.NaN);

/// <summary>Of the sessions that reach a threshold at any event before their first purchase, how many purchase; of those that purchase, how many reach it.</summary>
public sealed record OperatingFigures(double Threshold, int Flagged, int Sessions, Interval Precision, Interval Recall, double EventsBeforePurchaseMedian);

/// <summary>How much a feature moves the margin: the mean of the absolute SHAP values over all rows, in log-odds.</summary>
public sealed record FeatureContribution(string Feature, double MeanAbsolute);

/// <summary>Everything that a model card reports, as it was measured; intervals are 95 %, by bootstrap over users.</summary>
/// <param name="AfterEvent">By the data set's own sessions: what the reference figures are of.</param>
/// <param name="OwnSessions">By the engine's sessions: what a site will see. They have no reference.</param>
public sealed record PurposefulFigures(
    string Trainer, string TrainerVersion, long Seed, string DataSha256, int Users, int Sessions, int PurchaseSessions, int Rows, int PositiveRows,
    EventFigures[] AfterEvent, EventFigures[] OwnSessions, Reliability Calibration, OperatingFigures[] Operating, FeatureContribution[] Contributions)
{
    public static readonly int[] ReportedEvents = [1, 2, 3, 5];
    private static readonly double[] ReferenceRocAucs = [0.588, 0.712, 0.687, 0.682];
    private static readonly double[] ReferencePrAucs = [0.056, 0.314, 0.287, 0.237];
    private static readonly double[] Thresholds = [0.1, 0.25, 0.5];

    /// <summary><paramref name="own"/>: sessions as the engine cuts them; <paramref name="source"/>: as the data set does.</summary>
    public static PurposefulFigures Of(
        MeasuredRows own, MeasuredRows source, FeatureContribution[] contributions, string trainer, string trainerVersion, long seed, string dataSha256)
    {
        var rows = own.Rows;
        bool[] labels = [.. rows.Select(row => row.Converted)];
        return new PurposefulFigures(
            trainer, trainerVersion, seed, dataSha256, rows.DistinctBy(row => row.User).Count(), rows.DistinctBy(row => row.Session).Count(),
            rows.Where(row => row.Converted).DistinctBy(row => row.Session).Count(), rows.Count, labels.Count(label => label),
            [.. ReportedEvents.Select((after, i) => AfterEventOf(source, after, seed, ReferenceRocAucs[i], ReferencePrAucs[i]))],
            [.. ReportedEvents.Select(after => AfterEventOf(own, after, seed, double.NaN, double.NaN))],
            Reliability.Of(own.Predictions.Probabilities, labels),
            [.. Thresholds.Select(threshold => OperatingOf(rows, own.Predictions.Probabilities, threshold, seed))], contributions);
    }

    /// <summary>By the model's own exact SHAP values; features that no tree asks about are left out. Most first.</summary>
    public static FeatureContribution[] ContributionsOf(TreeEnsemble model, IReadOnlyList<PrefixRow> rows)
    {
        var sums = new double[FeatureSchema.Count];
        var own = new float[FeatureSchema.Count];
        foreach (var row in rows)
        {
            model.Explain(row.Features, own);
            for (var i = 0; i < own.Length; i++) sums[i] += Math.Abs(own[i]);
        }
        return [.. sums.Select((sum, i) => new FeatureContribution(FeatureSchema.Names[i], Math.Round(sum / Math.Max(1, rows.Count), 5)))
            .Where(feature => feature.MeanAbsolute > 0).OrderByDescending(feature => feature.MeanAbsolute)];
    }

    private static EventFigures AfterEventOf(MeasuredRows measured, int after, long seed, double referenceRocAuc, double referencePrAuc)
    {
        var rows = measured.Rows;
        int[] places = [.. Enumerable.Range(0, rows.Count).Where(i => rows[i].EventIndex == after)];
        string[] users = [.. places.Select(i => rows[i].User)];
        bool[] labels = [.. places.Select(i => rows[i].Converted)];
        Ranking RankingOf(Func<int, float> score) => new([.. places.Select(score)], labels);
        (Interval Roc, Interval Pr) Areas(Ranking? of) => of is null
            ? (new(double.NaN, double.NaN, double.NaN), new(double.NaN, double.NaN, double.NaN))
            : (Bootstrap.ByUser(users, seed, of.RocAuc), Bootstrap.ByUser(users, seed, of.AveragePrecision));

        var model = RankingOf(i => measured.Predictions.Probabilities[i]);
        var (roc, pr) = Areas(model);
        var cart = Areas(RankingOf(i => rows[i].Features[(int)Feature.CartAdditions]));
        var without = Areas(measured.WithoutCategory is { } ablation ? RankingOf(i => ablation.Probabilities[i]) : null);
        var purchases = labels.Count(label => label);
        return new EventFigures(
            after, places.Length, purchases, places.Length == 0 ? double.NaN : (double)purchases / places.Length, roc, pr, cart.Roc, cart.Pr,
            referenceRocAuc, referencePrAuc, without.Roc, without.Pr, CurveBand.Roc(model, users, seed),
            [.. CurveBand.PrecisionRecall(model, users, seed).Select(point => new CurvePoint(point.X, point.Y, point.Low, point.High))]);
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
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(PurposefulFigures))]
internal sealed partial class PurposefulFiguresJson : JsonSerializerContext;
