using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;
using Hosts.Tests.Contracts;

namespace Hosts.Tests.Stream;

/// <summary>The embedded log under the contract of all logs.</summary>
public sealed class EmbeddedEventLogTests : EventLogContract
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedDatabase _database = null!;

    protected override ValueTask<IEventLog> OpenAsync()
    {
        _database = EmbeddedDatabase.Open(_folder.File("storage.db"), TimeProvider.System);
        return ValueTask.FromResult<IEventLog>(new EmbeddedEventLog(_database));
    }

    protected override async ValueTask CloseAsync(IEventLog log)
    {
        await log.DisposeAsync();
        await _database.DisposeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
