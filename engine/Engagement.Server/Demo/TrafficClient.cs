using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Engine.Sites;

namespace Engagement.Server.Demo;

/// <summary>Someone the server has minted.</summary>
internal sealed record MintedVisitor(string Visitor, string Token);

/// <summary>
/// The public API as the simulation uses it, over HTTP like anybody else, with the keys of site <see cref="Site"/>. Null or false where a call
/// failed: a simulated visitor gives up as a real page would. Thread-safe.
/// </summary>
internal sealed class TrafficClient(HttpClient http, string origin)
{
    public const string Site = "demo-traffic";

    public async Task<MintedVisitor?> MintAsync(CancellationToken cancellation)
    {
        var answer = await CallAsync(HttpMethod.Post, "/v1/sessions", DemoKeys.TrafficWrite, new JsonObject { ["site"] = Site }, cancellation);
        return answer is { } found ? new(Text(found, "visitor")!, Text(found, "token")!) : null;
    }

    public async Task<bool> SendAsync(string visitor, string eventId, VisitStep step, CancellationToken cancellation)
    {
        var body = (JsonObject)step.Fields.DeepClone();
        (body["id"], body["type"], body["visitor"]) = (eventId, step.Type, visitor);
        return await CallAsync(HttpMethod.Post, "/v1/events", DemoKeys.TrafficWrite, body, cancellation) is not null;
    }

    /// <summary>How the visit stands: the open invitation's id, if any, and whether it was for want of an agent that there is none.</summary>
    public async Task<(string? Invitation, bool NobodyFree, bool Invited)> AskAsync(string visitor, CancellationToken cancellation)
    {
        var answer = await CallAsync(HttpMethod.Get, $"/v1/should-engage?site={Site}&visitor={Uri.EscapeDataString(visitor)}", DemoKeys.TrafficApi, null, cancellation);
        if (answer is not { } found) return default;
        var blockers = found.TryGetProperty("blockers", out var list) ? list.EnumerateArray().Select(b => Text(b, "code")).ToArray() : [];
        var invitation = found.TryGetProperty("invitation", out var open) && open.ValueKind == JsonValueKind.Object ? Text(open, "id") : null;
        return (invitation, blockers.Contains("nobody_free"), invitation is not null || blockers.Contains("offer_open"));
    }

    public Task ShownAsync(string invitation, MintedVisitor visitor, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Post, $"/v1/invitations/{invitation}/shown", visitor.Token, [], cancellation);

    public async Task<bool> AnswerAsync(string invitation, MintedVisitor visitor, string answer, CancellationToken cancellation) =>
        await CallAsync(HttpMethod.Post, $"/v1/invitations/{invitation}/answer", visitor.Token, new JsonObject { ["answer"] = answer }, cancellation) is not null;

    public Task PresenceAsync(string agent, int capacity, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Put, $"/v1/agents/{agent}/presence", DemoKeys.TrafficAgent, new JsonObject { ["status"] = "available", ["capacity"] = capacity }, cancellation);

    public async Task<bool> ClaimAsync(string card, string agent, CancellationToken cancellation) =>
        await CallAsync(HttpMethod.Post, $"/v1/cards/{card}/claim", DemoKeys.TrafficAgent, new JsonObject { ["agent"] = agent }, cancellation) is not null;

    public Task EndAsync(string card, string agent, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Post, $"/v1/cards/{card}/end", DemoKeys.TrafficAgent, new JsonObject { ["agent"] = agent }, cancellation);

    public async Task<(long Seen, long LeftAlone, long NobodyFree, long Invited)?> CountAsync(CancellationToken cancellation)
    {
        var answer = await CallAsync(HttpMethod.Get, "/v1/stats", DemoKeys.TrafficApi, null, cancellation);
        if (answer is not { } found || !found.TryGetProperty("visitors", out var v)) return null;
        return (Number(v, "seen"), Number(v, "leftAlone"), Number(v, "nobodyFree"), Number(v, "invited"));
    }

    private async Task<JsonElement?> CallAsync(
        HttpMethod method, string path, string key, JsonObject? body, CancellationToken cancellation, [CallerMemberName] string caller = "")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        // Visitors are minted for pages of an allowed origin only; the simulation stands in for the demo's own page.
        if (caller == nameof(MintAsync)) request.Headers.Add("Origin", origin);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            if (!response.IsSuccessStatusCode) return null;
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (bytes.Length == 0) return default(JsonElement);
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
    private static long Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
