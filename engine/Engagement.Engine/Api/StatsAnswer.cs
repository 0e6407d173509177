using Engagement.Core.Scoring;

namespace Engagement.Engine.Api;

/// <summary>One partition of the event log and its worker on this node.</summary>
/// <param name="Phase"><c>idle</c>, <c>rebuilding</c>, <c>catching_up</c>, <c>live</c>, <c>restarting</c> or <c>fenced</c>.</param>
/// <param name="Position">Offset of the first record whose effects are not durable.</param>
/// <param name="LogEnd">Offset that the next record will get.</param>
/// <param name="Lag">Records between the two.</param>
public sealed record PartitionStats(int Partition, string Phase, long Epoch, long Position, long LogEnd, long Lag, long Sessions, string? Fault);

/// <summary>The demo's counter: visitors (sessions) since this process started.</summary>
/// <param name="LeftAlone">Neither invited nor in want of an agent.</param>
/// <param name="NobodyFree">Would have been invited had an agent been free.</param>
public sealed record VisitorStats(long Seen, long LeftAlone, long NobodyFree, long Invited);

/// <summary>What happened at one site since this process started, and how far its workers are.</summary>
/// <param name="CaughtUp">True when every partition of this node is live and at the log's end: what was sent is decided.</param>
/// <param name="Records">By outcome, all sites of this node.</param>
/// <param name="States">Decisions that changed, by state.</param>
/// <param name="Blockers">Decisions that changed, by each blocker they carry.</param>
/// <param name="Offers">By how they went on: <c>open</c> counts those made.</param>
/// <param name="SessionsClosed">By cause.</param>
/// <param name="Drift">How far what the site's models are asked about on this node has moved from what they were trained on: below 0.1 not, from 0.25 much.</param>
/// <param name="Door">Events that this node's collector took nothing of, by cause (bots: <c>known_bot</c>, <c>not_human</c>), and members that the site's lists dropped.</param>
public sealed record StatsAnswer(
    string Site, bool CaughtUp, long SessionsLive, VisitorStats Visitors, long Decisions, Dictionary<string, long> States,
    Dictionary<string, long> Blockers, Dictionary<string, long> Offers, Dictionary<string, long> SessionsClosed,
    Dictionary<string, long> Records, int AgentsAvailable, int FreeSlots, int PageStreams, List<PartitionStats> Partitions,
    List<ModelDrift> Drift, IReadOnlyDictionary<string, long> Door);
