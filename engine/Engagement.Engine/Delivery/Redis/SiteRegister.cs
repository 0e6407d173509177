using System.Collections.Concurrent;
using Engagement.Core;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// Which sites have anything that time may end: kept in Redis, so that the sites of a node that died are swept by the others. Thread-safe.
/// </summary>
internal sealed class SiteRegister(RedisConnection connection, TimeProvider time)
{
    /// <summary>A site is named again after so long; one that nobody named for <see cref="Limits.OfferRetention"/> holds nothing any more.</summary>
    private static readonly TimeSpan NameAgain = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Instant> _named = new(StringComparer.Ordinal);

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Before the first write to a site, and now and then.</summary>
    public async ValueTask HeardOfAsync(string site, CancellationToken cancellation)
    {
        var now = Now;
        if (_named.TryGetValue(site, out var at) && now - at < NameAgain) return;
        await connection.RunAsync(d => d.SortedSetAddAsync(RedisKeys.Sites, site, now.UnixMs), cancellation);
        await connection.RunAsync(d => d.KeyExpireAsync(RedisKeys.Sites, Limits.OfferRetention + NameAgain), cancellation);
        _named[site] = now;
    }

    /// <summary>After Redis was away it may have come back empty: every site is named again.</summary>
    public void ForgetNames()
    {
        foreach (var site in _named.Keys) _named[site] = Instant.FromUnixMs(0);
    }

    /// <summary>Those of all nodes, and those that this one has named: Redis may have come back empty.</summary>
    public async ValueTask<IReadOnlyCollection<string>> AllAsync(CancellationToken cancellation)
    {
        var oldest = (double)(Now - Limits.OfferRetention - NameAgain).UnixMs;
        await connection.RunAsync(d => d.SortedSetRemoveRangeByScoreAsync(RedisKeys.Sites, double.NegativeInfinity, oldest), cancellation);
        var named = await connection.RunAsync(d => d.SortedSetRangeByRankAsync(RedisKeys.Sites), cancellation);
        return [.. named.Select(n => (string)n!).Union(_named.Keys, StringComparer.Ordinal)];
    }
}
