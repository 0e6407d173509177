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
/// <param name="Receivers">Desk and webhooks of the site, as far as this node delivers to them.</param>
/// <param name="Door">Events that this node's collector took nothing of, by cause (bots: <c>known_bot</c>, <c>not_human</c>), and members that the site's lists dropped.</param>
public sealed record StatsAnswer(
    string Site, bool CaughtUp, long SessionsLive, VisitorStats Visitors, long Decisions, Dictionary<string, long> States,
    Dictionary<string, long> Blockers, Dictionary<string, long> Offers, Dictionary<string, long> SessionsClosed,
    Dictionary<string, long> Records, int AgentsAvailable, int FreeSlots, int PageStreams, List<PartitionStats> Partitions,
    List<ModelDrift> Drift, List<ReceiverStats> Receivers, IReadOnlyDictionary<string, long> Door);

/// <summary>How delivery to a desk or a webhook stands on this node since it started.</summary>
/// <param name="Receiver">Kind and host.</param>
/// <param name="SetAside">Given up: refused for good, or not taken in time. They stay in the log of notices for 72 h.</param>
/// <param name="Gone">Not delivered because the card is no longer there, or because she accepted after all.</param>
/// <param name="Waiting">Not taken yet, and tried again.</param>
/// <param name="Fault">Why the last try failed; absent after one that did not.</param>
/// <param name="PresenceFault">Why agents' presence could not be read the last time: who is not renewed counts as away.</param>
public sealed record ReceiverStats(string Receiver, long Delivered, long SetAside, long Gone, long Waiting, string? Fault, string? PresenceFault);
