using System.Threading.Channels;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>One member of a group. It is woken by the writer as soon as records are durable; nothing polls. Thread-safe but for the one reader.</summary>
internal sealed class EmbeddedConsumer : ILogConsumer
{
    private readonly EmbeddedGroup _group;
    private readonly EmbeddedPositions _positions;
    private readonly Lock _gate = new();
    private readonly Queue<ConsumerSignal> _control = new();
    private readonly Progress[] _progress;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private int _turn;

    public EmbeddedConsumer(EmbeddedGroup group, EmbeddedPositions positions)
    {
        _group = group;
        _positions = positions;
        _progress = new Progress[group.Topic.Partitions.Length];
        foreach (var partition in group.Topic.Partitions) partition.Listen(this);
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
        lock (_gate)
        {
            if (_progress[partition].Stage is Stage.None or Stage.Revoked) return;
            _progress[partition] = _progress[partition] with { Stage = Stage.Reading, Position = offset, SaidCaughtUp = false };
        }
        Wake();
    }

    public void Pause(int partition) => SetPaused(partition, true);

    public void Resume(int partition)
    {
        SetPaused(partition, false);
        Wake();
    }

    public void Released(int partition)
    {
        lock (_gate)
        {
            if (_progress[partition].Stage != Stage.Revoked) return;
            _progress[partition] = default;
        }
        _group.Released(this, partition);
    }

    public ValueTask CommitAsync(int partition, long position, CancellationToken cancellation)
    {
        _positions.Set(_group.Name, _group.Topic.Partitions[partition].Number, position);
        return ValueTask.CompletedTask;
    }

    public ValueTask<long?> FindCommittedAsync(int partition, CancellationToken cancellation) =>
        ValueTask.FromResult(_positions.Find(_group.Name, _group.Topic.Partitions[partition].Number));

    public ValueTask DisposeAsync()
    {
        foreach (var partition in _group.Topic.Partitions) partition.Unlisten(this);
        _wake.Writer.TryComplete();
        _group.Leave(this);
        return ValueTask.CompletedTask;
    }

    internal void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>From the group: a partition comes or goes.</summary>
    internal void Tell(ConsumerSignalKind kind, int partition)
    {
        lock (_gate)
        {
            _progress[partition] = new Progress(kind == ConsumerSignalKind.Assigned ? Stage.Assigned : Stage.Revoked, 0, false, false);
            _control.Enqueue(new ConsumerSignal(kind, partition, null));
        }
        Wake();
    }

    private ConsumerSignal? TryNext()
    {
        lock (_gate)
        {
            if (_control.TryDequeue(out var control)) return control;
        }
        for (var i = 0; i < _progress.Length; i++)
        {
            var partition = _turn = (_turn + 1) % _progress.Length;
            if (TryPartition(partition) is { } signal) return signal;
        }
        return null;
    }

    private ConsumerSignal? TryPartition(int partition)
    {
        Progress before;
        lock (_gate) before = _progress[partition];
        if (before.Stage != Stage.Reading || before.Paused) return null;
        if (before.Position >= _group.Topic.Partitions[partition].Next) return TryCaughtUp(partition, before);
        var batch = _group.Topic.Partitions[partition].Read(before.Position, Limits.BatchRecordsMax);
        lock (_gate)
        {
            // Sought, paused or revoked while it was read: what was read is not wanted any more.
            if (_progress[partition] == before)
            {
                _progress[partition] = before with { Position = batch.NextOffset, SaidCaughtUp = false };
                return new ConsumerSignal(ConsumerSignalKind.Batch, partition, batch);
            }
        }
        batch.Dispose();
        Wake();
        return null;
    }

    private ConsumerSignal? TryCaughtUp(int partition, Progress before)
    {
        lock (_gate)
        {
            if (before.SaidCaughtUp || _progress[partition] != before) return null;
            _progress[partition] = before with { SaidCaughtUp = true };
            return new ConsumerSignal(ConsumerSignalKind.CaughtUp, partition, null);
        }
    }

    private void SetPaused(int partition, bool paused)
    {
        lock (_gate) _progress[partition] = _progress[partition] with { Paused = paused };
    }

    private enum Stage : byte { None = 0, Assigned, Reading, Revoked }

    private readonly record struct Progress(Stage Stage, long Position, bool SaidCaughtUp, bool Paused);
}
