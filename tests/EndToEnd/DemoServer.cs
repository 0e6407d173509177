using System.Diagnostics;

namespace EndToEnd;

/// <summary>The real server as a process of its own: local demo, free port, fresh data, no simulated visitors.</summary>
public sealed class DemoServer : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly StringWriter _errors = new();

    private DemoServer(Process process, DirectoryInfo data)
    {
        (_process, _data) = (process, data);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.WriteLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public string Address { get; private set; } = "";

    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <summary>Returns when the server says that it is ready.</summary>
    public static async Task<DemoServer> StartAsync(params string[] more)
    {
        var data = Directory.CreateTempSubdirectory("engagement-e2e-");
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "engagement.dll"), "serve", "--demo", "--port", "0", "--data", data.FullName, .. more];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var server = new DemoServer(Process.Start(start)!, data);
        using var deadline = new CancellationTokenSource(StartWithin);
        try
        {
            while (await server._process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (!line.StartsWith("ready ", StringComparison.Ordinal)) continue;
                server.Address = line["ready ".Length..].Trim();
                _ = server._process.StandardOutput.ReadToEndAsync();
                return server;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what it said.
        }
        var said = server.Errors;
        await server.DisposeAsync();
        throw new InvalidOperationException($"The server did not become ready in {StartWithin.TotalSeconds} s: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
