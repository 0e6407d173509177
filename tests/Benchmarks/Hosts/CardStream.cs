using System.Net.Http.Headers;
using Engagement.Testing;

namespace Benchmarks.Hosts;

/// <summary>An agent's card stream as a console reads it.</summary>
internal sealed class CardStream : CardArrivals, IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Task _reading;

    private CardStream(HttpResponseMessage response, Stream stream, CancellationToken stop)
    {
        _response = response;
        _reading = ReadAsync(stream, stop);
    }

    public static async Task<CardStream> OpenAsync(ServerProcess server, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents/cards/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-agent-token");
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        return new CardStream(response, await response.Content.ReadAsStreamAsync(stop), stop);
    }

    private async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        try
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains(Reserved, StringComparison.Ordinal)) Arrived();
            }
        }
        catch (OperationCanceledException)
        {
            // The benchmark is over.
        }
        catch (IOException) when (stop.IsCancellationRequested)
        {
            // So is the connection.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await _reading;
    }
}
