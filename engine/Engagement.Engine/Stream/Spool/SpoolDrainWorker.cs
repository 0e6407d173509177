using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Spool;

/// <summary>
/// Empties the lanes of a spool into the log, each by a task of its own while it is spooling: 1. batch by batch, each until the log has it, then
/// forgotten; 2. at the end appends wait while the last records go; 3. the lane is direct again. Thread-safe.
/// </summary>
internal sealed class SpoolDrainWorker(IEventLog log, SpoolFile file, Resilience resilience, SpoolMetrics metrics, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan ErasuresAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private static readonly AppendResult Durable = new(AppendOutcome.Durable, TimeSpan.Zero);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<SpoolLane, Task> _running = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private ErasureIndex? _erasures;
    private long _erasuresLoadedAt;

    /// <summary>Once for each turn of the lane to its spool.</summary>
    public void Start(SpoolLane lane)
    {
        if (_stop.IsCancellationRequested) return;
        logger.LogWarning("{Topic} partition {Partition}: the log is away or behind; events go to this node's disk first", lane.Topic, lane.Partition);
        _running[lane] = Task.Run(() => RunAsync(lane, _stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values);
        _stop.Dispose();
        _loading.Dispose();
    }

    /// <summary>Until the lane is direct again or the host stops: whatever breaks, a lane that spools has a drain.</summary>
    private async Task RunAsync(SpoolLane lane, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var drained = 0L;
                do drained += await DrainAsync(lane, stop);
                while (!await HandOverAsync(lane, stop));
                logger.LogInformation("{Topic} partition {Partition}: {Records} records drained; straight to the log again", lane.Topic, lane.Partition, drained);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                logger.LogError(e, "{Topic} partition {Partition}: the drain broke; again in {Delay}", lane.Topic, lane.Partition, AgainAfter);
            }
            catch (OperationCanceledException)
            {
                // What is left stays for the next start.
            }
            await Task.Delay(AgainAfter, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>True when the lane is direct again. Appends wait for it no longer than <see cref="Limits.SpoolHandOverMax"/>.</summary>
    private async Task<bool> HandOverAsync(SpoolLane lane, CancellationToken stop)
    {
        await lane.CloseAsync();
        var rest = DrainAsync(lane, stop);
        var isDone = false;
        try
        {
            await rest.WaitAsync(Limits.SpoolHandOverMax, time, stop);
            file.Settle(lane);
            isDone = true;
        }
        catch (TimeoutException)
        {
            // The log is away again, or slow: appends go on into the spool meanwhile.
        }
        finally
        {
            lane.Reopen(isDone ? LanePhase.Direct : LanePhase.Spooling);
        }
        if (!isDone) await rest;
        return isDone;
    }

    /// <summary>To the end of the lane as it is when it is reached; the number of records.</summary>
    private async Task<long> DrainAsync(SpoolLane lane, CancellationToken stop)
    {
        for (var drained = 0L; ;)
        {
            var batch = await resilience.SpoolDrain.ExecuteAsync(async c => await file.ReadAsync(lane, c), stop);
            if (batch.Count == 0)
            {
                batch.Dispose();
                return drained;
            }
            // The log may hold the batch's memory longer than we wait for its answer.
            var sending = SendAsync(lane, batch, stop);
            await sending.WaitAsync(stop);
            drained += batch.Count;
        }
    }

    private async Task SendAsync(SpoolLane lane, LogBatch batch, CancellationToken stop)
    {
        using (batch)
        {
            await resilience.SpoolDrain.ExecuteAsync(async c =>
            {
                var records = Compose(lane, batch, await LoadErasuresAsync(c));
                var result = records.Count == 0 ? Durable : await log.AppendAsync(lane.Topic, records, c);
                if (!result.IsDurable) throw new LogUnavailableException(lane.Topic, result);
                metrics.Drained(records.Count);
                metrics.Erased(batch.Count - records.Count);
            }, stop);
            await ForgetAsync(lane, batch);
        }
    }

    /// <summary>Without what visitors left who have asked to be forgotten meanwhile: it never reaches the log.</summary>
    private List<LogAppend> Compose(SpoolLane lane, LogBatch batch, ErasureIndex erasures)
    {
        // A log whose partitions were counted anew divides the keys itself; a lane's order holds by key either way.
        var partition = file.PartitionCount == log.PartitionCount ? lane.Partition : -1;
        var records = new List<LogAppend>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
            if (!erasures.Hides(batch[i])) records.Add(new LogAppend(batch[i].Key, batch[i].Value, partition));
        return records;
    }

    private async ValueTask ForgetAsync(SpoolLane lane, LogBatch batch)
    {
        try
        {
            await file.ForgetAsync(lane, batch);
        }
        catch (IOException e)
        {
            // The place in memory has moved. A restart before the disk takes it would send these again, which their ids make harmless.
            logger.LogWarning(e, "{Topic} partition {Partition}: the spool could not be trimmed", lane.Topic, lane.Partition);
        }
    }

    /// <summary>Shared by all lanes, so that coming back does not ask the log for it a hundred times.</summary>
    private async ValueTask<ErasureIndex> LoadErasuresAsync(CancellationToken cancellation)
    {
        await _loading.WaitAsync(cancellation);
        try
        {
            if (_erasures is null || time.GetElapsedTime(_erasuresLoadedAt) > ErasuresAge)
            {
                _erasures = await ErasureIndex.LoadAsync(log, cancellation);
                _erasuresLoadedAt = time.GetTimestamp();
            }
            return _erasures;
        }
        finally
        {
            _loading.Release();
        }
    }
}
