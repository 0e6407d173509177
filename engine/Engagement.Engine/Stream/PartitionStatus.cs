using Engagement.Core.Scoring;

namespace Engagement.Engine.Stream;

/// <summary>What a partition's worker is doing.</summary>
public enum WorkerPhase : byte
{
    /// <summary>Not this node's.</summary>
    Idle = 0,

    /// <summary>Taking an epoch and reading the log from the oldest live session.</summary>
    Rebuilding,

    /// <summary>Applying records, not yet at the log's end.</summary>
    CatchingUp,

    /// <summary>At the log's end.</summary>
    Live,

    /// <summary>Something failed: starting again from the checkpoint.</summary>
    Restarting,

    /// <summary>Another owner has a later epoch; waiting to be released.</summary>
    Fenced,
}

/// <summary>One partition as its worker last said. Written by the worker, read by anyone: fields are independent, not one snapshot.</summary>
public sealed class PartitionStatus(int partition)
{
    private int _phase;
    private long _epoch;
    private long _position;
    private long _assessedTo;
    private long _sessions;
    private long _lag;
    private long _lagAgeTicks;
    private volatile string? _fault;
    private volatile DriftRegister? _drift;

    public int Partition { get; } = partition;
    public WorkerPhase Phase { get => (WorkerPhase)Volatile.Read(ref _phase); set => Volatile.Write(ref _phase, (int)value); }
    public long Epoch { get => Volatile.Read(ref _epoch); set => Volatile.Write(ref _epoch, value); }

    /// <summary>Offset of the first record whose effects are not durable.</summary>
    public long Position { get => Volatile.Read(ref _position); set => Volatile.Write(ref _position, value); }

    /// <summary>Offset up to which what the sessions are is stored; at most <see cref="Position"/>.</summary>
    public long AssessedTo { get => Volatile.Read(ref _assessedTo); set => Volatile.Write(ref _assessedTo, value); }

    /// <summary>Live sessions.</summary>
    public long Sessions { get => Volatile.Read(ref _sessions); set => Volatile.Write(ref _sessions, value); }

    /// <summary>Records behind the log's end, as <see cref="LagService"/> last saw.</summary>
    public long Lag { get => Volatile.Read(ref _lag); set => Volatile.Write(ref _lag, value); }

    /// <summary>Age of the first record that is not decided, likewise; zero while the worker keeps up.</summary>
    public TimeSpan LagAge { get => TimeSpan.FromTicks(Volatile.Read(ref _lagAgeTicks)); set => Volatile.Write(ref _lagAgeTicks, value.Ticks); }

    /// <summary>What the worker's models are asked about; null before its first rebuild.</summary>
    public DriftRegister? Drift { get => _drift; set => _drift = value; }

    /// <summary>Why the worker last started again; null when it has not.</summary>
    public string? Fault { get => _fault; set => _fault = value; }
}
