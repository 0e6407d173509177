using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// One append: encoded by its caller, partition by partition, so that the writer only copies. Pooled; it is its own awaitable and goes back to
/// the pool when its result is taken.
/// </summary>
internal sealed class AppendWork : WriteWork, IValueTaskSource<AppendResult>
{
    private const int PoolMax = 1024;
    private static readonly ConcurrentBag<AppendWork> Pool = [];

    private ManualResetValueTaskSourceCore<AppendResult> _completion = new() { RunContinuationsAsynchronously = true };
    private EmbeddedEventLog _log = null!;
    private EmbeddedTopic _topic = null!;
    private byte[] _buffer = [];
    private int _length;
    private int[] _ends = [];
    private int[] _counts = [];

    public override int Bytes => _length;
    public ValueTask<AppendResult> Completion => new(this, _completion.Version);

    public static AppendWork Rent(EmbeddedEventLog log, EmbeddedTopic topic)
    {
        if (!Pool.TryTake(out var work)) work = new AppendWork();
        work._log = log;
        work._topic = topic;
        return work;
    }

    /// <summary>Lays the records of each partition end to end. Throws for a partition that is not there.</summary>
    public void Encode(IReadOnlyList<LogAppend> records)
    {
        var partitions = _topic.Partitions.Length;
        if (_ends.Length != partitions) (_ends, _counts) = (new int[partitions], new int[partitions]);
        Array.Clear(_ends);
        Array.Clear(_counts);
        var targets = ArrayPool<int>.Shared.Rent(records.Count);
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            var target = targets[i] = record.Partition < 0 ? Murmur2.PartitionOf(record.Key.Span, partitions) : record.Partition;
            _ends[target] += LogChunk.SizeOf(record.Key.Length, record.Value.Length);
            _counts[target]++;
        }
        Lay(records, targets);
        ArrayPool<int>.Shared.Return(targets);
    }

    public override void Execute()
    {
        var start = 0;
        for (var i = 0; i < _ends.Length; i++)
        {
            if (_counts[i] > 0) _log.Gather(_topic.Partitions[i], _buffer.AsSpan(start, _ends[i] - start), _counts[i]);
            start = _ends[i];
        }
    }

    public override void Complete() => _completion.SetResult(new AppendResult(AppendOutcome.Durable, TimeSpan.Zero));

    public override void Fail(Exception cause) => Refuse(AppendOutcome.Unavailable, EmbeddedEventLog.RetryAfter);

    /// <summary>Answers without having been written.</summary>
    public void Refuse(AppendOutcome outcome, TimeSpan retryAfter) => _completion.SetResult(new AppendResult(outcome, retryAfter));

    public AppendResult GetResult(short token)
    {
        try
        {
            return _completion.GetResult(token);
        }
        finally
        {
            GiveBack();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private void Lay(IReadOnlyList<LogAppend> records, int[] targets)
    {
        _length = 0;
        for (var i = 0; i < _ends.Length; i++) (_ends[i], _length) = (_length, _length + _ends[i]);
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        for (var i = 0; i < records.Count; i++)
        {
            ref var end = ref _ends[targets[i]];
            end = LogChunk.Write(_buffer, end, records[i].Key.Span, records[i].Value.Span);
        }
    }

    private void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
        _completion.Reset();
        if (Pool.Count < PoolMax) Pool.Add(this);
    }
}
