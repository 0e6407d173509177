using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Redis;
using Engagement.Testing;
using Hosts.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Redis;

/// <summary>A single Redis for the tests of a class.</summary>
public sealed class SingleRedis : IAsyncLifetime
{
    internal RedisServer Server { get; private set; } = null!;
    internal RedisStoreBed Bed => new(new RedisOptions { Configuration = Server.Address }, async () => await Server.CommandAsync("FLUSHALL"), TimeSpan.Zero, async () => await Server.CommandAsync("EVAL", Dump, "0"));

    /// <summary>Every key with all it holds.</summary>
    private const string Dump = """
        local all = {}
        for _, key in ipairs(redis.call('KEYS', '*')) do
            local kind = redis.call('TYPE', key).ok
            local value = kind == 'string' and {redis.call('GET', key)} or kind == 'hash' and redis.call('HGETALL', key)
                or kind == 'zset' and redis.call('ZRANGE', key, 0, -1) or kind == 'set' and redis.call('SMEMBERS', key)
                or kind == 'list' and redis.call('LRANGE', key, 0, -1) or {'a kind that is not read: ' .. kind}
            all[#all + 1] = key .. '|' .. table.concat(value, '|')
        end
        return table.concat(all, ' ')
        """;

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();
    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>A Cluster for the tests of a class.</summary>
public sealed class ClusterRedis : IAsyncLifetime
{
    internal RedisCluster Cluster { get; private set; } = null!;
    internal RedisStoreBed Bed => new(new RedisOptions { Configuration = Cluster.Addresses }, Cluster.EmptyAsync, TimeSpan.FromMilliseconds(50));

    public async Task InitializeAsync() => Cluster = await RedisCluster.StartAsync();
    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>The store and the clock of one test: Redis' own time and what has passed besides.</summary>
/// <param name="bus">How long a message may travel between nodes: who subscribes meanwhile on another hears it too.</param>
internal sealed class RedisStoreBed(RedisOptions options, Func<Task> emptyAsync, TimeSpan bus, Func<Task<string?>>? dumpAsync = null) : IDeliveryStoreBed
{
    private TimeSpan _passed;
    private RedisDeliveryStore? _store;

    /// <summary>Redis runs on this machine.</summary>
    public Instant Now => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) + _passed;

    public Task PrepareAsync() => emptyAsync();
    public Task RemoveAsync() => Task.CompletedTask;
    public ValueTask CloseAsync(IDeliveryStore store) => store.DisposeAsync();
    public Task<string?> DumpAsync() => dumpAsync?.Invoke() ?? Task.FromResult<string?>(null);
    public Task QuietAsync() => Task.Delay(bus);

    public async ValueTask<IDeliveryStore> OpenAsync() => _store = await OpenStoreAsync();

    public async ValueTask<RedisDeliveryStore> OpenStoreAsync()
    {
        var store = await RedisDeliveryStore.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);
        store.TimeOffset = _passed;
        return store;
    }

    public ValueTask PassAsync(TimeSpan time)
    {
        _passed += time;
        _store!.TimeOffset = _passed;
        return ValueTask.CompletedTask;
    }
}
