using System.Diagnostics;
using System.Diagnostics.Metrics;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Engine.Stream;

namespace Engagement.Engine;

/// <summary>
/// What the engine host counts and times as it works, by stage: records in = applied + duplicate + late + tick + ignored + unscored + rejected.
/// What is only looked at when somebody asks is in <see cref="EngineGauges"/>. Meter <c>Engagement.Engine</c>. Thread-safe.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    public const string MeterName = "Engagement.Engine";

    /// <summary>Milliseconds: from what a page does not notice to what a person gives up on.</summary>
    private static readonly InstrumentAdvice<double> LatencyBuckets =
        new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000] };

    /// <summary>Seconds: from an empty partition to all of retention.</summary>
    private static readonly InstrumentAdvice<double> RebuildBuckets =
        new() { HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300] };

    private readonly Meter _meter;
    private readonly Counter<long> _records;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _offers;
    private readonly Counter<long> _sessionsClosed;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _cardLatency;
    private readonly Histogram<double> _batch;
    private readonly Histogram<double> _rebuild;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _fenced;
    private readonly Counter<long> _consumerFaults;
    private readonly Counter<long> _callFailures;
    private readonly Counter<long> _unavailable;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _notices;

    public EngineMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _records = _meter.CreateCounter<long>("engagement.engine.records", "{record}", "Records of the event log by outcome");
        _decisions = _meter.CreateCounter<long>("engagement.engine.decisions", "{decision}", "Decisions that changed, by state and first blocker");
        _offers = _meter.CreateCounter<long>("engagement.engine.offers", "{offer}", "Offers by how they went on");
        _sessionsClosed = _meter.CreateCounter<long>("engagement.engine.sessions.closed", "{session}", "Sessions that ended, by cause");
        _latency = _meter.CreateHistogram("engagement.engine.decision.latency", "ms", "Receipt of an event to its durable decision", advice: LatencyBuckets);
        _cardLatency = _meter.CreateHistogram("engagement.engine.card.latency", "ms", "Receipt of an event to the card that it made, stored and published", advice: LatencyBuckets);
        _batch = _meter.CreateHistogram("engagement.engine.batch.duration", "ms", "Batch read to batch committed", advice: LatencyBuckets);
        _rebuild = _meter.CreateHistogram("engagement.engine.rebuild.duration", "s", "Partition assigned to its sessions rebuilt", advice: RebuildBuckets);
        _restarts = _meter.CreateCounter<long>("engagement.engine.restarts", "{restart}", "Partitions that started again from their checkpoint after a fault");
        _fenced = _meter.CreateCounter<long>("engagement.engine.fenced", "{partition}", "Partitions given up because a later owner has them");
        _consumerFaults = _meter.CreateCounter<long>("engagement.engine.consumer.faults", "{fault}", "Memberships of the consumer group that broke");
        _callFailures = _meter.CreateCounter<long>("engagement.engine.call.failures", "{attempt}", "Outside calls that failed and were tried again, or came to their deadline, by pipeline");
        _unavailable = _meter.CreateCounter<long>("engagement.engine.answers.unavailable", "{answer}", "Requests answered as unavailable, because log or store were away");
        _notices = _meter.CreateCounter<long>("engagement.engine.notices", "{notice}", "Notices to desks and webhooks by receiver and how they ended");
        _streams = _meter.CreateUpDownCounter<long>("engagement.engine.streams.open", "{stream}", "Open event streams on this node, by whom they serve");
    }

    public void Records(ReadOnlySpan<int> outcomes)
    {
        if (!_records.Enabled) return;
        for (var i = 0; i < outcomes.Length; i++)
            if (outcomes[i] != 0) _records.Add(outcomes[i], new KeyValuePair<string, object?>("outcome", CodeNames.Of((RecordOutcome)i)));
    }

    /// <param name="latencyMs">Negative: not measured (a timer, or a site that lives by the log's clock).</param>
    /// <param name="madeCard">This decision made an offer, whose card is published.</param>
    public void Decision(in DecisionChange decision, double latencyMs, bool madeCard)
    {
        if (latencyMs >= 0 && _latency.Enabled) _latency.Record(latencyMs);
        if (latencyMs >= 0 && madeCard) _cardLatency.Record(latencyMs);
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

    public void Rebuilt(TimeSpan duration) => _rebuild.Record(duration.TotalSeconds);

    public void Restarted() => _restarts.Add(1);

    public void Fenced() => _fenced.Add(1);

    public void ConsumerBroke() => _consumerFaults.Add(1);

    /// <summary>An attempt within a named pipeline of <see cref="Resilience"/> failed, or its deadline came.</summary>
    public void CallFailed(string pipeline) => _callFailures.Add(1, new KeyValuePair<string, object?>("pipeline", pipeline));

    public void AnsweredUnavailable() => _unavailable.Add(1);

    public void Notice(string site, string receiver, NoticeOutcome outcome) => _notices.Add(
        1, new KeyValuePair<string, object?>("site", site), new KeyValuePair<string, object?>("receiver", receiver), new KeyValuePair<string, object?>("outcome", CodeNames.Of(outcome)));

    /// <summary>Counts an event stream as open until the result is disposed, once.</summary>
    /// <param name="audience"><c>visitor</c> or <c>agent</c>.</param>
    public IDisposable StreamOpened(string audience)
    {
        var tag = new KeyValuePair<string, object?>("audience", audience);
        _streams.Add(1, tag);
        return new OpenStream(_streams, tag);
    }

    public void Dispose() => _meter.Dispose();

    private sealed class OpenStream(UpDownCounter<long> streams, KeyValuePair<string, object?> tag) : IDisposable
    {
        public void Dispose() => streams.Add(-1, tag);
    }
}
