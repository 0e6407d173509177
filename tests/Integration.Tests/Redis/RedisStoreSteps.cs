using System.Collections.Concurrent;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine.Delivery.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Redis;

/// <summary>Steps that the tests of outages and of several nodes share.</summary>
internal static class RedisStoreSteps
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static ValueTask<RedisDeliveryStore> OpenAsync(string addresses) => OpenAsync(new RedisOptions { Configuration = addresses });

    public static ValueTask<RedisDeliveryStore> OpenAsync(RedisOptions options) =>
        RedisDeliveryStore.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);

    public static VisitorKey Visitor(int number) => new(0xB0B, (ulong)number);

    public static OfferId OfferOf(int visitor, int ordinal = 1) => new(new SessionId(0x5E55, (ulong)visitor), ordinal);

    public static async Task AvailableAsync(this IDeliveryStore store, string site, string agent, int capacity) =>
        await store.SetPresenceAsync(new PresenceRequest(site, agent, PresenceStatus.Available, capacity), default);

    public static ValueTask<ReserveResult> ReserveAsync(this IDeliveryStore store, string site, int visitor) => store.ReserveAsync(new ReserveRequest
    {
        Site = site, Visitor = Visitor(visitor), Offer = OfferOf(visitor), Lease = TimeSpan.FromSeconds(60), OffersPerHourMax = 1_000_000,
    }, default);

    public static PartitionCommit CommitOf(int partition, long epoch, long position, params OfferDelivery[] offers)
    {
        var commit = new PartitionCommit
        {
            Checkpoint = new PartitionCheckpoint(partition, position, position, epoch, PartitionCheckpoint.CurrentStateVersion, []),
        };
        commit.Offers.AddRange(offers);
        return commit;
    }

    public static OfferDelivery DeliveryOf(string site, int visitor, ReserveResult lease) => new()
    {
        Site = site, Visitor = Visitor(visitor), Offer = OfferOf(visitor), Agent = lease.Agent!, ExpiresAt = lease.ExpiresAt,
        Invitation = Json($"invitation {visitor}"), ReservedCard = Json($"reserved {visitor}"), FullCard = Json($"full {visitor}"),
    };

    public static Assessment AssessmentOf(string site, int visitor, int step = 1) => new()
    {
        Site = site, Visitor = Visitor(visitor), Session = OfferOf(visitor).Session, Step = step, AsOf = new Instant(1_700_000_000_000 + step),
        StartedAt = new Instant(1_700_000_000_000), LastPresenceAt = new Instant(1_700_000_000_500), State = VisitorState.Floundering,
        Purposeful = 0.25f, Floundering = float.NaN, Reasons = Reasons.NoResults, Blockers = Blockers.Stale, Offer = OfferStatus.Open, OffersMade = 1,
        OfferExpiresAt = Instant.Never, Features = [0, -1.5f, float.NaN, float.MaxValue], Privacy = PrivacyScope.Score | PrivacyScope.Share,
        Articles = ["returns", "größen"],
    };

    /// <summary>Does what a worker's pipeline does: tries until it works. Anything but an outage fails the test.</summary>
    public static async Task<T> UntilItWorksAsync<T>(Func<ValueTask<T>> call)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (IOException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public static async Task<ConcurrentQueue<string>> HearAsync(this IDeliveryStore store, string channel)
    {
        var heard = new ConcurrentQueue<string>();
        await store.SubscribeAsync(channel, m => heard.Enqueue(Encoding.UTF8.GetString(m.Span)), default);
        return heard;
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes($"\"{text}\"");
}
