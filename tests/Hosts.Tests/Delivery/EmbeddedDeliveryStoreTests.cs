using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Stream.Embedded;
using Hosts.Tests.Contracts;

namespace Hosts.Tests.Delivery;

/// <summary>The file and the clock of one test of the embedded store.</summary>
public sealed class EmbeddedStoreBed
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedDatabase _database = null!;

    public ManualTime Clock { get; } = new();
    public Instant Now => Instant.FromDateTimeOffset(Clock.GetUtcNow());

    public ValueTask<IDeliveryStore> OpenAsync()
    {
        _database = EmbeddedDatabase.Open(_folder.File("storage.db"), Clock);
        return ValueTask.FromResult<IDeliveryStore>(new EmbeddedDeliveryStore(_database));
    }

    public async ValueTask CloseAsync(IDeliveryStore store)
    {
        await store.DisposeAsync();
        await _database.DisposeAsync();
    }

    public ValueTask PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return ValueTask.CompletedTask;
    }

    public void Remove() => _folder.Dispose();
}

public sealed class EmbeddedDeliveryStoreLeaseTests : DeliveryStoreLeaseContract
{
    private readonly EmbeddedStoreBed _bed = new();

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => _bed.CloseAsync(store);
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _bed.Remove();
    }
}

public sealed class EmbeddedDeliveryStoreOfferTests : DeliveryStoreOfferContract
{
    private readonly EmbeddedStoreBed _bed = new();

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => _bed.CloseAsync(store);
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _bed.Remove();
    }
}

public sealed class EmbeddedDeliveryStoreCommitTests : DeliveryStoreCommitContract
{
    private readonly EmbeddedStoreBed _bed = new();

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => _bed.CloseAsync(store);
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _bed.Remove();
    }
}

public sealed class EmbeddedDeliveryStorePresenceTests : DeliveryStorePresenceContract
{
    private readonly EmbeddedStoreBed _bed = new();

    protected override Instant Now => _bed.Now;
    protected override ValueTask<IDeliveryStore> OpenAsync() => _bed.OpenAsync();
    protected override ValueTask CloseAsync(IDeliveryStore store) => _bed.CloseAsync(store);
    protected override ValueTask PassAsync(TimeSpan time) => _bed.PassAsync(time);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _bed.Remove();
    }
}
