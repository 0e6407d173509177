using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Engagement.Testing;

/// <summary>
/// The product as a user starts it: a process of its own on a free loopback port, whose data directory outlives a kill.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string WriteKey = "demo-write-key";
    public const string ApiKey = "demo-api-key";
    public const string AgentToken = "demo-agent-token";
    public const string SupervisorToken = "demo-supervisor-token";

    /// <summary>The <c>engagement.dll</c> that is run: <c>ENGAGEMENT_SERVER</c> (a published one, say), else the one beside this code.</summary>
    public static string Program { get; } =
        System.Environment.GetEnvironmentVariable("ENGAGEMENT_SERVER") is { Length: > 0 } published ? Path.GetFullPath(published) : Path.Combine(AppContext.BaseDirectory, "engagement.dll");

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private readonly bool _traffic;
    private readonly string[] _arguments;
    private readonly bool _ownsData;
    private readonly StringBuilder _log = new();
    private Process _process;

    private ServerProcess(int port, string? data, bool traffic, string[] arguments)
    {
        (_traffic, _ownsData, _arguments) = (traffic, data is null, arguments);
        Port = port;
        Data = data ?? Directory.CreateTempSubdirectory("engagement-server-").FullName;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        _process = null!;
    }

    public int Port { get; }

    /// <summary>Of the process that runs now.</summary>
    public int ProcessId => _process.Id;
    public Uri Address { get; }
    public HttpClient Client { get; }

    /// <summary>The data directory.</summary>
    public string Data { get; }

    /// <summary>Variables that the process gets besides this one's, from its next start on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long WorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Everything that the server said so far.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Starts the local demo; returns when it says that it is ready.</summary>
    /// <param name="data">The data directory, which then stays; null: one of its own, which goes with this object.</param>
    /// <param name="traffic">With simulated visitors.</param>
    /// <param name="arguments">Further ones of <c>serve</c>: a role, a cluster's log and store.</param>
    public static async Task<ServerProcess> StartAsync(string? data = null, bool traffic = false, params string[] arguments)
    {
        var server = new ServerProcess(FreePort(), data, traffic, arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>One that has not been started, with a data directory of its own: <see cref="StartAgainAsync"/> starts it.</summary>
    /// <param name="arguments">Further ones of <c>serve</c>.</param>
    public static ServerProcess Prepare(params string[] arguments) => new(FreePort(), null, traffic: false, arguments);

    /// <summary>Starts on the same port and data as before; returns when ready.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "exec", Program, "serve", "--demo",
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--data", Data,
            },
        };
        if (!_traffic) start.ArgumentList.Add("--no-traffic");
        foreach (var argument in _arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, e) =>
        {
            Keep(e.Data);
            if (e.Data?.StartsWith("ready ", StringComparison.Ordinal) == true) ready.TrySetResult();
        };
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(ready.Task, ended, Task.Delay(ReadyWithin));
        if (first != ready.Task) throw new InvalidOperationException($"The server did not become ready:{System.Environment.NewLine}{Log}");
    }

    /// <summary>SIGKILL: nothing can be tidied up.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }


    /// <summary>Sends a body again and again until it is taken, as a tracker does; the answer. Throws where it is refused for good.</summary>
    public async Task<JsonDocument> PostUntilTakenAsync(ReadOnlyMemory<byte> body)
    {
        while (true)
        {
            if (await TryPostEventsAsync(body, CancellationToken.None) is { } answer) return answer;
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Sends one NDJSON body; null where the server could not take it now (away, 503), else its answer.</summary>
    public async Task<JsonDocument?> TryPostEventsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation = default)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", WriteKey);
        try
        {
            using var response = await Client.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
            return response.StatusCode == HttpStatusCode.Accepted
                ? JsonDocument.Parse(text)
                : throw new InvalidOperationException($"{(int)response.StatusCode}: {text}");
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Sends one NDJSON body; throws unless it is taken.</summary>
    public async Task PostEventsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation = default)
    {
        using var answer = await TryPostEventsAsync(body, cancellation) ?? throw new InvalidOperationException("The server did not take the events.");
        if (answer.RootElement.GetProperty("rejected").GetArrayLength() > 0) throw new InvalidOperationException(answer.RootElement.GetRawText());
    }

    /// <summary>False where the server is away.</summary>
    public async Task<bool> TrySetPresenceAsync(string agent, int capacity)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/agents/{agent}/presence")
        {
            Content = new StringContent($$"""{"status":"available","capacity":{{capacity}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AgentToken);
        try
        {
            using var response = await Client.SendAsync(request);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>GET with a key; throws unless it succeeds.</summary>
    public async Task<JsonDocument> GetJsonAsync(string path, string key = ApiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Waits until every partition is live and at the log's end.</summary>
    public async Task CaughtUpAsync(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using (var stats = await GetJsonAsync("/v1/stats"))
            {
                if (stats.RootElement.GetProperty("caughtUp").GetBoolean()) return;
                if (clock.Elapsed > patience) throw new TimeoutException($"Not caught up: {stats.RootElement.GetRawText()}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            if (!_process.HasExited) await KillAsync();
        }
        catch (InvalidOperationException)
        {
            // Killed and disposed of by the test.
        }
        if (_ownsData) Directory.Delete(Data, recursive: true);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
