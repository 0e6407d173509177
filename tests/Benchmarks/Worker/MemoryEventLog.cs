using Benchmarks.Core;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Testing;

namespace Benchmarks.Worker;

/// <summary>
/// One partition of records in memory, and a place where appended ones are merely counted: what remains is the cost of the worker between them. Not a
/// log for anything else.
/// </summary>
internal sealed class MemoryEventLog(EventStream stream, ReadOnlyMemory<byte> key) : IEventLog
{
    private long _appendedBytes;
    private long _appended;

    public int PartitionCount => 1;
    public bool HasBoundsAtHand => true;
    public long Appended => Interlocked.Read(ref _appended);
    public long AppendedBytes => Interlocked.Read(ref _appendedBytes);

    /// <summary>Completed once the last record was handed out and its batch applied.</summary>
    public TaskCompletionSource CaughtUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        Interlocked.Add(ref _appended, records.Count);
        long bytes = 0;
        for (var i = 0; i < records.Count; i++) bytes += records[i].Value.Length;
        Interlocked.Add(ref _appendedBytes, bytes);
        return new(new AppendResult(AppendOutcome.Durable, TimeSpan.Zero));
    }

    public ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation) => new(new Consumer(this));

    public ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation) => new((0L, stream.Count));

    /// <summary>Nothing is read ahead: no offer is in the stream.</summary>
    public ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation) =>
        new(new Batch(this, offset, 0));

    public ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation) => default;
    public ValueTask CheckAsync(CancellationToken cancellation) => default;
    public ValueTask DisposeAsync() => default;

    private sealed class Batch(MemoryEventLog log, long from, int count) : LogBatch
    {
        private readonly EventStream _stream = log.Stream;

        public override int Partition => 0;
        public override int Count => count;
        public override long NextOffset => from + count;

        public override LogRecord this[int index]
        {
            get
            {
                var i = (int)from + index;
                var start = i == 0 ? 0 : _stream.Ends[i - 1];
                return new LogRecord(i, log.Key, _stream.Bytes.AsMemory(start, _stream.Ends[i] - start));
            }
        }
    }

    private EventStream Stream => stream;
    private ReadOnlyMemory<byte> Key => key;

    private sealed class Consumer(MemoryEventLog log) : ILogConsumer
    {
        private readonly SemaphoreSlim _wake = new(0);
        private volatile bool _sought;
        private volatile bool _paused;
        private bool _assigned;
        private bool _caughtUp;
        private long _next;

        public async ValueTask<ConsumerSignal> NextAsync(CancellationToken cancellation)
        {
            if (!_assigned)
            {
                _assigned = true;
                return new(ConsumerSignalKind.Assigned, 0, null);
            }
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (_sought && !_paused && _next < log.Stream.Count)
                {
                    var batch = new Batch(log, _next, (int)Math.Min(Limits.BatchRecordsMax, log.Stream.Count - _next));
                    _next = batch.NextOffset;
                    return new(ConsumerSignalKind.Batch, 0, batch);
                }
                if (_sought && !_caughtUp && _next == log.Stream.Count)
                {
                    _caughtUp = true;
                    return new(ConsumerSignalKind.CaughtUp, 0, null);
                }
                await _wake.WaitAsync(cancellation);
            }
        }

        public void Seek(int partition, long offset)
        {
            (_next, _sought) = (offset, true);
            _wake.Release();
        }

        public ValueTask<long?> FindCommittedAsync(int partition, CancellationToken cancellation) => new((long?)null);

        public void Pause(int partition) => _paused = true;

        public void Resume(int partition)
        {
            _paused = false;
            _wake.Release();
        }

        public void Released(int partition)
        {
        }

        public ValueTask CommitAsync(int partition, long position, CancellationToken cancellation)
        {
            if (position >= log.Stream.Count) log.CaughtUp.TrySetResult();
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}
