using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Engagement.Server.Replay;

/// <summary>
/// What became of a replay. What was sent and answered is counted by the client; everything else is read from the log and counted by id, so that
/// neither a repetition nor a restart counts twice.
/// </summary>
public sealed record ReplayReport
{
    public required int Sent { get; init; }
    public required int Accepted { get; init; }
    public required int Rejected { get; init; }
    public required int Unreadable { get; init; }

    /// <summary>Events in the log, each id once.</summary>
    public required int Events { get; init; }

    /// <summary>Records of the server's engine since it started, by outcome: applied, duplicate, late, tick, …</summary>
    public required IReadOnlyDictionary<string, long> Records { get; init; }
    public required int Visitors { get; init; }

    /// <summary>Sessions that were decided.</summary>
    public required int Sessions { get; init; }
    public required int Decisions { get; init; }
    public required int DecisionsByTimer { get; init; }
    public required IReadOnlyDictionary<string, int> DecisionsByState { get; init; }
    public required IReadOnlyDictionary<string, int> DecisionsByBlocker { get; init; }

    /// <summary>Sessions by the state of their last decision.</summary>
    public required IReadOnlyDictionary<string, int> SessionsByState { get; init; }

    /// <summary>De-linked rows of sessions that ended.</summary>
    public required int Outcomes { get; init; }

    /// <summary>Of them, by how their offer stood; <c>none</c>: left alone.</summary>
    public required IReadOnlyDictionary<string, int> OutcomesByOffer { get; init; }
    public required int Offers { get; init; }

    /// <summary>Cards that agents got, each offer once.</summary>
    public required int Cards { get; init; }

    /// <summary>Offers that stand in the log more than once: 0, or the promise is broken.</summary>
    public required int OffersTwice { get; init; }
    public required double SecondsTaken { get; init; }
    public required double EventsPerSecond { get; init; }
    public required double RequestMsP50 { get; init; }
    public required double RequestMsP95 { get; init; }
    public required double RequestMsP99 { get; init; }
    public required double RequestMsMax { get; init; }

    /// <summary>Decisions and outcomes as text that two runs share: one line each, by visitor, session and step, then by id.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Canonical { get; init; } = "";
}

/// <summary>Counts what stands in the log.</summary>
public sealed partial class ReplayReportComposer
{
    /// <summary>Of each record of a decision, by its id.</summary>
    private readonly SortedDictionary<string, JsonElement> _decisions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _offers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonElement> _outcomes = new(StringComparer.Ordinal);

