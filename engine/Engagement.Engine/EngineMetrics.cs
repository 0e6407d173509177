using System.Diagnostics;
using System.Diagnostics.Metrics;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Engine.Stream;

namespace Engagement.Engine;

/// <summary>
/// Signals of the engine host, by stage: records in = applied + duplicate + late + tick + ignored + unscored + rejected. Meter
/// <c>Engagement.Engine</c>. Thread-safe.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    public const string MeterName = "Engagement.Engine";
    private readonly Meter _meter;
    private readonly Counter<long> _records;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _offers;
    private readonly Counter<long> _sessionsClosed;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _batch;

    public EngineMetrics(IMeterFactory factory, EngineState state)
    {
        _meter = factory.Create(MeterName);
        _records = _meter.CreateCounter<long>("engagement.engine.records", "{record}", "Records of the event log by outcome");
        _decisions = _meter.CreateCounter<long>("engagement.engine.decisions", "{decision}", "Decisions that changed, by state and first blocker");
        _offers = _meter.CreateCounter<long>("engagement.engine.offers", "{offer}", "Offers by how they went on");
        _sessionsClosed = _meter.CreateCounter<long>("engagement.engine.sessions.closed", "{session}", "Sessions that ended, by cause");
        _latency = _meter.CreateHistogram<double>("engagement.engine.decision.latency", "ms", "Receipt of an event to its durable decision");
        _batch = _meter.CreateHistogram<double>("engagement.engine.batch.duration", "ms", "Batch read to batch committed");
        _meter.CreateObservableGauge("engagement.engine.sessions.live", () => state.Partitions.Sum(p => p.Sessions), "{session}", "Live sessions");
        _meter.CreateObservableGauge("engagement.engine.position",
            () => state.Partitions.Select(p => new Measurement<long>(p.Position, new KeyValuePair<string, object?>("partition", p.Partition))),
            "{record}", "Position of the checkpoint by partition");
        _meter.CreateObservableGauge("engagement.engine.phase",
            () => state.Partitions.Select(p => new Measurement<int>((int)p.Phase, new KeyValuePair<string, object?>("partition", p.Partition))),
            null, "Phase of each partition's worker");
    }

    public void Records(ReadOnlySpan<int> outcomes)
    {
        if (!_records.Enabled) return;
        for (var i = 0; i < outcomes.Length; i++)
            if (outcomes[i] != 0) _records.Add(outcomes[i], new KeyValuePair<string, object?>("outcome", CodeNames.Of((RecordOutcome)i)));
    }

    /// <param name="latencyMs">Negative: not measured (a timer, or a site that lives by the log's clock).</param>
    public void Decision(in DecisionChange decision, double latencyMs)
    {
        if (latencyMs >= 0 && _latency.Enabled) _latency.Record(latencyMs);
        if (!_decisions.Enabled) return;
        var tags = new TagList
        {
            { "site", decision.Site },
            { "state", CodeNames.Of(decision.State) },
            { "blocker", decision.Blockers == Blockers.None ? "none" : CodeNames.BlockerOf(System.Numerics.BitOperations.TrailingZeroCount((uint)decision.Blockers)) },
        };
        _decisions.Add(1, tags);
    }

    public void Offer(string site, OfferStatus status) =>
        _offers.Add(1, new KeyValuePair<string, object?>("site", site), new KeyValuePair<string, object?>("status", CodeNames.Of(status)));

    public void SessionClosed(in SessionClosed session) =>
        _sessionsClosed.Add(1, new KeyValuePair<string, object?>("site", session.Site), new KeyValuePair<string, object?>("cause", CodeNames.Of(session.Cause)));

    public void Batch(double durationMs) => _batch.Record(durationMs);

    public void Dispose() => _meter.Dispose();
}
