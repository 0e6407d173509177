using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// Looks every <see cref="EngineOptions.LagInterval"/> how far each partition of this node is behind the log's end, in records and in age, for
/// <see cref="EngineGauges"/>. Does nothing while nobody collects. The age is that of the first record that is not decided; it is read only where that
/// record was there at the look before, so a partition that keeps up costs one question for the log's end.
/// </summary>
public sealed class LagService(
    IEventLog log, EngineState state, EngineGauges gauges, SiteCatalogSource sites, Resilience resilience, EngineOptions options, TimeProvider time,
    ILogger<LagService> logger) : BackgroundService
{
    private readonly Dictionary<int, long> _endBefore = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LagInterval, time);
        try
        {
            do if (gauges.LagIsCollected) await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>One round; what cannot be asked keeps its last value.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var status in state.Partitions)
        {
            if (status.Phase == WorkerPhase.Idle)
            {
                _endBefore.Remove(status.Partition);
                (status.Lag, status.LagAge) = (0, TimeSpan.Zero);
                continue;
            }
            try
            {
                await resilience.LogAsk.ExecuteAsync(async c => await LookAsync(status, c), cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                logger.LogDebug(e, "Lag of partition {Partition} is not known now", status.Partition);
            }
        }
    }

    private async ValueTask LookAsync(PartitionStatus status, CancellationToken cancellation)
    {
        var end = (await log.GetBoundsAsync(Topics.Events, status.Partition, cancellation)).Next;
        // Position after end: lag is never below what it was.
        var position = status.Position;
        var isBehind = _endBefore.TryGetValue(status.Partition, out var before) && position < before;
        status.LagAge = isBehind ? await AgeAsync(status.Partition, position, cancellation) : TimeSpan.Zero;
        status.Lag = Math.Max(0, end - position);
        _endBefore[status.Partition] = end;
    }

    /// <summary>Zero where the record belongs to a site that lives by the log's clock: it is as old as the recording.</summary>
    private async ValueTask<TimeSpan> AgeAsync(int partition, long position, CancellationToken cancellation)
    {
        using var batch = await log.ReadAsync(Topics.Events, partition, position, 1, cancellation);
        if (batch.Count == 0 || !new VisitorEventReader().TryRead(batch[0].Value.Span, out var e).IsOk) return TimeSpan.Zero;
        if (!e.Site.IsEmpty && sites.Current.Find(e.Site) is not { Clock: SiteClock.Wall }) return TimeSpan.Zero;
        var age = Instant.FromDateTimeOffset(time.GetUtcNow()) - e.ReceivedAt;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
