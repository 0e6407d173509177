using Engagement.Testing;

namespace EndToEnd;

/// <summary>A server that begins with each test and ends with it, where there is a browser to look at it.</summary>
public abstract class ServerTests : IAsyncLifetime
{
    private protected ServerProcess Server { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        if (Browser.Executable is not null) Server = await ServerProcess.StartAsync();
    }

    public virtual async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}
