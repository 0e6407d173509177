using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>
/// Whoever sends events and asks at once is answered with them: an ask waits until the worker of the visitor's partition has come to where the
/// log ended when it was asked, for a few milliseconds at most. Where the log is a cluster's, the worker another node's, or far behind, it does not wait. Thread-safe.
/// </summary>
internal sealed class OwnWritesPolicy(IEventLog log, EngineState state)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    /// <summary>Some 25 ms, well inside the 50 in which an ask is answered.</summary>
    private const int LooksMax = 25;

    /// <summary>A worker that has more than this to do is catching up; waiting for it would only delay the answer.</summary>
    private const long RecordsBehindMax = 2_000;

    public ValueTask WaitAsync(KnownVisitor known, CancellationToken cancellation)
    {
        // A log that must ask over the network where it ends is not asked: that would cost more than it gives.
        if (!log.HasBoundsAtHand) return ValueTask.CompletedTask;
        var partition = PartitionOf(known.Site.Id, known.Key);
        if (partition >= state.Partitions.Count) return ValueTask.CompletedTask;
        var status = state.Of(partition);
        if (status.Phase is not (WorkerPhase.Live or WorkerPhase.CatchingUp)) return ValueTask.CompletedTask;
        var bounds = log.GetBoundsAsync(Topics.Events, partition, cancellation);
        if (!bounds.IsCompletedSuccessfully) return ValueTask.CompletedTask;
        var end = bounds.Result.Next;
        return end - status.AssessedTo is <= 0 or > RecordsBehindMax ? ValueTask.CompletedTask : WaitAsync(status, end, cancellation);
    }

    private static async ValueTask WaitAsync(PartitionStatus status, long end, CancellationToken cancellation)
    {
        for (var look = 0; look < LooksMax && status.AssessedTo < end; look++) await Task.Delay(Look, cancellation);
    }

    private int PartitionOf(string site, VisitorKey visitor)
    {
        Span<byte> id = stackalloc byte[Limits.SiteIdBytesMax];
        id = id[..Encoding.UTF8.GetBytes(site, id)];
        Span<byte> key = stackalloc byte[Limits.SiteIdBytesMax + 33];
        key = key[..RecordKeys.Length(id)];
        RecordKeys.Write(id, visitor, key);
        return Murmur2.PartitionOf(key, log.PartitionCount);
    }
}
