using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Engagement.Testing;

/// <summary>How a <see cref="RedisServer"/> is started.</summary>
internal sealed record RedisServerSettings
{
    /// <summary>Keeps what it holds over a kill, by an append-only file that is flushed with every write.</summary>
    public bool AppendOnly { get; init; }
    public string? Password { get; init; }

    /// <summary>A rule of the access list: a name, then what it may, such as <c>engine on &gt;secret ~* &amp;* +@all</c>.</summary>
    public string? User { get; init; }

    /// <summary>A node of a Cluster.</summary>
    public bool Cluster { get; init; }

    /// <summary>Where it runs.</summary>
    public NetworkPlace Place { get; init; } = NetworkPlace.Loopback;

    /// <summary>Speaks TLS on a second port, with these files.</summary>
    public RedisTlsFiles? Tls { get; init; }
}

/// <summary>What a redis-server shows, and whom it lets in, as PEM files.</summary>
/// <param name="Authority">Who signs the certificates of clients.</param>
/// <param name="AsksClients">Clients must show one.</param>
internal sealed record RedisTlsFiles(string Certificate, string Key, string Authority, bool AsksClients);

/// <summary>
/// A real redis-server on a free port of the loopback, in a folder of its own. It ends with this process, however this process ends: a shell between
/// them kills it when its input closes.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(20);

    private const int PortsTried = 5;

    private readonly RedisServerSettings _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("engagement-redis-").FullName;
    private readonly int _tlsPort = FreePort();
    private Process? _process;

    private RedisServer(int port, RedisServerSettings settings) => (Port, _settings) = (port, settings);

    public int Port { get; }
    public string Address => string.Create(CultureInfo.InvariantCulture, $"{_settings.Place.Address}:{Port}");

    /// <summary>Where it speaks TLS, if it does.</summary>
    public string TlsAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_tlsPort}");

    public static async Task<RedisServer> StartAsync(RedisServerSettings? settings = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new RedisServer(FreePort(), settings ?? new RedisServerSettings());
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (InvalidOperationException e) when (attempt < PortsTried && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Somebody took the port, or the one of the cluster's bus, which lies 10,000 above it, between the look and the start.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>SIGKILL: nothing can be tidied up.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>SIGTERM.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>SIGSTOP: it takes connections and commands, and answers none.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Kills it and starts it on the same port.</summary>
    /// <param name="empty">Without anything that it held; else with what its file holds, which is nothing unless it is append-only.</param>
    public async Task RestartAsync(bool empty)
    {
        await KillAsync();
        if (empty)
        {
            foreach (var entry in new DirectoryInfo(_folder).GetFileSystemInfos())
            {
                if (entry is DirectoryInfo folder) folder.Delete(recursive: true);
                else entry.Delete();
            }
        }
        await StartAgainAsync();
    }

    /// <summary>Starts it again after a kill or a stop; returns when it answers.</summary>
    public async Task StartAgainAsync()
    {
        const string guard = "redis-server \"$@\" & server=$!; while read how; do kill -$how $server; done; kill -KILL $server; wait $server";
        var start = _settings.Place.Starting("/bin/sh", ["-c", guard, "redis", .. Arguments()]);
        _process = Process.Start(start) ?? throw new InvalidOperationException("No shell to start redis-server with.");
        var said = new System.Text.StringBuilder();
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (!(await CommandAsync("PING")).StartsWith("PONG", StringComparison.Ordinal))
        {
            if (clock.Elapsed > ReadyWithin || Said("not found") || Said("Address already in use"))
                throw new InvalidOperationException($"redis-server did not start; is it installed (apt-get install redis-server)?\n{said}");
            await Task.Delay(10);
        }

        void Keep(string? line)
        {
            lock (said) said.AppendLine(line);
        }

        bool Said(string text)
        {
            lock (said) return said.ToString().Contains(text, StringComparison.Ordinal);
        }
    }

    /// <summary>One command by redis-cli; what it answered, as text.</summary>
    public Task<string> CommandAsync(params string[] command) => RunCliAsync(Port, _settings.Password, command, _settings.Place.Address);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static async Task<string> RunCliAsync(int port, string? password, string[] command, string host = "127.0.0.1")
    {
        var start = new ProcessStartInfo("redis-cli") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] head = ["-h", host, "-p", port.ToString(CultureInfo.InvariantCulture), .. password is null ? Array.Empty<string>() : ["--no-auth-warning", "-a", password]];
        foreach (var argument in head.Concat(command)) start.ArgumentList.Add(argument);
        using var cli = Process.Start(start) ?? throw new InvalidOperationException("No redis-cli.");
        var said = cli.StandardOutput.ReadToEndAsync();
        var wrong = cli.StandardError.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return await said + await wrong;
    }

    private IEnumerable<string> Arguments()
    {
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", _settings.Place.Address, "--protected-mode", "no", "--dir", _folder, "--save", "", "--daemonize", "no",
            "--appendonly", _settings.AppendOnly ? "yes" : "no", "--appendfsync", "always", "--loglevel", "warning",
        ];
        foreach (var argument in arguments) yield return argument;
        if (_settings.Password is { } password) foreach (var argument in (string[])["--requirepass", password]) yield return argument;
        if (_settings.User is { } user) foreach (var argument in (string[])["--user", .. user.Split(' ')]) yield return argument;
        if (_settings.Tls is { } tls)
            foreach (var argument in (string[])
                ["--tls-port", _tlsPort.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", tls.Certificate, "--tls-key-file", tls.Key,
                "--tls-ca-cert-file", tls.Authority, "--tls-auth-clients", tls.AsksClients ? "yes" : "no"])
                yield return argument;
        if (!_settings.Cluster) yield break;
        foreach (var argument in (string[])
            ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0"])
            yield return argument;
    }

    private async Task EndAsync(string signal)
    {
        if (_process is not { } process) return;
        _process = null;
        await process.StandardInput.WriteLineAsync(signal);
        if (signal == "TERM") await Task.Delay(200);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        await _process!.StandardInput.WriteLineAsync(signal);
        await _process.StandardInput.FlushAsync();
        // The shell reads and sends it.
        await Task.Delay(50);
    }

    /// <summary>A Cluster's bus listens 10,000 above.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (port < 55_000) return port;
        }
    }
}
