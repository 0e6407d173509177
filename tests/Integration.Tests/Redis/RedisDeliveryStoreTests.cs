using Engagement.Core;
using Engagement.Core.Contracts;
using Hosts.Tests.Contracts;

namespace Integration.Tests.Redis;

public sealed class RedisDeliveryStoreLeaseTests : DeliveryStoreLeaseContract, IClassFixture<SingleRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisDeliveryStoreLeaseTests(SingleRedis redis) => _bed = redis.Bed;

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

public sealed class RedisDeliveryStoreOfferTests : DeliveryStoreOfferContract, IClassFixture<SingleRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisDeliveryStoreOfferTests(SingleRedis redis) => _bed = redis.Bed;

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

public sealed class RedisDeliveryStoreCommitTests : DeliveryStoreCommitContract, IClassFixture<SingleRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisDeliveryStoreCommitTests(SingleRedis redis) => _bed = redis.Bed;

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

public sealed class RedisDeliveryStorePresenceTests : DeliveryStorePresenceContract, IClassFixture<SingleRedis>
{
    private readonly RedisStoreBed _bed;

    public RedisDeliveryStorePresenceTests(SingleRedis redis) => _bed = redis.Bed;

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
