using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Engagement.Testing;

/// <summary>Reads one server-sent event stream of a server.</summary>
internal sealed class ServerStream : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<(string Name, string Data)> _received = [];
    private readonly List<string> _lines = [];
    private Task _reading = Task.CompletedTask;

    /// <summary>Events so far, by name.</summary>
    public IReadOnlyList<(string Name, string Data)> Received
    {
        get
        {
            lock (_received) return [.. _received];
        }
    }

    /// <summary>The last retry hint, in milliseconds, and whether the server said goodbye.</summary>
    public bool IsClosedWithHint
    {
        get
        {
            lock (_received) return _lines.Contains("retry: 1000") && _received.Any(r => r.Name == "closing");
        }
    }

    /// <summary>Completes when the server ends the stream.</summary>
    public Task Ended => _reading;

    /// <summary>Returns once the server has said that it listens.</summary>
    public static async Task<ServerStream> OpenAsync(ServerProcess server, string path, string credential)
    {
        var stream = new ServerStream();
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stream._end.Token);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stream._end.Token));
        await reader.ReadLineAsync(stream._end.Token);
        stream._reading = stream.ReadAsync(response, reader);
        return stream;
    }

    /// <summary>The first event of this name that satisfies; waits for it.</summary>
    public async Task<JsonElement> FindAsync(string name, TimeSpan patience, Func<JsonElement, bool>? satisfies = null)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience; await Task.Delay(5))
        {
            foreach (var (_, data) in Received.Where(r => r.Name == name))
            {
                var json = JsonSerializer.Deserialize<JsonElement>(data);
                if (satisfies?.Invoke(json) != false) return json;
            }
        }
        throw new TimeoutException($"No {name} within {patience}; received: {string.Join("; ", Received.Select(r => r.Name))}");
    }

    public void Dispose() => _end.Cancel();

    private async Task ReadAsync(HttpResponseMessage response, StreamReader reader)
    {
        try
        {
            var name = "message";
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                lock (_received)
                {
                    _lines.Add(line);
                    if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                    if (line.StartsWith("data: ", StringComparison.Ordinal)) _received.Add((name, line[6..]));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // Closed by one side or the other.
        }
        response.Dispose();
    }
}
