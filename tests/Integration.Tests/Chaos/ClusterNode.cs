using System.Diagnostics;
using System.Globalization;
using Engagement.Testing;

namespace Integration.Tests.Chaos;

/// <summary>One node of the cluster: the product's own executable, in a place of the network. It ends with this process, however this process ends.</summary>
internal sealed class ClusterNode(string name, NetworkPlace place, int port, string data, string[] arguments) : IAsyncDisposable
{
    private const string Guard =
        """exec 3<&0; data=$1; shift; { cat <&3 >/dev/null; grep -qF "$data" /proc/$$/cmdline && kill -KILL $$; } >/dev/null 2>&1 & exec dotnet "$@" 3<&- </dev/null""";

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private readonly string _log = Path.Combine(data, "log.txt");
    private Process? _process;

    public string Name => name;
    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://{place.Address}:{port}"));

    /// <summary>The last that it said.</summary>
    public string Tail => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(40)) : "";

    /// <summary>Starts it; returns when it says that it is ready.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(data);
        string[] all =
        [
            "-c", Guard, "node", data, "exec", Path.Combine(AppContext.BaseDirectory, "engagement.dll"), "serve",
            "--bind", place.Address, "--port", port.ToString(CultureInfo.InvariantCulture), "--data", data, .. arguments,
        ];
        var process = Process.Start(place.Starting("bash", all))!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = TextWriter.Synchronized(new StreamWriter(_log, append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, e) =>
        {
            log.WriteLine(e.Data);
            if (e.Data?.StartsWith("ready ", StringComparison.Ordinal) == true) ready.TrySetResult();
        };
        process.ErrorDataReceived += (_, e) => log.WriteLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        if (await Task.WhenAny(ready.Task, process.WaitForExitAsync(), Task.Delay(ReadyWithin)) != ready.Task)
            throw new InvalidOperationException($"{name} did not become ready:{Environment.NewLine}{Tail}");
    }

    /// <summary>SIGKILL: nothing can be tidied up.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Whether it still runs, which it must unless it was killed.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>SIGSTOP: it holds whatever it holds and does nothing.</summary>
    public Task SuspendAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if no time had passed.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
