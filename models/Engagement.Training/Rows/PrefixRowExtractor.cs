using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Training.Data;

namespace Engagement.Training.Rows;

/// <summary>
/// Runs recorded events through the engine's own pipeline, so that a model learns from exactly the sessions and features that it will be asked
/// about. One row an event, cut strictly before a session's first purchase.
/// </summary>
public static class PrefixRowExtractor
{
    private const string Site = "training";

    /// <summary>
    /// Events must be in time order. <paramref name="bySourceSession"/>: each session of the data set counts as a visitor of its own, so that sessions are cut as
    /// it cut them (and where it lets 30 minutes pass); a row's user stays the person, whom folds go by.
    /// </summary>
    public static List<PrefixRow> Extract(IEnumerable<SourceEvent> events, bool bySourceSession = false)
    {
        var rows = new List<PrefixRow>();
        var firstRow = new Dictionary<SessionId, List<int>>();
        var converted = new HashSet<SessionId>();
        foreach (var (source, assessment) in Replay(events, bySourceSession))
        {
            if (converted.Contains(assessment.Session)) continue;
            var own = firstRow.TryGetValue(assessment.Session, out var list) ? list : firstRow[assessment.Session] = [];
            if (source.Type == "order_completed")
            {
                converted.Add(assessment.Session);
                foreach (var row in own) rows[row] = rows[row] with { Converted = true };
                continue;
            }
            own.Add(rows.Count);
            rows.Add(new PrefixRow(source.User, assessment.Session, own.Count, assessment.Features, Converted: false));
        }
        return rows;
    }

    /// <summary>Each applied event with its session as of right after it.</summary>
    public static IEnumerable<(SourceEvent Event, Assessment Assessment)> Replay(IEnumerable<SourceEvent> events, bool bySourceSession = false)
    {
        var sites = new SiteCatalog([TrainingSite()], generation: 1);
        var pipeline = new EngagementPipeline();
        var output = new PipelineOutput();
        long offset = 0;
        foreach (var source in events)
        {
            var visitor = VisitorOf(bySourceSession && source.SourceSession.Length > 0 ? $"{source.User}/{source.SourceSession}" : source.User);
            var outcome = pipeline.Apply(Record(source, visitor), offset++, sites, output);
            output.Clear();
            if (outcome == RecordOutcome.Rejected) throw new TrainingException($"The engine rejects event {source.Id} ({source.Type}).");
            if (outcome is not (RecordOutcome.Applied or RecordOutcome.Unscored)) continue;
            if (pipeline.Find(visitor) is { } session) yield return (source, pipeline.Snapshot(session));
        }
    }

    // No model and observe mode: features only, no offers. The clock is the log's, as it is for any recording.
    private static SiteModel TrainingSite() => new()
    {
        Id = Site,
        Mode = SiteMode.Observe,
        Clock = SiteClock.Log,
        Consent = ConsentRule.NotRequired,
        Secret = new SiteSecret(new byte[32]),
    };

    private static VisitorKey VisitorOf(string user) => VisitorKey.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(user)));

    private static byte[] Record(SourceEvent source, VisitorKey visitor)
    {
        var record = new JsonObject
        {
            ["v"] = 1,
            ["id"] = source.Id,
            ["site"] = Site,
            ["visitor"] = visitor.ToString(),
            ["type"] = source.Type,
            ["occurredAt"] = source.At.ToString(),
            ["receivedAt"] = source.At.ToString(),
        };
        foreach (var (name, value) in source.Body ?? []) record[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(record.ToJsonString());
    }
}
