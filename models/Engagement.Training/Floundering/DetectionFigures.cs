using Engagement.Training.Evaluation;
using Engagement.Training.Simulation;

namespace Engagement.Training.Floundering;

/// <summary>Sessions of one kind that are disturbed though nothing is wrong.</summary>
public sealed record AlarmFigures(string Kind, int Sessions, Interval PerThousand);

/// <summary>When a score reaches its threshold, and with whom.</summary>
/// <param name="Threshold">The engine's default is 0.5.</param>
/// <param name="Ever">Share of the labelled sessions that reach it at any time; the three before it: by search 2, 3 and 4.</param>
/// <param name="SearchMedian">The search at which those reached it first; NaN when none does.</param>
/// <param name="DelayMedian">Searches from the beginning of floundering, where known; below 0 where it is foreseen.</param>
public sealed record DetectionFigures(
    string Score, double Threshold, int Labelled, Interval By2, Interval By3, Interval By4, Interval Ever, double SearchMedian, double DelayMedian, Interval Precision,
    AlarmFigures[] Alarms)
{
    /// <summary>Who is to be left alone, in the order of the report.</summary>
    private static readonly (string Name, VisitKind Kind)[] Kinds =
        [("explorers", VisitKind.Explorer), ("lookups", VisitKind.Lookup), ("readers", VisitKind.Reader), ("seekers who do not flounder", VisitKind.Seeker)];

    public static DetectionFigures Of(IReadOnlyList<FlounderingSession> sessions, FlounderingScore score, Func<FlounderingSession, double> threshold, long seed)
    {
        int[] flagged = [.. sessions.Select(session => FlaggedAt(session, score.Of(session), threshold(session)))];
        string[] ids = [.. sessions.Select(session => session.Id)];
        Interval Share(Func<int, bool> among, Func<int, bool> of) => Bootstrap.ByUser(ids, seed, weights => Bootstrap.Share(weights, among, of));
        bool IsLabelled(int i) => sessions[i].Label;
        int[] hits = [.. Enumerable.Range(0, flagged.Length).Where(i => sessions[i].Label && flagged[i] >= 0)];
        return new DetectionFigures(
            score.Name, sessions.Count == 0 ? double.NaN : threshold(sessions[0]), sessions.Count(session => session.Label),
            Share(IsLabelled, i => flagged[i] is >= 0 and <= 2), Share(IsLabelled, i => flagged[i] is >= 0 and <= 3), Share(IsLabelled, i => flagged[i] is >= 0 and <= 4),
            Share(IsLabelled, i => flagged[i] >= 0), Median(hits.Select(i => flagged[i])),
            Median(hits.Where(i => sessions[i].From > 0).Select(i => flagged[i] - sessions[i].From)), Share(i => flagged[i] >= 0, IsLabelled),
            [
                .. Kinds.Where(kind => sessions.Any(session => session.Kind == kind.Kind)).Select(kind =>
                {
                    bool IsOfKind(int i) => sessions[i].Kind == kind.Kind && !sessions[i].Label;
                    var share = Share(IsOfKind, i => flagged[i] >= 0);
                    return new AlarmFigures(kind.Name, Enumerable.Range(0, flagged.Length).Count(IsOfKind), new Interval(1000 * share.Value, 1000 * share.Low, 1000 * share.High));
                }),
            ]);
    }

    /// <summary>Share of the explorers who would be disturbed at a threshold.</summary>
    public static double ExplorerShare(IEnumerable<FlounderingSession> sessions, FlounderingScore score, double threshold)
    {
        var explorers = sessions.Where(session => session.Kind == VisitKind.Explorer && !session.Label).ToArray();
        return explorers.Length == 0 ? double.NaN : (double)explorers.Count(session => score.Of(session).Max() >= threshold) / explorers.Length;
    }

    /// <summary>Searches made when the threshold was first reached; -1 when it never was.</summary>
    private static int FlaggedAt(FlounderingSession session, float[] scores, double threshold)
    {
        var row = Array.FindIndex(scores, score => score >= threshold);
        return row < 0 ? -1 : (int)session.Rows[row][(int)Core.Features.Feature.Searches];
    }

    private static double Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
