using System.Diagnostics;
using System.Globalization;
using Engagement.Testing;

namespace EndToEnd.AgentsConsole;

/// <summary>The certified <c>oidc-provider</c> with its own pages, in a process of its own; as <c>tests/Clients/oidc-provider.mjs</c> sets it up.</summary>
internal sealed class IdProviderProcess : IDisposable
{
    private readonly Process _process;

    private IdProviderProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="console">Where the console is.</param>
    /// <param name="life">How long its tokens live.</param>
    public static async Task<IdProviderProcess> StartAsync(int port, Uri console, TimeSpan life)
    {
        var start = new ProcessStartInfo("node", ["oidc-provider.mjs", port.ToString(CultureInfo.InvariantCulture), new Uri(console, "/console/").AbsoluteUri, life.TotalSeconds.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = VendorClients.Folder, RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (line != "ready") continue;
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new IdProviderProcess(process, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
        }
        throw new InvalidOperationException("The provider did not become ready.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
