using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Engagement.Server.Hosting;

/// <summary>Starts a composed server, says once that it is ready, and waits for its end.</summary>
public static class ServerRun
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(WebApplication server, ServeOptions options, TextWriter output, CancellationToken cancellation)
    {
        await server.StartAsync(cancellation);
        if (await UntilReadyAsync(server, cancellation)) Announce(server, options, output);
        await server.WaitForShutdownAsync(cancellation);
        return Commands.ExitCodes.Ok;
    }

    /// <summary>The address that the server listens on, with the port it was given.</summary>
    public static string AddressOf(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);

    /// <summary>Waits until every dependency answers; false when the server stops before.</summary>
    public static async Task<bool> UntilReadyAsync(WebApplication server, CancellationToken cancellation)
    {
        var readiness = server.Services.GetRequiredService<ReadinessService>();
        var time = server.Services.GetRequiredService<TimeProvider>();
        var stopping = server.Lifetime.ApplicationStopping;
        while (!stopping.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            if ((await readiness.AskAsync(CancellationToken.None)).IsReady) return true;
            try
            {
                await Task.Delay(AskAgainAfter, time, stopping);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
        return false;
    }

    private static void Announce(WebApplication server, ServeOptions options, TextWriter output)
    {
        var address = AddressOf(server);
        output.WriteLine($"ready {address}");
        if (options.Demo) output.WriteLine($"open  {address}/            the demo: visitor, engine, agent");
        output.WriteLine($"      {address}/openapi/v1.json   what the API answers");
        output.WriteLine($"      {address}/health/ready      how its dependencies stand");
        output.WriteLine("Ctrl-C stops it.");
        output.Flush();
    }
}
