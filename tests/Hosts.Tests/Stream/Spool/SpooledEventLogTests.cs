using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;
using Hosts.Tests.Contracts;

namespace Hosts.Tests.Stream.Spool;

/// <summary>The log behind a spool under the contract of all logs: while the log answers, the spool is not noticed.</summary>
public sealed class SpooledEventLogTests : EventLogContract
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedDatabase _database = null!;
    private OpenSpool _spool = null!;

    protected override ValueTask<IEventLog> OpenAsync()
    {
        _database = EmbeddedDatabase.Open(_folder.File("storage.db"), TimeProvider.System);
        _spool = new OpenSpool(new EmbeddedEventLog(_database), _folder.File("spool.db"), topics: [Topic]);
        return ValueTask.FromResult<IEventLog>(_spool.Log);
    }

    protected override async ValueTask CloseAsync(IEventLog log)
    {
        await _spool.DisposeAsync();
        await _database.DisposeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
