namespace Engagement.Core.Contracts;

/// <summary>The topics. One log holds them all.</summary>
public static class Topics
{
    /// <summary>Canonical events, invitation outcomes and ticks; key <c>site:visitor</c>.</summary>
    public const string Events = "engagement.events";
    public const string Rejects = "engagement.rejects";
    public const string Decisions = "engagement.decisions";
    public const string Outcomes = "engagement.outcomes";

    /// <summary>Who asked to be forgotten, and when: the index that every reader of events loads first. Key <c>site:visitor</c>.</summary>
    public const string Erasures = "engagement.erasures";

    /// <summary>What desks and webhooks are to be told (<see cref="Notice"/>), of sites that have any; key <c>site:visitor</c>.</summary>
    public const string Notices = "engagement.notices";
}

/// <summary>A record as read. The memory is the batch's: valid until the batch is disposed.</summary>
public readonly record struct LogRecord(long Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>A record to append. The partition is murmur2(key) unless <paramref name="Partition"/> says otherwise (ticks).</summary>
public readonly record struct LogAppend(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, int Partition = -1);

/// <summary>How an append ended.</summary>
public enum AppendOutcome : byte
{
    /// <summary>Every record is durable: it survives the loss of this process, and of any one broker in a cluster.</summary>
    Durable = 0,

    /// <summary>Too much waits already: nothing of this call was taken; try again after <see cref="AppendResult.RetryAfter"/>.</summary>
    Busy,

    /// <summary>The log could not be reached, or the disk refused: some of it may yet have been kept; sending it again is safe, ids tell duplicates.</summary>
    Unavailable,
}

/// <summary>Answer to an append.</summary>
public readonly record struct AppendResult(AppendOutcome Outcome, TimeSpan RetryAfter)
{
    public bool IsDurable => Outcome == AppendOutcome.Durable;
}

/// <summary>A run of records of one partition in offset order. Disposing gives its buffers back.</summary>
public abstract class LogBatch : IDisposable
{
    public abstract int Partition { get; }
    public abstract int Count { get; }
    public abstract LogRecord this[int index] { get; }

    /// <summary>The offset to go on with after this batch.</summary>
    public abstract long NextOffset { get; }
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>
/// First IO seam: a partitioned, durable, append-only log with consumer groups. Implementations: embedded (SQLite) and Kafka. All members are
/// thread-safe; records of one key keep their order; appends by one caller, each awaited, keep their order.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Partitions of <see cref="Topics.Events"/>; fixed for the life of a topic.</summary>
    int PartitionCount { get; }

    /// <summary>True where <see cref="GetBoundsAsync"/> answers from memory, so that it may be asked with every question; false where it asks a broker.</summary>
    bool HasBoundsAtHand { get; }

    /// <summary>
    /// Appends all records, in order by partition, and completes when they are durable. The memory must stay untouched until then. Never throws
    /// for a full queue or an absent log: the result says so.
    /// </summary>
    ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation);

    /// <summary>Joins a consumer group on a topic. The group divides the partitions among its members, in this process or others.</summary>
    ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation);

    /// <summary>The first offset still kept and the offset that the next record will get.</summary>
    ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation);

    /// <summary>
    /// Reads up to <paramref name="maxRecords"/> records from <paramref name="offset"/> (or the first still kept) without joining a group: for
    /// rebuild, debugging and tools. Count 0 at the end of the log; never waits for records to come.
    /// </summary>
    ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation);

    /// <summary>Deletes what is older than <paramref name="before"/> in whole chunks or segments. A no-op where the broker does it.</summary>
    ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation);

    /// <summary>Throws with the cause when the log cannot be used; for readiness.</summary>
    ValueTask CheckAsync(CancellationToken cancellation);
}

/// <summary>What a consumer has to say next.</summary>
public enum ConsumerSignalKind : byte
{
    /// <summary>A partition is ours: call <see cref="ILogConsumer.Seek"/> to start its batches.</summary>
    Assigned = 0,

    /// <summary>A partition is taken away: finish it, then call <see cref="ILogConsumer.Released"/>.</summary>
    Revoked,

    /// <summary>Records of an assigned partition.</summary>
    Batch,

    /// <summary>An assigned partition has been read to its end; sent once each time the end is reached.</summary>
    CaughtUp,
}

public readonly record struct ConsumerSignal(ConsumerSignalKind Kind, int Partition, LogBatch? Batch);

/// <summary>One member of a consumer group. <see cref="NextAsync"/> is called by one reader; the rest are thread-safe.</summary>
public interface ILogConsumer : IAsyncDisposable
{
    /// <summary>Waits for the next signal. Batches come only for partitions that are assigned, sought and not paused.</summary>
    ValueTask<ConsumerSignal> NextAsync(CancellationToken cancellation);

    /// <summary>Batches of the partition go on from this offset.</summary>
    void Seek(int partition, long offset);

    /// <summary>Back-pressure: no batches of the partition until <see cref="Resume"/>.</summary>
    void Pause(int partition);
    void Resume(int partition);

    /// <summary>The partition that was revoked is done with; another member may have it.</summary>
    void Released(int partition);

    /// <summary>
    /// Gives the group a position. Where a checkpoint exists it mirrors that, for lag and operators; a reader without one goes on from here, and may
    /// find it a little behind: what was committed last before a crash can be lost, never more.
    /// </summary>
    ValueTask CommitAsync(int partition, long position, CancellationToken cancellation);

    /// <summary>The position that the group holds for a partition that is ours; null where it never got one. Waits while the log cannot be asked.</summary>
    ValueTask<long?> FindCommittedAsync(int partition, CancellationToken cancellation);
}
