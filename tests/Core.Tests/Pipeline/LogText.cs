using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;

namespace Core.Tests.Pipeline;

/// <summary>Records of the event log, as the collector and the engine write them.</summary>
internal static class LogText
{
    public static readonly Instant Start = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));

    public static VisitorKey Visitor(int number) => new((ulong)number * 0x9E3779B97F4A7C15 + 1, (ulong)number * 0xD6E8FEB86659FD93 + 7);

    /// <summary>One event; <paramref name="rest"/> is what its type adds, such as <c>"search":{"query":"x"}</c>.</summary>
    public static byte[] Event(
        string type, Instant receivedAt, string id, string rest = "", int visitor = 1, string site = TestSites.Shop, Instant? occurredAt = null) =>
        Encoding.UTF8.GetBytes(
            $$"""{"v":1,"id":{{JsonSerializer.Serialize(id)}},"site":"{{site}}","visitor":"{{Visitor(visitor)}}","type":"{{type}}","occurredAt":"{{occurredAt ?? receivedAt}}","receivedAt":"{{receivedAt}}"{{(rest.Length == 0 ? "" : ",")}}{{rest}}}""");

    public static byte[] Tick(Instant receivedAt, string? site = null, bool isAgentFree = false) =>
        Encoding.UTF8.GetBytes(
            $$"""{"v":1,"type":"tick"{{(site is null ? "" : $",\"site\":\"{site}\"")}}{{(isAgentFree ? ",\"cause\":\"agent_free\"" : "")}},"receivedAt":"{{receivedAt}}"}""");

    public static string Search(string query, int results = 5, string scope = "help") =>
        $$"""
        "search":{"query":{{JsonSerializer.Serialize(query)}},"resultCount":{{results}},"scope":"{{scope}}"}
        """;

    public static string Page(string url, string? title = null, string? language = null) =>
        $"\"page\":{JsonSerializer.Serialize(new { url, title, language })}";

    public static string Product(string id, double? price = null, string? category = null, int? quantity = null, string? name = null) =>
        $"\"product\":{JsonSerializer.Serialize(new { id, price, category, quantity, name }, s_noNulls)}";

    public static string Article(string id, string? title = null, bool? helpful = null) =>
        $"\"article\":{JsonSerializer.Serialize(new { id, title, helpful }, s_noNulls)}";

    public static string Cart(int items, double value) =>
        $$"""
        "cart":{"items":{{items}},"value":{{value.ToString(CultureInfo.InvariantCulture)}}}
        """;

    private static readonly JsonSerializerOptions s_noNulls = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
