using System.Collections.Concurrent;
using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Scoring;

namespace Engagement.Engine.Stream;

/// <summary>What this node's workers do and have done, for <c>/v1/stats</c>, readiness and metrics. Thread-safe.</summary>
public sealed class EngineState
{
    private readonly ConcurrentDictionary<string, SiteCounters> _sites = new(StringComparer.Ordinal);
    private readonly long[] _records = new long[Enum.GetValues<RecordOutcome>().Length];
    private volatile PartitionStatus[] _partitions = [];

    /// <summary>One for each partition of the log, whether it is this node's or not; empty before the log was asked.</summary>
    public IReadOnlyList<PartitionStatus> Partitions => _partitions;

    /// <summary>Why the consumer itself is not running; null while it is.</summary>
    public string? Fault { get; set; }

    public void Begin(int partitions) => _partitions = [.. Enumerable.Range(0, partitions).Select(p => new PartitionStatus(p))];

    public PartitionStatus Of(int partition) => _partitions[partition];

    public SiteCounters Of(string site) => _sites.GetOrAdd(site, static _ => new SiteCounters());

    public long Of(RecordOutcome outcome) => Interlocked.Read(ref _records[(int)outcome]);

    /// <summary>How far what the models are asked about has moved from what they were trained on. Sums over partitions: for who collects, not for every request.</summary>
    public ImmutableArray<ModelDrift> Drift() =>
        ModelDrift.Of(_partitions.Where(p => p.Phase != WorkerPhase.Idle).SelectMany(p => p.Drift?.All ?? []));

    /// <summary>Adds one batch's outcomes, indexed by <see cref="RecordOutcome"/>.</summary>
    public void Count(ReadOnlySpan<int> outcomes)
    {
        for (var i = 0; i < outcomes.Length; i++)
            if (outcomes[i] != 0) Interlocked.Add(ref _records[i], outcomes[i]);
    }

    /// <summary>True when log or store keep the workers from going on: the consumer is not running, or a worker starts again and again.</summary>
    public bool IsHeldUp => Fault is not null || _partitions.Any(p => p.Phase == WorkerPhase.Restarting);

    /// <summary>Null when every partition of this node is live or idle; else what is not, in words.</summary>
    public string? NotReady()
    {
        if (Fault is { } fault) return fault;
        var waiting = _partitions.Where(p => p.Phase is not (WorkerPhase.Idle or WorkerPhase.Live or WorkerPhase.CatchingUp)).ToArray();
        return waiting.Length == 0 ? null
            : string.Join("; ", waiting.Select(p => $"partition {p.Partition} is {CodeNames.Of(p.Phase)}{(p.Fault is null ? "" : $" ({p.Fault})")}"));
    }
}
