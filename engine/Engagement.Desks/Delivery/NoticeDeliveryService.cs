using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Desks.Delivery;

/// <summary>
/// One member of the group on <see cref="Topics.Notices"/>: delivers what its partitions hold, from the position that the group has. Where this node dies,
/// another goes on from there, so each notice is delivered at least once.
/// </summary>
internal sealed class NoticeDeliveryService(
    IEventLog log, SiteCatalogSource sites, DeliveryParts parts, DeskAssignment assignment, DeskOptions options, TimeProvider time, ILogger<NoticeDeliveryService> logger) : BackgroundService
{
    private readonly Dictionary<int, PartitionDelivery> _deliveries = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // A group costs a broker and two threads: where no site has anybody to tell or to ask, there is none.
            if (sites.Current.Sites.Any(s => s.IsListenedTo || s.Desk is not null)) await MembershipAsync(stoppingToken);
            else await Task.Delay(options.RestartDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One membership of the group, until it breaks or the host stops.</summary>
    private async Task MembershipAsync(CancellationToken stop)
    {
        try
        {
            await using var consumer = await log.JoinAsync(Topics.Notices, options.Group, stop);
            try
            {
                while (true) await HandleAsync(consumer, await consumer.NextAsync(stop), stop);
            }
            finally
            {
                foreach (var partition in _deliveries.Keys.ToArray()) await ReleaseAsync(consumer, partition);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            logger.LogError(e, "The consumer of {Topic} broke; joining again in {Delay}", Topics.Notices, options.RestartDelay);
        }
        await Task.Delay(options.RestartDelay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask HandleAsync(ILogConsumer consumer, ConsumerSignal signal, CancellationToken stop)
    {
        switch (signal.Kind)
        {
            case ConsumerSignalKind.Assigned:
                await StartAsync(consumer, signal.Partition, stop);
                break;
            case ConsumerSignalKind.Revoked:
                await ReleaseAsync(consumer, signal.Partition);
                break;
            case ConsumerSignalKind.Batch when _deliveries.TryGetValue(signal.Partition, out var delivery):
                delivery.Post(signal.Batch!);
                break;
            case ConsumerSignalKind.Batch:
                signal.Batch!.Dispose();
                break;
        }
    }

    private async ValueTask StartAsync(ILogConsumer consumer, int partition, CancellationToken stop)
    {
        var committed = await consumer.FindCommittedAsync(partition, stop);
        var (first, _) = await log.GetBoundsAsync(Topics.Notices, partition, stop);
        // A group without a position is new, or was idle for so long that the broker forgot it: what is long past is not told now.
        _deliveries[partition] = new PartitionDelivery(partition, consumer, parts, committed is null ? parts.Now - options.HoldMax : Core.Instant.Start);
        assignment.Take(partition, log.PartitionCount);
        consumer.Seek(partition, Math.Max(committed ?? first, first));
    }

    private async ValueTask ReleaseAsync(ILogConsumer consumer, int partition)
    {
        assignment.Leave(partition);
        if (_deliveries.Remove(partition, out var delivery)) await delivery.DisposeAsync();
        consumer.Released(partition);
    }
}
