using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream;

/// <summary>What a partition's loop is told, in order.</summary>
public enum WorkerSignalKind : byte
{
    /// <summary>Records to apply; the worker disposes the batch.</summary>
    Batch = 0,

    /// <summary>The partition has been read to its end.</summary>
    CaughtUp,

    /// <summary>An agent of <see cref="WorkerSignal.Site"/> has a free slot, and had none before.</summary>
    AgentFree,

    /// <summary>The time that was set has come: look whether a timer is due.</summary>
    Timer,
}

public readonly record struct WorkerSignal(WorkerSignalKind Kind, LogBatch? Batch = null, string? Site = null);
