using Engagement.Server.Hosting;

namespace Engagement.Server.Replay;

/// <summary>A server of the replay's own: the demo's sites on a free port, in a temporary directory that is gone afterwards.</summary>
public sealed class ReplayServer : IAsyncDisposable
{
    /// <summary>
    /// The secret of the replayed site in such a server. It protects nothing (recorded events, one machine, one run), and being the same each time
    /// it gives every run the same visitors, so that two can be compared.
    /// </summary>
    private const string Secret = "recorded events need no secret: this only names visitors alike";

    private readonly DirectoryInfo _data;
    private readonly WebApplication _server;

    private ReplayServer(DirectoryInfo data, WebApplication server)
    {
        _data = data;
        _server = server;
        Url = new Uri(ServerRun.AddressOf(server));
    }

    public Uri Url { get; }

    public static async Task<ReplayServer> StartAsync(CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("engagement-replay-");
        WriteSecret(data.FullName);
        var server = await ServerComposer.ComposeAsync(new ServeOptions { Data = data.FullName, Demo = true, Port = 0, Quiet = true }, cancellation);
        await server.StartAsync(cancellation);
        await ServerRun.UntilReadyAsync(server, cancellation);
        return new ReplayServer(data, server);
    }

    /// <summary>Puts the shared secret into a data directory that has none yet, so that its visitors can be compared with another run's.</summary>
    public static void WriteSecret(string data)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(data, "secrets"));
        DemoSites.WriteSecret(Path.Combine(secrets.FullName, "demo-replay.secret"), Secret);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
