using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Stream.Spool;

/// <summary>
/// The spool on disk: an embedded log of its own, with group commit and full sync, one partition for each of the real log's. What reached the log is
/// trimmed; the trimming is the drain's durable place. Thread-safe.
/// </summary>
internal sealed class SpoolFile : IAsyncDisposable
{
    /// <summary>Recent records of a partition that stay in memory: what a healthy drain takes next.</summary>
    private const long TailBytesMax = 1024 * 1024;

    /// <summary>Only these are a collector's; whatever the engine appends goes straight to the log.</summary>
    private static readonly string[] TopicsSpooled = [Topics.Events, Topics.Rejects];

    private readonly EmbeddedDatabase _database;
    private readonly EmbeddedEventLog _log;
    private readonly long _bytesMax;
    private readonly TimeProvider _time;
    private long _bytes;

    /// <summary>Throws <see cref="IOException"/> when another process uses the file or the disk refuses.</summary>
    /// <param name="topics">Topics to spool; null: events and rejects.</param>
    public SpoolFile(SpoolOptions options, int partitionCount, IEnumerable<string>? topics, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BytesMax, Limits.SpoolBytesMin, nameof(options));
        (_bytesMax, _time) = (options.BytesMax, time);
        _database = EmbeddedDatabase.Open(options.Path, time, TailBytesMax);
        _log = new EmbeddedEventLog(_database, partitionCount);
        Lanes = (topics ?? TopicsSpooled).ToDictionary(t => t, t => Enumerable.Range(0, _log.PartitionCount).Select(p => new SpoolLane(t, p)).ToArray(), StringComparer.Ordinal);
        foreach (var lane in Lanes.Values.SelectMany(l => l)) Restore(lane);
    }

    /// <summary>By topic, one for each partition.</summary>
    public IReadOnlyDictionary<string, SpoolLane[]> Lanes { get; }

    public int PartitionCount => _log.PartitionCount;

    public bool IsFull => Volatile.Read(ref _bytes) >= _bytesMax;

    /// <summary>Durable, or refused: busy when the spool is full, unavailable when the disk is.</summary>
    public async ValueTask<AppendResult> AppendAsync(SpoolLane[] lanes, IReadOnlyList<LogAppend> records)
    {
        long bytes = 0;
        foreach (var record in records) bytes += SizeOf(record);
        if (Interlocked.Add(ref _bytes, bytes) > _bytesMax)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return new AppendResult(AppendOutcome.Busy, Limits.SpoolRetryAfter);
        }
        var result = await _log.AppendAsync(lanes[0].Topic, records, CancellationToken.None);
        if (!result.IsDurable) Interlocked.Add(ref _bytes, -bytes);
        else foreach (var record in records) lanes[PartitionOf(record)].AddBytes(SizeOf(record));
        return result;
    }

    /// <summary>The lane of a record: the log's own partition, so that one that is away holds up no other.</summary>
    public int PartitionOf(in LogAppend record) =>
        record.Partition < 0 ? Murmur2.PartitionOf(record.Key.Span, PartitionCount) : record.Partition % PartitionCount;

    /// <summary>The next records of a lane; none at its end.</summary>
    public ValueTask<LogBatch> ReadAsync(SpoolLane lane, CancellationToken cancellation) =>
        _log.ReadAsync(lane.Topic, lane.Partition, lane.Position, Limits.SpoolBatchRecordsMax, cancellation);

    /// <summary>These records are in the log. Throws <see cref="IOException"/> when the disk refuses to forget them; the place in memory has moved by then.</summary>
    public async ValueTask ForgetAsync(SpoolLane lane, LogBatch batch)
    {
        long bytes = 0;
        for (var i = 0; i < batch.Count; i++) bytes += LogChunk.SizeOf(batch[i].Key.Length, batch[i].Value.Length);
        lane.Position = batch.NextOffset;
        lane.AddBytes(-bytes);
        Interlocked.Add(ref _bytes, -bytes);
        await _log.TrimToAsync(lane.Topic, lane.Partition, batch.NextOffset);
    }

    public async ValueTask<SpoolStatus> GetStatusAsync(CancellationToken cancellation)
    {
        var (count, records) = (0, 0L);
        Instant? oldest = null;
        foreach (var lane in Lanes.Values.SelectMany(l => l).Where(l => !l.IsDirect))
        {
            count++;
            records += Math.Max(0, (await _log.GetBoundsAsync(lane.Topic, lane.Partition, cancellation)).Next - lane.Position);
            var own = _log.Measure(lane.Topic, lane.Partition, static (reader, number) => reader.Oldest(number));
            if (own is not null && (oldest is null || own < oldest)) oldest = own;
        }
        var now = Instant.FromDateTimeOffset(_time.GetUtcNow());
        return new SpoolStatus(count, records, Volatile.Read(ref _bytes), records > 0 && oldest < now ? now - oldest.Value : TimeSpan.Zero);
    }

    /// <summary>Throws with the cause when the disk refuses.</summary>
    public ValueTask CheckAsync(CancellationToken cancellation) => _database.CheckAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>What a process before this one left: it queues before anything new.</summary>
    private void Restore(SpoolLane lane)
    {
        // Bounds of the embedded log are in memory: nothing waits here.
        var (first, next) = _log.GetBoundsAsync(lane.Topic, lane.Partition, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        lane.Position = first;
        if (first == next) return;
        var bytes = _log.Measure(lane.Topic, lane.Partition, static (reader, number) => reader.Bytes(number));
        lane.AddBytes(bytes);
        _bytes += bytes;
        lane.BeginSpooling();
    }

    /// <summary>The lane is empty: what its first chunk was counted too much for is taken back.</summary>
    public void Settle(SpoolLane lane)
    {
        var rest = lane.Bytes;
        lane.AddBytes(-rest);
        Interlocked.Add(ref _bytes, -rest);
    }

    private static long SizeOf(in LogAppend record) => LogChunk.SizeOf(record.Key.Length, record.Value.Length);
}
