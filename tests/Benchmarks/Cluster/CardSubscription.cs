using System.Text;
using Benchmarks.Hosts;
using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Cluster;

/// <summary>A subscriber of the site's channel of cards in Redis, as a desk in any language may be.</summary>
internal sealed class CardSubscription : CardArrivals, IAsyncDisposable
{
    private static readonly byte[] s_reserved = Encoding.UTF8.GetBytes(Reserved);
    private readonly RedisDeliveryStore _store;
    private IAsyncDisposable? _subscription;

    private CardSubscription(RedisDeliveryStore store) => _store = store;

    public static async Task<CardSubscription> OpenAsync(string redis, string site)
    {
        var store = await RedisDeliveryStore.OpenAsync(new RedisOptions { Configuration = redis }, NullLoggerFactory.Instance, TimeProvider.System, default);
        var cards = new CardSubscription(store);
        cards._subscription = await store.SubscribeAsync(Channels.CardsOf(site), cards.Take, default);
        return cards;
    }

    public async ValueTask DisposeAsync()
    {
        if (_subscription is not null) await _subscription.DisposeAsync();
        await _store.DisposeAsync();
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        if (message.Span.IndexOf(s_reserved) >= 0) Arrived();
    }
}
