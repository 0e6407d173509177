using Engagement.Core;
using Engagement.Core.Contracts;
using Hosts.Tests.Contracts;

namespace Integration.Tests.Redis;

public sealed class RedisClusterDeliveryStoreLeaseTests : DeliveryStoreLeaseContract, IClassFixture<ClusterRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisClusterDeliveryStoreLeaseTests(ClusterRedis redis) => _bed = redis.Bed;

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => store.DisposeAsync();
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);
    protected override Task QuietAsync() => _bed.QuietAsync();

    public override async Task InitializeAsync()
    {
        await _bed.EmptyAsync();
        await base.InitializeAsync();
    }
}

public sealed class RedisClusterDeliveryStoreOfferTests : DeliveryStoreOfferContract, IClassFixture<ClusterRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisClusterDeliveryStoreOfferTests(ClusterRedis redis) => _bed = redis.Bed;

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => store.DisposeAsync();
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);
    protected override Task QuietAsync() => _bed.QuietAsync();

    public override async Task InitializeAsync()
    {
        await _bed.EmptyAsync();
        await base.InitializeAsync();
    }
}

public sealed class RedisClusterDeliveryStoreCommitTests : DeliveryStoreCommitContract, IClassFixture<ClusterRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisClusterDeliveryStoreCommitTests(ClusterRedis redis) => _bed = redis.Bed;

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => store.DisposeAsync();
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);
    protected override Task QuietAsync() => _bed.QuietAsync();

    public override async Task InitializeAsync()
    {
        await _bed.EmptyAsync();
        await base.InitializeAsync();
    }
}

public sealed class RedisClusterDeliveryStorePresenceTests : DeliveryStorePresenceContract, IClassFixture<ClusterRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisClusterDeliveryStorePresenceTests(ClusterRedis redis) => _bed = redis.Bed;

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => store.DisposeAsync();
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);
    protected override Task QuietAsync() => _bed.QuietAsync();

    public override async Task InitializeAsync()
    {
        await _bed.EmptyAsync();
        await base.InitializeAsync();
    }
}
