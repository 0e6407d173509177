using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Training.Data;
using Engagement.Training.Rows;
using Engagement.Training.Simulation;

namespace Engagement.Training.Floundering;

/// <summary>One session as the engine saw it, event by event, with what is known of it from elsewhere.</summary>
/// <param name="Group">World or data set.</param>
/// <param name="Kind">Why she came, where that is known: simulated sessions only.</param>
/// <param name="Label">She floundered, or left without finding, as the source defines it.</param>
/// <param name="From">The search at which floundering began, from 1; 0 where never or unknown.</param>
/// <param name="Rows">Features after each event.</param>
/// <param name="RowLabels">Whether she was floundering after that event; empty where only the session has a label.</param>
public sealed record FlounderingSession(string Id, string Group, VisitKind? Kind, bool Label, int From, int Clicks, float[][] Rows, bool[] RowLabels)
{
    public int Searches => (int)Rows[^1][(int)Feature.Searches];

    /// <summary>Row of the k-th search, from 1; -1 when there is none.</summary>
    public int RowOfSearch(int search) => Array.FindIndex(Rows, row => row[(int)Feature.Searches] >= search);

    /// <summary>Simulated visits through the engine's own sessionizer. A visit that the engine splits keeps its first session only.</summary>
    public static List<FlounderingSession> Of(IReadOnlyList<SimulatedVisit> visits)
    {
        var events = visits.SelectMany(visit => visit.Events).OrderBy(e => e.At).ThenBy(e => e.Id, StringComparer.Ordinal);
        var rows = RowsBySession(events).GroupBy(session => session.User).ToDictionary(group => group.Key, group => group.First());
        return [.. visits.Where(visit => rows.ContainsKey(visit.Visitor)).Select(visit => Of(visit, rows[visit.Visitor].Rows))];
    }

    /// <summary>Recorded search sessions of TREC.</summary>
    public static List<FlounderingSession> Of(IReadOnlyList<TrecSession> sessions) =>
    [.. sessions.Select(session => new FlounderingSession(
        session.Id, "TREC", null, !session.Found, 0, session.Clicks, [.. PrefixRowExtractor.Replay(session.Events).Select(step => step.Assessment.Features)], []))];

    /// <summary>The sessions that the engine makes of events in time order, each with its rows.</summary>
    internal static List<(string User, SessionId Session, List<float[]> Rows, Instant First, Instant Last)> RowsBySession(IEnumerable<SourceEvent> events)
    {
        var sessions = new List<(string User, SessionId Session, List<float[]> Rows, Instant First, Instant Last)>();
        var places = new Dictionary<SessionId, int>();
        foreach (var (source, assessment) in PrefixRowExtractor.Replay(events))
        {
            if (!places.TryGetValue(assessment.Session, out var place))
            {
                places[assessment.Session] = place = sessions.Count;
                sessions.Add((source.User, assessment.Session, [], source.At, source.At));
            }
            sessions[place].Rows.Add(assessment.Features);
            sessions[place] = sessions[place] with { Last = source.At };
        }
        return sessions;
    }

    private static FlounderingSession Of(SimulatedVisit visit, List<float[]> rows) => new(
        visit.Visitor, visit.World, visit.Kind, visit.Floundered, visit.FlounderingFrom, visit.OpenedRanks.Count, [.. rows],
        [.. Enumerable.Range(0, rows.Count).Select(visit.IsFloundering)]);
}
