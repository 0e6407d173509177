using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Integration.Tests.Chaos;

/// <summary>The cluster's API as its users meet it: any node may answer, any may be away. Thread-safe.</summary>
internal sealed class ClusterClient : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(8);
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(1), MaxConnectionsPerServer = 256, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5), UseProxy = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Status and body; status 0 where nobody answered.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, Uri address, string key, string? json = null, string type = "application/json")
    {
        using var deadline = new CancellationTokenSource(AnswerWithin);
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return ((int)response.StatusCode, Parse(body));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return (0, default);
        }
    }

    /// <summary>Again and again, at one node after the other, until somebody answers for the store; 0 where nobody does.</summary>
    public async Task<int> InsistAsync(IReadOnlyList<Uri> nodes, int first, string path, string key, string body)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var (status, _) = await SendAsync(HttpMethod.Post, new Uri(nodes[(first + attempt) % nodes.Count], path), key, body);
            if (status is > 0 and < 500) return status;
            await Task.Delay(200);
        }
        return 0;
    }

    /// <summary>The messages of a server-sent stream until it breaks, or nothing was heard for so long that it must have.</summary>
    public async Task FollowAsync(Uri address, string key, Action<JsonElement> receive, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
            silence.CancelAfter(TimeSpan.FromSeconds(5));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if (!response.IsSuccessStatusCode) return;
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(silence.Token));
            while (true)
            {
                // A heartbeat comes every 15 s.
                silence.CancelAfter(TimeSpan.FromSeconds(20));
                if (await reader.ReadLineAsync(silence.Token) is not { } line) return;
                if (line.StartsWith("data:", StringComparison.Ordinal)) receive(Parse(Encoding.UTF8.GetBytes(line[5..])));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Broken: the caller comes again.
        }
    }

    public void Dispose() => _http.Dispose();

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
