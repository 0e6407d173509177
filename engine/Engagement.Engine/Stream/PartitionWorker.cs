using System.Threading.Channels;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// One partition's loop: take an epoch → rebuild silently → live. In a batch: apply each record → answer its wishes → record the offers in the
/// log → effects and checkpoint in one write. On any doubt it forgets everything and starts again from the checkpoint; a later epoch ends it.
/// One loop, so that the pipeline is never shared.
/// </summary>
public sealed class PartitionWorker : IAsyncDisposable
{
    /// <summary>A batch takes milliseconds; half of the host's 10 s are for a slow disk.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly ILogConsumer _consumer;
    private readonly WorkerParts _parts;
    private readonly PartitionStatus _status;
    private readonly ILogger _logger;
    private readonly Channel<WorkerSignal> _inbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _flow = new();
    private readonly BatchState _batch;
    private readonly HashSet<string> _freedSites = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private Task _loop = Task.CompletedTask;
    private int _batchesQueued;
    private bool _paused;
    private bool _caughtUp;
    private Instant _tickedAt = Instant.Start;
    private bool _tickInFlight;

    public PartitionWorker(int partition, ILogConsumer consumer, WorkerParts parts, PartitionStatus status)
    {
        Partition = partition;
        _consumer = consumer;
        _parts = parts;
        _status = status;
        _logger = parts.Loggers.CreateLogger<PartitionWorker>();
        _batch = new BatchState(partition, parts, status);
        _inbox = Channel.CreateUnbounded<WorkerSignal>();
        _timer = parts.Time.CreateTimer(
            static state => ((PartitionWorker)state!).Post(new WorkerSignal(WorkerSignalKind.Timer)), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Partition { get; }

    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Hands over a small signal; never waits. At most a few wait at any time.</summary>
    public void Post(WorkerSignal signal) => _inbox.Writer.TryWrite(signal);

    /// <summary>Hands over a batch; pauses the partition when enough of them wait.</summary>
    public void Post(LogBatch batch)
    {
        if (!_inbox.Writer.TryWrite(new WorkerSignal(WorkerSignalKind.Batch, batch)))
        {
            batch.Dispose();
            return;
        }
        lock (_flow)
        {
            if (++_batchesQueued < _parts.Options.BatchesQueuedMax || _paused) return;
            _paused = true;
            _consumer.Pause(Partition);
        }
    }

    /// <summary>Finishes the batch in hand with its checkpoint, then ends; gives it up after <see cref="StopGrace"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _stop.CancelAsync();
        await _timer.DisposeAsync();
        await Task.WhenAny(_loop, Task.Delay(StopGrace));
        await _abort.CancelAsync();
        await _loop;
        _status.Phase = WorkerPhase.Idle;
        _status.Sessions = 0;
        DropInbox();
        _stop.Dispose();
        _abort.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        for (var failures = 0; !stop.IsCancellationRequested; failures++)
        {
            try
            {
                _status.Phase = WorkerPhase.Rebuilding;
                var started = _parts.Time.GetTimestamp();
                await _batch.RebuildAsync(c => _consumer.FindCommittedAsync(Partition, c), stop);
                _parts.Metrics.Rebuilt(_parts.Time.GetElapsedTime(started));
                DropInbox();
                _caughtUp = false;
                _tickInFlight = false;
                _consumer.Seek(Partition, _batch.Position);
                ResumeIfRoom();
                _status.Phase = WorkerPhase.CatchingUp;
                failures = 0;
                await LiveAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (PartitionFencedException)
            {
                _status.Phase = WorkerPhase.Fenced;
                _parts.Metrics.Fenced();
                _logger.LogWarning("Partition {Partition}: a later epoch owns it; dropped", Partition);
                return;
            }
            catch (PartitionLostException)
            {
                _status.Phase = WorkerPhase.Restarting;
                _logger.LogWarning("Partition {Partition}: the store came back without it; taken again and brought back from the log", Partition);
                await Task.Delay(RestartDelay(failures), _parts.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                _status.Fault = e.Message;
                _status.Phase = WorkerPhase.Restarting;
                _parts.Metrics.Restarted();
                _logger.LogError(e, "Partition {Partition}: starting again from its checkpoint", Partition);
                await Task.Delay(RestartDelay(failures), _parts.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LiveAsync(CancellationToken stop)
    {
        await foreach (var signal in _inbox.Reader.ReadAllAsync(stop))
        {
            switch (signal.Kind)
            {
                case WorkerSignalKind.Batch:
                    await ApplyAsync(signal.Batch!);
                    break;
                case WorkerSignalKind.CaughtUp:
                    _caughtUp = true;
                    _status.Phase = WorkerPhase.Live;
                    _status.Fault = null;
                    break;
                case WorkerSignalKind.AgentFree:
                    _freedSites.Add(signal.Site!);
                    break;
            }
            stop.ThrowIfCancellationRequested();
            if (_caughtUp && _inbox.Reader.Count == 0) await IdleAsync(stop);
        }
    }

    private async ValueTask ApplyAsync(LogBatch batch)
    {
        using (batch)
        {
            _caughtUp = false;
            _tickInFlight = false;
            bool anotherWaits;
            lock (_flow) anotherWaits = --_batchesQueued > 0;
            await _batch.ApplyAsync(batch, anotherWaits, _abort.Token);
        }
        ResumeIfRoom();
        await _consumer.CommitAsync(Partition, _batch.Position, _abort.Token);
    }

    /// <summary>Nothing waits: let the log know what time it is where a timer is due, and that an agent is free where somebody waits for one.</summary>
    private async ValueTask IdleAsync(CancellationToken stop)
    {
        var now = Instant.FromDateTimeOffset(_parts.Time.GetUtcNow());
        foreach (var site in _freedSites)
            if (LivesByWallClock(site) && _batch.Pipeline.HasWaiting(site)) await TickAsync(now, site, stop);
        _freedSites.Clear();

        var due = _batch.Pipeline.NextDue;
        if (due == Instant.Never) return;
        var at = due + Limits.WatermarkGrace + TimeSpan.FromMilliseconds(1);
        if (_tickedAt != Instant.Start) at = Instant.Max(at, _tickedAt + _parts.Options.TickInterval);
        if (now < at)
            _timer.Change(Min(at - now, TimeSpan.FromMinutes(1)), Timeout.InfiniteTimeSpan);
        else if (!_tickInFlight)
            await TickAsync(now, null, stop);
    }

    /// <summary>A site that lives by the log's clock must never be told this machine's time: all its sessions would have ended long ago.</summary>
    private bool LivesByWallClock(string site) => _parts.Sites.Current.Find(site) is { Clock: SiteClock.Wall };

    private async ValueTask TickAsync(Instant now, string? freedSite, CancellationToken stop)
    {
        _tickedAt = now;
        _tickInFlight = true;
        await _batch.AppendTickAsync(now, freedSite, stop);
    }

    private void ResumeIfRoom()
    {
        lock (_flow)
        {
            // Half is enough to go on while more is fetched; waiting for none would leave the worker idle each time.
            if (!_paused || _batchesQueued > _parts.Options.BatchesQueuedMax / 2) return;
            _paused = false;
            _consumer.Resume(Partition);
        }
    }

    private void DropInbox()
    {
        while (_inbox.Reader.TryRead(out var signal))
        {
            if (signal.Batch is null) continue;
            lock (_flow) _batchesQueued--;
            signal.Batch.Dispose();
        }
    }

    private TimeSpan RestartDelay(int failures) => Min(_parts.Options.RestartDelay * Math.Pow(2, Math.Min(failures, 8)), TimeSpan.FromSeconds(10));

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}

/// <summary>The store came back without the partition: it is to be taken again, and brought back from the log.</summary>
public sealed class PartitionLostException(int partition) : Exception($"The store came back without partition {partition}.");

/// <summary>A later epoch owns the partition: nothing more may be written for it.</summary>
public sealed class PartitionFencedException(int partition) : Exception($"Partition {partition} has a later owner.");
