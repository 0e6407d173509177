using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Contracts;

/// <summary>Who owns which partition across the members of a group; notes every moment at which two did.</summary>
public sealed class OwnershipLedger
{
    private readonly ConcurrentDictionary<int, object> _owners = new();
    public ConcurrentQueue<string> Conflicts { get; } = new();

    public void Take(int partition, object owner)
    {
        if (!_owners.TryAdd(partition, owner)) Conflicts.Enqueue($"partition {partition} was given while another member owned it");
    }

    public void Leave(int partition) => _owners.TryRemove(partition, out _);
}

/// <summary>A well-behaved member of a consumer group: seeks what it is assigned, releases what is revoked, keeps what it reads.</summary>
public sealed class GroupReader(ILogConsumer consumer, OwnershipLedger? ledger = null) : IAsyncDisposable
{
    private Task<ConsumerSignal>? _next;

    public ILogConsumer Consumer => consumer;
    public HashSet<int> Owned { get; } = [];
    public List<int> CaughtUp { get; } = [];
    public List<string> Values { get; } = [];

    public Task UntilAsync(Func<bool> done, TimeSpan patience) => UntilAsync([this], done, patience);

    /// <summary>Handles the signals of all members until the condition holds; throws when it does not in time.</summary>
    public static async Task UntilAsync(GroupReader[] readers, Func<bool> done, TimeSpan patience)
    {
        var started = Stopwatch.StartNew();
        while (!done())
        {
            if (started.Elapsed > patience) throw new TimeoutException($"The group did not come to what was awaited within {patience}; owned: {string.Join(" | ", readers.Select(r => string.Join(',', r.Owned.Order())))}");
            await StepAsync(readers, TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Handles whatever comes in this time.</summary>
    public async Task ForAsync(TimeSpan time)
    {
        for (var started = Stopwatch.StartNew(); started.Elapsed < time;) await StepAsync([this], TimeSpan.FromMilliseconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var partition in Owned) ledger?.Leave(partition);
        await consumer.DisposeAsync();
        if (_next is not null) await _next.ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
    }

    private static async Task StepAsync(GroupReader[] readers, TimeSpan wait)
    {
        foreach (var reader in readers) reader._next ??= reader.Consumer.NextAsync(default).AsTask();
        await Task.WhenAny([.. readers.Select(r => (Task)r._next!), Task.Delay(wait)]);
        foreach (var reader in readers.Where(r => r._next!.IsCompleted))
        {
            var signal = await reader._next!;
            reader._next = null;
            reader.Handle(signal);
        }
    }

    private void Handle(ConsumerSignal signal)
    {
        switch (signal.Kind)
        {
            case ConsumerSignalKind.Assigned:
                Owned.Add(signal.Partition);
                ledger?.Take(signal.Partition, this);
                consumer.Seek(signal.Partition, 0);
                break;
            case ConsumerSignalKind.Revoked:
                Owned.Remove(signal.Partition);
                ledger?.Leave(signal.Partition);
                consumer.Released(signal.Partition);
                break;
            case ConsumerSignalKind.CaughtUp:
                CaughtUp.Add(signal.Partition);
                break;
            default:
                using (signal.Batch)
                {
                    for (var i = 0; i < signal.Batch!.Count; i++) Values.Add(Encoding.UTF8.GetString(signal.Batch[i].Value.Span));
                }
                break;
        }
    }
}
