using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Benchmarks.Hosts;

/// <summary>The product as a user starts it: a process of its own on a free loopback port, with a data directory of its own that goes with it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private ServerUnderTest(Process process, string data, int port)
    {
        _process = process;
        _data = data;
        Address = new Uri($"http://127.0.0.1:{port}");
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64, PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public Uri Address { get; }
    public HttpClient Client { get; }
    public TimeSpan ProcessorTime { get { _process.Refresh(); return _process.TotalProcessorTime; } }
    public long WorkingSetBytes { get { _process.Refresh(); return _process.WorkingSet64; } }

    public static async Task<ServerUnderTest> StartAsync()
    {
        var port = FreePort();
        var data = Directory.CreateTempSubdirectory("engagement-bench-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "exec", Path.Combine(AppContext.BaseDirectory, "engagement.dll"), "serve", "--demo", "--no-traffic",
                "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--data", data,
            },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        var log = new StringBuilder();
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, e) => { if (e.Data is null) return; log.AppendLine(e.Data); if (e.Data.StartsWith("ready ", StringComparison.Ordinal)) ready.TrySetResult(); };
        process.ErrorDataReceived += (_, e) => { if (e.Data is not null) log.AppendLine(e.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = process.WaitForExitAsync().ContinueWith(_ => ready.TrySetException(new InvalidOperationException("The server stopped:\n" + log)), TaskScheduler.Default);
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return new ServerUnderTest(process, data, port);
    }

    /// <summary>Sends one NDJSON body of events; throws unless all are accepted.</summary>
    public async Task PostEventsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation = default)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-write-key");
        using var response = await Client.SendAsync(request, cancellation);
        if (response.StatusCode != HttpStatusCode.Accepted)
            throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
    }

    public async Task SetPresenceAsync(string agent, int capacity)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/agents/{agent}/presence")
        {
            Content = new StringContent($$"""{"status":"available","capacity":{{capacity}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-agent-token");
        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    public async Task<JsonDocument> GetStatsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stats");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-api-key");
        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
