using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// The event log in the storage file. Topics come about when they are first named; every topic has as many partitions as the file was made
/// with. Consumer groups live in this process, the only one that may use the file. Thread-safe.
/// </summary>
public sealed class EmbeddedEventLog : IEventLog, IWriteParticipant
{
    /// <summary>A disk that refuses or is far behind needs about so long.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Chunks deleted in one transaction, so that appends never wait long for a trim.</summary>
    private const int TrimChunksMax = 256;

    private readonly EmbeddedDatabase _database;
    private readonly ConcurrentDictionary<string, EmbeddedTopic> _topics = new(StringComparer.Ordinal);
    private readonly List<EmbeddedPartition> _gathered = [];
    private readonly Lock _creating = new();
    private readonly SqliteStatement _insert;
    private readonly EmbeddedPositions _positions;

    /// <param name="database">Stays open; whoever opened it closes it.</param>
    /// <param name="partitionCount">For a new file, 1 to 1023; an old one keeps its own.</param>
    public EmbeddedEventLog(EmbeddedDatabase database, int partitionCount = Limits.EmbeddedPartitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partitionCount, EmbeddedTopicStore.PartitionsMax);
        _database = database;
        _insert = database.Prepare("INSERT INTO chunk(key, records, written_at, crc, data) VALUES(?1, ?2, ?3, ?4, ?5)");
        _positions = new EmbeddedPositions(database);
        foreach (var topic in EmbeddedTopicStore.Load(database)) _topics[topic.Name] = topic;
        PartitionCount = _topics.Values.FirstOrDefault()?.Partitions.Length ?? partitionCount;
        database.Writer.Add(this);
        database.Writer.Add(_positions);
    }

    public int PartitionCount { get; }
    public bool HasBoundsAtHand => true;

    public ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return ValueTask.FromResult(new AppendResult(AppendOutcome.Durable, TimeSpan.Zero));
        try
        {
            return Append(TopicOf(topic), records);
        }
        catch (IOException)
        {
            // The topic was new and the disk refused to take it down.
            return ValueTask.FromResult(new AppendResult(AppendOutcome.Unavailable, RetryAfter));
        }
    }

    public ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation) =>
        ValueTask.FromResult<ILogConsumer>(TopicOf(topic).GroupOf(group).Join(_positions));

    public ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation) =>
        ValueTask.FromResult(TopicOf(topic).Partitions[partition].Bounds);

    public ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        return ValueTask.FromResult<LogBatch>(TopicOf(topic).Partitions[partition].Read(offset, maxRecords));
    }

    public async ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation)
    {
        foreach (var partition in TopicOf(topic).Partitions)
        {
            while (await _database.Writer.RunAsync(() => EmbeddedTopicStore.Trim(_database, partition, before, TrimChunksMax)) is { } first)
            {
                partition.Trimmed(first);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Forgets the records of a partition before an offset; durable when it completes. Throws <see cref="IOException"/> when the disk refuses.</summary>
    internal async ValueTask TrimToAsync(string topic, int partition, long first)
    {
        var trimmed = TopicOf(topic).Partitions[partition];
        await _database.Writer.RunAsync(() => EmbeddedTopicStore.TrimTo(_database, trimmed, first));
        trimmed.Trimmed(first);
    }

    /// <summary>Asks the file about a partition, by its number.</summary>
    internal T Measure<T>(string topic, int partition, Func<EmbeddedLogReader, long, T> measure)
    {
        var reader = _database.RentReader();
        try
        {
            return measure(reader, TopicOf(topic).Partitions[partition].Number);
        }
        finally
        {
            _database.Return(reader);
        }
    }

    /// <summary>Position that a group has mirrored; null when none. For operators and tests.</summary>
    public long? GetGroupPosition(string topic, string group, int partition) => _positions.Find(group, TopicOf(topic).Partitions[partition].Number);

    public ValueTask CheckAsync(CancellationToken cancellation) => _database.CheckAsync(cancellation);

    /// <summary>The database is closed by its owner; nothing to do here.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal void Gather(EmbeddedPartition partition, ReadOnlySpan<byte> encoded, int count)
    {
        if (!_gathered.Contains(partition)) _gathered.Add(partition);
        partition.Gather(encoded, count, _insert);
    }

    void IWriteParticipant.Flush()
    {
        foreach (var partition in _gathered) partition.Insert(_insert);
    }

    void IWriteParticipant.Committed()
    {
        foreach (var partition in _gathered) partition.Committed();
        _gathered.Clear();
    }

    void IWriteParticipant.RolledBack()
    {
        foreach (var partition in _gathered) partition.RolledBack();
        _gathered.Clear();
    }

    private ValueTask<AppendResult> Append(EmbeddedTopic topic, IReadOnlyList<LogAppend> records)
    {
        var work = AppendWork.Rent(this, topic);
        work.Encode(records);
        var completion = work.Completion;
        switch (_database.Writer.Offer(work))
        {
            case AppendAdmission.Full:
                work.Refuse(AppendOutcome.Busy, RetryAfter);
                break;
            case AppendAdmission.Closed:
                work.Refuse(AppendOutcome.Unavailable, RetryAfter);
                break;
        }
        return completion;
    }

    private EmbeddedTopic TopicOf(string name)
    {
        if (_topics.TryGetValue(name, out var known)) return known;
        lock (_creating)
        {
            if (_topics.TryGetValue(name, out known)) return known;
            // Once in the life of a topic: waiting here is simpler than a second state of it.
            known = _database.Writer.RunAsync(() => EmbeddedTopicStore.Create(_database, name, PartitionCount)).GetAwaiter().GetResult();
            return _topics[name] = known;
        }
    }
}
