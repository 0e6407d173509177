using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Engagement.Core;

namespace Engagement.Server.Replay;

/// <summary>What one request with events was answered.</summary>
public readonly record struct SendAnswer(int Accepted, int Rejected, TimeSpan Elapsed);

/// <summary>
/// The HTTP side of a replay. Whatever the server cannot take now is sent again until <c>retryFor</c> has passed: events carry ids, so that sending
/// twice changes nothing. Not thread-safe but for presence, which has its own caller.
/// </summary>
public sealed class ReplayClient(HttpClient http, ReplayOptions options, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends events as one JSON array. Throws <see cref="ReplayException"/> when the server refuses for good.</summary>
    public async Task<SendAnswer> SendAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        var body = Join(events);
        var (answer, elapsed) = await CallAsync(HttpMethod.Post, "v1/events", options.Key, () => Json(body), cancellation);
        return new SendAnswer(answer.GetProperty("accepted").GetInt32(), answer.GetProperty("rejected").GetArrayLength(), elapsed);
    }

    /// <summary>Says that time has passed.</summary>
    public async Task TickAsync(Instant receivedAt, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new TickRequest(receivedAt.ToDateTimeOffset()), ReplayJson.Default.TickRequest);
        await CallAsync(HttpMethod.Post, "v1/replay/ticks", options.Key, () => Json(body), cancellation);
    }

    /// <summary>Agents in any number: one with the largest capacity.</summary>
    public async Task BePresentAsync(CancellationToken cancellation)
    {
        var body = """{"status":"available","capacity":100000}"""u8.ToArray();
        await CallAsync(HttpMethod.Put, "v1/agents/replay/presence", options.AgentKey, () => Json(body), cancellation);
    }

    /// <summary>Counters of every node that decides.</summary>
    public async Task<IReadOnlyList<JsonElement>> StatsAsync(CancellationToken cancellation)
    {
        var answers = new List<JsonElement>();
        foreach (var path in options.OtherNodes.Select(n => new Uri(n, "v1/stats").ToString()).Prepend("v1/stats"))
            answers.Add((await CallAsync(HttpMethod.Get, path, options.ApiKey, () => null, cancellation)).Answer);
        return answers;
    }

    /// <summary>Follows the agents' cards until cancelled, and comes back whenever the stream ends; adds the offer of each card.</summary>
    public async Task FollowCardsAsync(HashSet<string> offers, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "v1/agents/cards/stream");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.AgentKey);
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
                while (await reader.ReadLineAsync(cancellation) is { } line)
                    if (line.StartsWith("data: ", StringComparison.Ordinal) && OfferOf(line["data: ".Length..]) is { } offer) offers.Add(offer);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
            {
                // The server is away or let go of us; it is asked again below.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(RetryDelay, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string? OfferOf(string message)
    {
        using var json = JsonDocument.Parse(message);
        return json.RootElement.TryGetProperty("kind", out var kind) && kind.ValueEquals("reserved") && json.RootElement.TryGetProperty("offer", out var offer) ? offer.GetString() : null;
    }

    /// <summary>All records of the site in a topic, each partition in its order.</summary>
    public async Task<List<JsonElement>> ReadAsync(string topic, CancellationToken cancellation)
    {
        var records = new List<JsonElement>();
        var partitions = 1;
        for (var partition = 0; partition < partitions; partition++)
        {
            long offset = 0, end = long.MaxValue;
            while (offset < end)
            {
                var path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"v1/replay/log?topic={topic}&partition={partition}&offset={offset}");
                var (answer, _) = await CallAsync(HttpMethod.Get, path, options.Key, () => null, cancellation);
                var page = answer.Deserialize(ReplayJson.Default.LogRecordsAnswer)!;
                records.AddRange(page.Records.Select(r => r.Value));
                (partitions, offset, end) = (page.Partitions, page.Next, page.End);
            }
        }
        return records;
    }

    private async Task<(JsonElement Answer, TimeSpan Elapsed)> CallAsync(HttpMethod method, string path, string key, Func<HttpContent?> content, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var sent = time.GetTimestamp();
            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = content() };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                using var response = await http.SendAsync(request, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    var answer = response.StatusCode == HttpStatusCode.NoContent || response.Content.Headers.ContentLength == 0
                        ? default
                        : await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
                    return (answer, time.GetElapsedTime(sent));
                }
                if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                    throw new ReplayException($"{method} /{path} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                if (time.GetElapsedTime(began) > options.RetryFor) throw new ReplayException($"{method} /{path} was not answered for {options.RetryFor}: {exception.Message}");
            }
            if (time.GetElapsedTime(began) > options.RetryFor) throw new ReplayException($"{method} /{path} was refused for {options.RetryFor}");
            await Task.Delay(RetryDelay, time, cancellation);
        }
    }

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static byte[] Join(IReadOnlyList<RecordedEvent> events)
    {
        using var body = new MemoryStream(events.Count * 320);
        for (var i = 0; i < events.Count; i++)
        {
            body.WriteByte(i == 0 ? (byte)'[' : (byte)',');
            body.Write(events[i].Json.Span);
        }
        body.WriteByte((byte)']');
        return body.ToArray();
    }
}

/// <summary>A replay that cannot go on; the message says why.</summary>
public sealed class ReplayException(string message) : Exception(message);
