using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// Reads one partition outside of any group. It goes on fetching where the last read ended, so that reads one after another find their records
/// already here; after <see cref="IdleMax"/> without a read it lets go of them. Thread-safe: one read at a time.
/// </summary>
internal sealed class KafkaReader : IDisposable
{
    public static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);

    /// <summary>The broker has said that there are records; when none comes for so long it is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly NativeClient _client;
    private readonly string _topic;
    private readonly int _partition;
    private readonly TimeProvider _time;
    private readonly BoundsQuery _bounds;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ITimer _idle;
    private NativePartition? _source;
    private long _position = -1;
    private long _end;
    private volatile bool _disposed;

    public KafkaReader(NativeClient client, string topic, int partition, TimeProvider time)
    {
        (_client, _topic, _partition, _time) = (client, topic, partition, time);
        _bounds = new BoundsQuery(() => client.QueryBounds(topic, partition, KafkaSettings.BoundsTimeout));
        _idle = time.CreateTimer(static reader => ((KafkaReader)reader!).LetGo(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task<(long First, long Next)> GetBoundsAsync() => _bounds.AskAsync();

    public async Task<LogBatch> ReadAsync(long offset, int maxRecords, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (offset != _position || offset >= _end)
            {
                var (first, next) = await GetBoundsAsync();
                (offset, _end) = (Math.Max(offset, first), next);
            }
            if (offset >= _end) return KafkaBatch.Empty(_partition, offset);
            var count = (int)Math.Min(maxRecords, _end - offset);
            return TryTakeFetched(offset, count) ?? await Task.Run(() => Read(offset, count, cancellation), cancellation);
        }
        catch
        {
            _position = -1;
            throw;
        }
        finally
        {
            _idle.Change(IdleMax, Timeout.InfiniteTimeSpan);
            _gate.Release();
        }
    }

    /// <summary>A read under way ends first.</summary>
    public void Dispose()
    {
        _disposed = true;
        _gate.Wait();
        _idle.Dispose();
        _source?.Dispose();
        _source = null;
        _gate.Release();
    }

    /// <summary>What is already here needs no thread to wait on.</summary>
    private KafkaBatch? TryTakeFetched(long offset, int count)
    {
        if (_source is null || offset != _position) return null;
        var result = _source.Take(count, TimeSpan.Zero);
        return IsAnswer(result) ? Advance(result) : null;
    }

    private KafkaBatch Read(long offset, int count, CancellationToken cancellation)
    {
        _source ??= new NativePartition(_client, _topic, _partition, arrived: null);
        if (offset != _position) _source.Start(offset);
        _position = offset;
        for (var started = _time.GetTimestamp(); _time.GetElapsedTime(started) < Patience;)
        {
            cancellation.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            var result = _source.Take(count, Look);
            if (IsAnswer(result)) return Advance(result);
        }
        throw new IOException($"{_topic}/{_partition}: nothing came from {offset} within {Patience.TotalSeconds} s");
    }

    /// <summary>Records, or the end. A mark of an earlier end is none: it was fetched before records came, and they are still on their way.</summary>
    private bool IsAnswer(in FetchResult result) => result.Batch is not null || result.End >= _end;

    /// <summary>At the end without a record, what is left are marks of other people's transactions.</summary>
    private KafkaBatch Advance(FetchResult result)
    {
        var batch = result.Batch ?? KafkaBatch.Empty(_partition, result.End);
        _position = batch.NextOffset;
        return batch;
    }

    private void LetGo()
    {
        // A read under way sets the timer again.
        if (!_gate.Wait(0)) return;
        try
        {
            _source?.Stop();
            _position = -1;
        }
        finally
        {
            _gate.Release();
        }
    }
}
