using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>Reads one server-sent event stream.</summary>
public sealed class EventStreamClient : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<(string Event, string Data)> _events = Channel.CreateUnbounded<(string, string)>();
    private readonly List<string> _received = [];

    /// <summary>Data of all events so far.</summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            lock (_received) return [.. _received];
        }
    }

    /// <summary>Returns once the server has said that it listens.</summary>
    public static async Task<EventStreamClient> OpenAsync(RunningEngine engine, string path, string? credential)
    {
        var client = new EventStreamClient();
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        var response = await engine.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, client._end.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(client._end.Token));
        Assert.StartsWith("retry:", await reader.ReadLineAsync(client._end.Token), StringComparison.Ordinal);
        _ = client.ReadAsync(response, reader);
        return client;
    }

    /// <summary>Data of the next event of this name; others are passed over.</summary>
    public async Task<string> NextAsync(string name)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var (received, data) = await _events.Reader.ReadAsync(deadline.Token);
            if (received == name) return data;
        }
    }

    /// <summary>The server ends it; whatever came before is passed over.</summary>
    public async Task EndedAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _events.Reader.WaitToReadAsync(deadline.Token)) _events.Reader.TryRead(out _);
    }

    public void Dispose() => _end.Cancel();

    private async Task ReadAsync(HttpResponseMessage response, StreamReader reader)
    {
        try
        {
            var name = "message";
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
                lock (_received) _received.Add(line[6..]);
                _events.Writer.TryWrite((name, line[6..]));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // Closed by one side or the other.
        }
        _events.Writer.TryComplete();
        response.Dispose();
    }
}
