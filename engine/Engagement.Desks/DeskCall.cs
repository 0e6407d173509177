using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core.Sites;
using Engagement.Desks.Outgoing;

namespace Engagement.Desks;

/// <summary>What calls to desks have in common: addresses below the configured one, JSON bodies, and ids that are read from JSON. Pure but for allocation.</summary>
internal static class DeskCall
{
    /// <summary>A path below where the desk is, whether that was written with a slash at its end or not.</summary>
    public static Uri UrlOf(SiteDesk desk, string path) => new($"{desk.Url!.AbsoluteUri.TrimEnd('/')}{path}");

    public static HttpRequestMessage Get(Uri url) => new(HttpMethod.Get, url) { Headers = { { "Accept", "application/json" } } };

    public static HttpRequestMessage Post(Uri url, JsonNode body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        return new HttpRequestMessage(HttpMethod.Post, url) { Content = content, Headers = { { "Accept", "application/json" } } };
    }

    public static string TextOf(SiteSecret secret) => Encoding.ASCII.GetString(secret.Bytes);

    /// <summary>The agents that count: those who were named, or all.</summary>
    public static bool Counts(SiteDesk desk, string id) => desk.Agents.IsEmpty || desk.Agents.Contains(id, StringComparer.Ordinal);

    /// <summary>The desk's own number of the agent for whom a card is; null where she is not this desk's.</summary>
    public static long? NumberOf(DeskKind kind, string agent) =>
        OwnIdOf(kind, agent) is { } id && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static string? OwnIdOf(DeskKind kind, string agent)
    {
        var prefix = PrefixOf(kind);
        return agent.StartsWith(prefix, StringComparison.Ordinal) ? agent[prefix.Length..] : null;
    }

    public static string AgentOf(DeskKind kind, string id) => PrefixOf(kind) + id;

    /// <summary>A member of an object that is there and is one; else null.</summary>
    public static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static long? FindNumber(JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static string? FindText(JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The elements of a member that is a list; empty where it is not there.</summary>
    public static IEnumerable<JsonElement> FindList(JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static string PrefixOf(DeskKind kind) => $"{kind.ToString().ToLowerInvariant()}-";
}
