using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;

namespace Engagement.Engine.Stream;

/// <summary>
/// What time does to offers, once a second: presence that lapsed, accepted cards that nobody took, sites that were switched off. What ended is
/// recorded in the log. Every node may run it: the store's steps are atomic, the records' ids derive from the offers. Once an hour the log is trimmed.
/// </summary>
public sealed class SweepService(
    IDeliveryStore store, IEventLog log, SiteCatalogSource sites, AvailabilityState availability, OutcomeWriter records, EngineOptions options,
    TimeProvider time, ILogger<SweepService> logger) : BackgroundService
{
    /// <summary>Cause of an offer's end when its site was switched off.</summary>
    public const string SiteOff = "site_off";

    private static readonly TimeSpan TrimInterval = TimeSpan.FromHours(1);
    private Instant _trimmedAt = Instant.Start;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
                await TrimAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning(e, "Sweep failed; again in {Interval}", options.SweepInterval);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    /// <summary>One round.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await records.EndedAsync(await store.SweepAsync(cancellation), cancellation);
        foreach (var site in sites.Current.Sites)
        {
            if (site.Mode == SiteMode.Off) await records.EndedAsync(await store.WithdrawOffersAsync(site.Id, SiteOff, cancellation), cancellation);
        }
        foreach (var site in availability.Known) await availability.RefreshAsync(site, cancellation);
    }

    private async Task TrimAsync(CancellationToken cancellation)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        if (_trimmedAt != Instant.Start && now - _trimmedAt < TrimInterval) return;
        _trimmedAt = now;
        var retention = RetentionOf(sites.Current);
        await log.TrimAsync(Topics.Events, now - retention, cancellation);
        await log.TrimAsync(Topics.Decisions, now - retention, cancellation);
        await log.TrimAsync(Topics.Outcomes, now - Limits.OutcomeRetention, cancellation);
        await log.TrimAsync(Topics.Rejects, now - Limits.RejectRetention, cancellation);
        await log.TrimAsync(Topics.Notices, now - Limits.NoticeRetention, cancellation);
        // The index of erasures must outlive whatever it hides.
        await log.TrimAsync(Topics.Erasures, now - retention - TimeSpan.FromDays(1), cancellation);
    }

    /// <summary>One log holds all sites: the longest retention counts.</summary>
    public static TimeSpan RetentionOf(SiteCatalog catalog) =>
        catalog.Sites.IsEmpty ? Limits.RetentionDefault : catalog.Sites.Max(s => s.Retention);

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
