using System.Text;
using Engagement.Core;

namespace Engagement.Desks;

/// <summary>
/// Which sites' desks this node asks for presence: those whose partition of the notices is its own, so that in a cluster each desk is asked by one node,
/// and by another as soon as that one is gone. Thread-safe.
/// </summary>
internal sealed class DeskAssignment
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _owned = [];
    private int _partitions = 1;
    private TaskCompletionSource _taken = NotYet();

    /// <summary>Completes with the next partition that is taken.</summary>
    public Task NextTaken
    {
        get
        {
            lock (_gate) return _taken.Task;
        }
    }

    public void Take(int partition, int partitions)
    {
        TaskCompletionSource taken;
        lock (_gate)
        {
            _partitions = partitions;
            _owned.Add(partition);
            (taken, _taken) = (_taken, NotYet());
        }
        taken.SetResult();
    }

    public void Leave(int partition)
    {
        lock (_gate) _owned.Remove(partition);
    }

    public bool IsOurs(string site)
    {
        lock (_gate) return _owned.Contains((int)(Identifiers.Hash64(Encoding.UTF8.GetBytes(site)) % (ulong)_partitions));
    }

    private static TaskCompletionSource NotYet() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
