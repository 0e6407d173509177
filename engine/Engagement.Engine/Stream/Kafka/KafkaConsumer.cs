using System.Threading.Channels;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// One member of a group with the partitions it reads. It is woken by librdkafka as soon as records arrive, and copies them out by the batch;
/// nothing of a partition is fetched before it is sought, and what is not taken stops the fetching (back-pressure). Thread-safe but for the one reader.
/// </summary>
internal sealed class KafkaConsumer : ILogConsumer
{
    private readonly NativeClient _client;
    private readonly GroupMember _member;
    private readonly AssignedPartition[] _partitions;
    private readonly Lock _gate = new();
    private readonly Queue<ConsumerSignal> _control = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly SemaphoreSlim _releases = new(0);
    private Exception? _fault;
    private volatile bool _closed;
    private int _turn;

    /// <summary>How long a broker may hold a fetch that finds nothing: an idle partition is known to be read to its end so much later.</summary>
    private static readonly TimeSpan FetchWait = TimeSpan.FromMilliseconds(50);

    public KafkaConsumer(KafkaOptions options, KafkaTopic topic, string group, ILoggerFactory loggers)
    {
        _client = new NativeClient(KafkaSettings.Fetch(options, FetchWait), loggers.CreateLogger<NativeClient>());
        _partitions = [.. topic.Partitions.Select(p => new AssignedPartition(_client, topic.Name, p.Partition.Value, Wake))];
        try
        {
            _member = new GroupMember(this, options, topic.Name, group, loggers.CreateLogger<GroupMember>());
        }
        catch
        {
            _client.Dispose();
            throw;
        }
        _member.Start();
    }

    public async ValueTask<ConsumerSignal> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryNext() is { } signal) return signal;
            ObjectDisposedException.ThrowIf(!await _wake.Reader.WaitToReadAsync(cancellation), this);
            _wake.Reader.TryRead(out _);
        }
    }

    public void Seek(int partition, long offset)
    {
        _partitions[partition].Seek(offset);
        Wake();
    }

    public void Pause(int partition) => _partitions[partition].Paused = true;

    public void Resume(int partition)
    {
        _partitions[partition].Paused = false;
        Wake();
    }

    public void Released(int partition)
    {
        if (_partitions[partition].Release()) _releases.Release();
    }

    public ValueTask CommitAsync(int partition, long position, CancellationToken cancellation)
    {
        if (!_closed) _member.Store(partition, position);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<long?> FindCommittedAsync(int partition, CancellationToken cancellation) =>
        await _member.FindStoredAsync(partition).WaitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, true)) return;
        _wake.Writer.TryComplete();
        _releases.Release();
        await Task.Run(() =>
        {
            _member.Dispose();
            foreach (var partition in _partitions) partition.Dispose();
            _client.Dispose();
        });
    }

    /// <summary>From the group: the partition is this node's.</summary>
    internal void Assigned(int partition)
    {
        if (partition >= _partitions.Length)
        {
            Fail(new TopicMismatchException($"partition {partition} was assigned, and there should be {_partitions.Length}; a topic's partitions are fixed"));
            return;
        }
        _partitions[partition].Assign();
        Tell(ConsumerSignalKind.Assigned, partition);
    }

    /// <summary>From the group: reading stops at once; waits until each is released. False when the time was over before.</summary>
    internal bool Revoke(int[] partitions, TimeSpan wait)
    {
        var held = Array.FindAll(partitions, p => p < _partitions.Length && _partitions[p].Revoke());
        foreach (var partition in held) Tell(ConsumerSignalKind.Revoked, partition);
        using var bound = new CancellationTokenSource(wait);
        while (!_closed && Array.Exists(held, p => _partitions[p].IsRevoked))
        {
            try
            {
                _releases.Wait(bound.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        return Array.TrueForAll(held, p => !_partitions[p].GiveUp());
    }

    /// <summary>From the group: this membership is over; the reader hears of it.</summary>
    internal void Fail(Exception fault)
    {
        lock (_gate) _fault ??= fault;
        Wake();
    }

    /// <summary>Some ten times a second: what librdkafka does only when asked, and a look for what no wake-up told of.</summary>
    internal void Breathe()
    {
        _client.Poll();
        Wake();
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private void Tell(ConsumerSignalKind kind, int partition)
    {
        lock (_gate) _control.Enqueue(new ConsumerSignal(kind, partition, null));
        Wake();
    }

    private ConsumerSignal? TryNext()
    {
        lock (_gate)
        {
            if (_fault is not null) throw new IOException(_fault.Message, _fault);
            if (_control.TryDequeue(out var control)) return control;
        }
        ObjectDisposedException.ThrowIf(_closed, this);
        for (var i = 0; i < _partitions.Length; i++)
        {
            _turn = (_turn + 1) % _partitions.Length;
            if (_partitions[_turn].TryTake() is { } signal) return signal;
        }
        return null;
    }
}
