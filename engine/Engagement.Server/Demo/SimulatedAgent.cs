using System.Net.Http.Headers;
using System.Text.Json;
using Engagement.Engine.Sites;

namespace Engagement.Server.Demo;

/// <summary>An agent of the simulation: stays present, takes accepted cards, talks a while, ends. Every card it takes it also ends.</summary>
internal sealed class SimulatedAgent(TrafficClient client, HttpClient http, string id, int capacity, Random random, TimeProvider time)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(2);

    public async Task StayAsync(TimeSpan every, CancellationToken stopping)
    {
        while (true)
        {
            await client.PresenceAsync(id, capacity, stopping);
            await Task.Delay(every, time, stopping);
        }
    }

    /// <summary>Follows the cards' stream, and comes back to it whenever it ends.</summary>
    public async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await FollowAsync(stopping);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
            {
                // The stream broke: it is opened again below.
            }
            await Task.Delay(AgainAfter, time, stopping);
        }
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents/cards/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DemoKeys.TrafficAgent);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stopping));
        while (await reader.ReadLineAsync(stopping) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && AcceptedCardOf(line[5..]) is { } card) _ = TalkAsync(card, stopping);
        }
    }

    private async Task TalkAsync(string card, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(Seconds(1, 4), time, stopping);
            if (!await client.ClaimAsync(card, id, stopping)) return;
            await Task.Delay(Seconds(8, 18), time, stopping);
            await client.EndAsync(card, id, stopping);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and the conversation with it.
        }
    }

    private static string? AcceptedCardOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        var card = document.RootElement;
        return card.TryGetProperty("kind", out var kind) && kind.GetString() == "full" ? card.GetProperty("offer").GetString() : null;
    }

    private TimeSpan Seconds(double min, double max)
    {
        lock (random) return TimeSpan.FromSeconds(min + random.NextDouble() * (max - min));
    }
}
