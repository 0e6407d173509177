using Engagement.Engine.Stream;

namespace Engagement.Server.Hosting;

/// <summary>How this node's partition workers stand, for readiness. Thread-safe.</summary>
internal sealed class WorkersCheck(EngineState state, bool isShared, bool takesEvents, TimeProvider time)
{
    /// <summary>Partitions are rebuilt well within it; longer means that log or store are away, which is no better on another node.</summary>
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(20);

    private const string Name = "partition_workers";
    /// <summary>A group deals its partitions out within it, unless a member was killed; who has none by then may have none at all.</summary>
    private static readonly TimeSpan AssignMax = TimeSpan.FromSeconds(5);

    private readonly long _startedAt = time.GetTimestamp();
    private volatile bool _wasReady;

    /// <summary>
    /// On its own, a node is ready while every partition is live or catching up. In a cluster only the start is held up, so that a rolling restart waits
    /// for it: afterwards a partition that moves here and is rebuilt is no reason to turn this node's pages and agents away, nor is a log that is away
    /// for a node that takes events, nor for any after <see cref="StartMax"/>. A node with no partition is ready: there may be more engines than partitions.
    /// </summary>
    public DependencyStatus Ask()
    {
        var age = time.GetElapsedTime(_startedAt);
        var reason = state.Partitions.Count == 0 ? "not started yet" : state.NotReady() ?? Unassigned(age);
        if (reason is null)
        {
            _wasReady = true;
            return DependencyStatus.Ok(Name);
        }
        var goesOn = isShared && (_wasReady || age > StartMax || (takesEvents && state.IsHeldUp));
        return goesOn ? DependencyStatus.Degraded(Name, reason) : DependencyStatus.Unavailable(Name, reason);
    }

    /// <summary>On its own, a node has every partition; in a cluster, some, soon after its start, if there are enough.</summary>
    private string? Unassigned(TimeSpan age)
    {
        var idle = state.Partitions.Count(p => p.Phase == WorkerPhase.Idle);
        var isWaiting = isShared ? idle == state.Partitions.Count && !_wasReady && age < AssignMax : idle > 0;
        return isWaiting ? $"{idle} of {state.Partitions.Count} partitions are not assigned yet" : null;
    }
}
