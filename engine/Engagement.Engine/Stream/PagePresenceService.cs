using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream;

/// <summary>
/// Says to the store, again and again, whose pages this node holds open, so that the worker of her partition knows of it on whatever node it runs.
/// </summary>
public sealed class PagePresenceService(
    PageStreamState pages, IDeliveryStore store, Resilience resilience, TimeProvider time, ILogger<PagePresenceService> logger) : BackgroundService
{
    /// <summary>Calls under way at once: 10,000 pages take well under a second.</summary>
    private const int CallsMax = 64;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Limits.PagePresenceTtl / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RenewAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The streams close by themselves, and what was said lapses.
        }
    }

    /// <summary>One round.</summary>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = CallsMax, CancellationToken = cancellation };
            await Parallel.ForEachAsync(pages.Open(), options, async (page, stop) =>
                await resilience.DeliveryAct.ExecuteAsync(c => store.SetPageOpenAsync(page.Site, page.Visitor, c), stop));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning(e, "Open pages could not be said to the store; again in {Interval}", Limits.PagePresenceTtl / 3);
        }
    }
}
