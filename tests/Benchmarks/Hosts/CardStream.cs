using System.Diagnostics;
using System.Net.Http.Headers;
using Engagement.Testing;

namespace Benchmarks.Hosts;

/// <summary>An agent's card stream as a console reads it: counts the reserved cards and notes when each arrived.</summary>
internal sealed class CardStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Task _reading;
    private long _lastArrival;
    private int _count;

    private CardStream(HttpResponseMessage response, Stream stream, CancellationToken stop)
    {
        _response = response;
        _reading = ReadAsync(stream, stop);
    }

    public int Count => Volatile.Read(ref _count);

    public static async Task<CardStream> OpenAsync(ServerProcess server, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents/cards/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-agent-token");
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        return new CardStream(response, await response.Content.ReadAsStreamAsync(stop), stop);
    }

    /// <summary>When the card after the first <paramref name="before"/> arrived; null when none did in time.</summary>
    public async Task<long?> WaitAsync(int before, TimeSpan patience)
    {
        while (Count <= before)
            if (!await _signal.WaitAsync(patience)) return null;
        return Volatile.Read(ref _lastArrival);
    }

    private async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        try
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (!line.StartsWith("data:", StringComparison.Ordinal) || !line.Contains("\"kind\":\"reserved\"", StringComparison.Ordinal)) continue;
                Volatile.Write(ref _lastArrival, Stopwatch.GetTimestamp());
                Interlocked.Increment(ref _count);
                _signal.Release();
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
        _signal.Dispose();
    }
}
