using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Stream.Embedded;
using Hosts.Tests.Contracts;

namespace Hosts.Tests.Delivery;

/// <summary>The file and the clock of one test of the embedded store.</summary>
public sealed class EmbeddedStoreBed : IDeliveryStoreBed
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

    public Task PrepareAsync() => Task.CompletedTask;

    public Task QuietAsync() => Task.CompletedTask;

    public Task<string?> DumpAsync() => Task.FromResult<string?>(EmbeddedDump.Of(_database.Path));

    public Task RemoveAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class EmbeddedDeliveryStoreLeaseTests() : DeliveryStoreLeaseContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreOfferTests() : DeliveryStoreOfferContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreCommitTests() : DeliveryStoreCommitContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStorePresenceTests() : DeliveryStorePresenceContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreConversationTests() : DeliveryStoreConversationContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreOverviewTests() : DeliveryStoreOverviewContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreTeamTests() : DeliveryStoreTeamContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreFlowTests() : DeliveryStoreFlowContract(new EmbeddedStoreBed());

public sealed class EmbeddedDeliveryStoreRejectTests() : DeliveryStoreRejectContract(new EmbeddedStoreBed());
