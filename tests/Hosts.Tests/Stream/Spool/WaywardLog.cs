using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream;

namespace Hosts.Tests.Stream.Spool;

/// <summary>What the log does with an append.</summary>
public enum LogMood
{
    Up = 0,

    /// <summary>Nothing is kept, and it says so.</summary>
    Away,

    /// <summary>The beginning of what goes to each partition is kept; told as not kept.</summary>
    Torn,

    /// <summary>All is kept; told as not kept.</summary>
    Mute,

    /// <summary>Queued as a producer queues: kept, in order and before anything later, when the mood changes; answered only then.</summary>
    Hung,

    /// <summary>Takes nothing for now.</summary>
    Busy,

    /// <summary>Throws what no other try is thought to cure.</summary>
    Broken,
}

/// <summary>A log in memory that fails as told; appends of a partition keep the order in which they were given. Thread-safe.</summary>
internal sealed class WaywardLog(int partitions, int seed) : IEventLog
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<(string Topic, int Partition), List<(byte[] Key, byte[] Value)>> _kept = [];
    private readonly List<Action> _queued = [];
    private LogMood _mood;

    public int PartitionCount => partitions;
    public bool HasBoundsAtHand => true;

    /// <summary>Changing it lets what hung through.</summary>
    public LogMood Mood
    {
        get { lock (_gate) return _mood; }
        set
        {
            lock (_gate)
            {
                _mood = value;
                if (value == LogMood.Hung) return;
                foreach (var queued in _queued) queued();
                _queued.Clear();
            }
        }
    }

    public List<string> ValuesOf(string topic, int partition)
    {
        lock (_gate) return [.. Of(topic, partition).Select(r => Encoding.UTF8.GetString(r.Value))];
    }

    public ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        lock (_gate)
        {
            switch (_mood)
            {
                case LogMood.Up:
                    Keep(topic, records, records.Count);
                    return new(Durable);
                case LogMood.Torn:
                    Keep(topic, records, _random.Next(records.Count + 1));
                    return new(Unavailable);
                case LogMood.Mute:
                    Keep(topic, records, records.Count);
                    return new(Unavailable);
                case LogMood.Busy:
                    return new(new AppendResult(AppendOutcome.Busy, TimeSpan.FromSeconds(1)));
                case LogMood.Broken:
                    throw new NotSupportedException("broken");
                case LogMood.Hung:
                    var answer = new TaskCompletionSource<AppendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
                    _queued.Add(() =>
                    {
                        Keep(topic, records, records.Count);
                        answer.SetResult(Durable);
                    });
                    return new(answer.Task);
                default:
                    return new(Unavailable);
            }
        }
    }

    public ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation)
    {
        lock (_gate) return _mood is LogMood.Away ? throw new IOException("away") : new((0L, Of(topic, partition).Count));
    }

    public ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation)
    {
        lock (_gate) return new(new MemoryBatch(partition, offset, [.. Of(topic, partition).Skip((int)offset).Take(maxRecords)]));
    }

    public ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation) => throw new NotSupportedException();
    public ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation) => default;
    public ValueTask CheckAsync(CancellationToken cancellation) => default;
    public ValueTask DisposeAsync() => default;

    private static AppendResult Durable => new(AppendOutcome.Durable, TimeSpan.Zero);
    private static AppendResult Unavailable => new(AppendOutcome.Unavailable, TimeSpan.FromSeconds(1));

    private void Keep(string topic, IReadOnlyList<LogAppend> records, int count)
    {
        foreach (var record in records.Take(count))
            Of(topic, record.Partition < 0 ? Murmur2.PartitionOf(record.Key.Span, partitions) : record.Partition).Add((record.Key.ToArray(), record.Value.ToArray()));
    }

    private List<(byte[] Key, byte[] Value)> Of(string topic, int partition)
    {
        if (!_kept.TryGetValue((topic, partition), out var list)) _kept[(topic, partition)] = list = [];
        return list;
    }

    private sealed class MemoryBatch(int partition, long offset, List<(byte[] Key, byte[] Value)> records) : LogBatch
    {
        public override int Partition => partition;
        public override int Count => records.Count;
        public override LogRecord this[int index] => new(offset + index, records[index].Key, records[index].Value);
        public override long NextOffset => offset + records.Count;
    }
}