    public ReplayReport Compose(
        IEnumerable<JsonElement> events, IEnumerable<JsonElement> decisions, IEnumerable<JsonElement> outcomes, ReplayTally tally, IReadOnlyDictionary<string, long> records, int cards)
    {
        foreach (var record in events) CountEvent(record);
        foreach (var record in decisions)
            if (!_decisions.TryGetValue(SortKeyOf(record), out var known) || EpochOf(known) <= EpochOf(record)) _decisions[SortKeyOf(record)] = record;
        foreach (var record in outcomes) _outcomes[TextOf(record, "id") ?? record.GetRawText()] = record;
        // Of one session the keys are in the order of deciding: the last wins.
        var sessions = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var decision in _decisions.Values) sessions[SessionOf(decision)] = decision;
        var requests = tally.RequestMs.Order().ToArray();
        return new ReplayReport
        {
            Sent = tally.Sent,
            Accepted = tally.Accepted,
            Rejected = tally.Rejected,
            Unreadable = tally.Unreadable,
            Events = _events.Count,
            Records = records,
            Visitors = _decisions.Values.Select(d => TextOf(d, "visitor")).Distinct().Count(),
            Sessions = sessions.Count,
            Decisions = _decisions.Count,
            DecisionsByTimer = _decisions.Values.Count(d => d.TryGetProperty("byTimer", out var timer) && timer.ValueKind == JsonValueKind.True),
            DecisionsByState = CountBy(_decisions.Values, d => [TextOf(d, "state") ?? "?"]),
            DecisionsByBlocker = CountBy(_decisions.Values, BlockersOf),
            SessionsByState = CountBy(sessions.Values, s => [TextOf(s, "state") ?? "?"]),
            Outcomes = _outcomes.Count,
            OutcomesByOffer = CountBy(_outcomes.Values, o => [TextOf(o, "offer") ?? "none"]),
            Offers = _offers.Count,
            Cards = cards,
            OffersTwice = _offers.Values.Count(times => times > 1),
            SecondsTaken = Math.Round(tally.Elapsed.TotalSeconds, 3),
            EventsPerSecond = tally.Elapsed > TimeSpan.Zero ? Math.Round(tally.Sent / tally.Elapsed.TotalSeconds, 1) : 0,
            RequestMsP50 = Percentile(requests, 0.50),
            RequestMsP95 = Percentile(requests, 0.95),
            RequestMsP99 = Percentile(requests, 0.99),
            RequestMsMax = Percentile(requests, 1),
            Canonical = Canonical(),
        };
    }

    private void CountEvent(JsonElement record)
    {
        switch (TextOf(record, "type"))
        {
            case "tick":
                break;
            case "invitation_offered" when TextOf(record, "offer") is { } offer:
                _offers[offer] = _offers.GetValueOrDefault(offer) + 1;
                break;
            case { } type when !type.StartsWith("invitation_", StringComparison.Ordinal) && !type.StartsWith("chat_", StringComparison.Ordinal):
                _events.Add(TextOf(record, "id") ?? record.GetRawText());
                break;
        }
    }

    /// <summary>Visitor, then session, then step: the order of deciding, whatever partition or order they came in.</summary>
    private static string SortKeyOf(JsonElement decision)
    {
        var id = TextOf(decision, "id") ?? "";
        return $"{TextOf(decision, "visitor")} {SessionOf(decision)} {id[(id.LastIndexOf('_') + 1)..].PadLeft(8, '0')}";
    }

    /// <summary>A decision's id is its session's and its step.</summary>
    private static string SessionOf(JsonElement decision) => TextOf(decision, "id") is { } id && id.LastIndexOf('_') is > 0 and var cut ? id[..cut] : "";

    private string Canonical()
    {
        var text = new StringBuilder();
        foreach (var record in _decisions.Values.Concat(_outcomes.Values)) text.Append(DrawnPattern().Replace(EpochPattern().Replace(record.GetRawText(), ""), "")).Append('\n');
        return text.ToString();
    }

    /// <summary>Of the partition's owner that decided: where two owners decided the same step, the later one's stands.</summary>
    private static long EpochOf(JsonElement decision) => decision.TryGetProperty("epoch", out var epoch) && epoch.TryGetInt64(out var value) ? value : 0;

    /// <summary>Which sessions hold a drawn row hangs on how many are in memory when they begin, and so on a restart.</summary>
    [GeneratedRegex(""",?"drawn":\{[^}]*\}""")]
    private static partial Regex DrawnPattern();

    [GeneratedRegex("\"epoch\":[0-9]+,")]
    private static partial Regex EpochPattern();

    private static IEnumerable<string> BlockersOf(JsonElement decision) =>
        decision.TryGetProperty("blockers", out var blockers) && blockers.ValueKind == JsonValueKind.Array && blockers.GetArrayLength() > 0
            ? blockers.EnumerateArray().Select(b => b.ValueKind == JsonValueKind.Object ? TextOf(b, "code")! : b.GetString()!)
            : ["none"];

    private static SortedDictionary<string, int> CountBy(IEnumerable<JsonElement> records, Func<JsonElement, IEnumerable<string>> of)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in records.SelectMany(of)) counts[name] = counts.GetValueOrDefault(name) + 1;
        return counts;
    }

    private static string? TextOf(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))], 2);
}

/// <summary>What the sending side counted.</summary>
public sealed record ReplayTally(int Sent, int Accepted, int Rejected, int Unreadable, TimeSpan Elapsed, IReadOnlyList<double> RequestMs);
