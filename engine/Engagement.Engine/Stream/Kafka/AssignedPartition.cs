using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>A partition's place in one membership: not ours → assigned → reading from where it was sought → revoked → released. Thread-safe.</summary>
internal sealed class AssignedPartition(NativeClient client, string topic, int partition, Action wake) : IDisposable
{
    private readonly Lock _gate = new();
    private NativePartition? _source;
    private Stage _stage;
    private bool _caughtUp;
    private bool _disposed;
    private volatile bool _paused;
    private int _arrivals;

    private enum Stage : byte { None = 0, Assigned, Reading, Revoked }

    public bool Paused { get => _paused; set => _paused = value; }

    public bool IsRevoked
    {
        get
        {
            lock (_gate) return _stage == Stage.Revoked;
        }
    }

    public void Assign()
    {
        lock (_gate)
        {
            if (!_disposed) (_stage, _paused) = (Stage.Assigned, false);
        }
    }

    /// <summary>Ignored where the partition is not ours any more.</summary>
    public void Seek(long offset)
    {
        lock (_gate)
        {
            if (_stage is not (Stage.Assigned or Stage.Reading)) return;
            _source ??= new NativePartition(client, topic, partition, OnArrived);
            _source.Start(offset);
            (_stage, _caughtUp) = (Stage.Reading, false);
            Volatile.Write(ref _arrivals, 1);
        }
    }

    /// <summary>The next batch, or that the end is reached; null when there is nothing to say.</summary>
    public ConsumerSignal? TryTake()
    {
        if (_paused) return null;
        lock (_gate)
        {
            if (_stage != Stage.Reading) return null;
            if (_caughtUp)
            {
                _caughtUp = false;
                return new ConsumerSignal(ConsumerSignalKind.CaughtUp, partition, null);
            }
            // Cleared before the look: what arrives during it sets the mark again.
            if (Interlocked.Exchange(ref _arrivals, 0) == 0) return null;
            var result = _source!.Take(Limits.BatchRecordsMax, TimeSpan.Zero);
            if (result.MayHaveMore) Volatile.Write(ref _arrivals, 1);
            var atEnd = result.End >= 0;
            if (result.Batch is null) return atEnd ? new ConsumerSignal(ConsumerSignalKind.CaughtUp, partition, null) : null;
            _caughtUp = atEnd;
            return new ConsumerSignal(ConsumerSignalKind.Batch, partition, result.Batch);
        }
    }

    /// <summary>Stops reading. False where there is nothing to release.</summary>
    public bool Revoke()
    {
        lock (_gate)
        {
            if (_stage == Stage.None) return false;
            _source?.Stop();
            (_stage, _caughtUp) = (Stage.Revoked, false);
            return true;
        }
    }

    /// <summary>True when it was revoked until now.</summary>
    public bool Release()
    {
        lock (_gate) return LeaveRevoked();
    }

    /// <summary>The time to release is over. True when it had not been.</summary>
    public bool GiveUp()
    {
        lock (_gate) return LeaveRevoked();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            (_stage, _disposed) = (Stage.None, true);
            _source?.Dispose();
            _source = null;
        }
    }

    private bool LeaveRevoked()
    {
        if (_stage != Stage.Revoked) return false;
        _stage = Stage.None;
        return true;
    }

    private void OnArrived()
    {
        Volatile.Write(ref _arrivals, 1);
        wake();
    }
}
