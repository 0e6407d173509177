using System.Text.Json.Nodes;
using Engagement.Testing;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>What the log holds after a visit that a vendor's own library told from a page in a real browser.</summary>
[Trait("Category", "Clients")]
public sealed class BrowserClientTests
{
    [RequiresClientsFact(inBrowser: true)]
    public async Task PostHogJs_Visit_IsWhatItTold_AndNoneOfItsQuestionsFails()
    {
        // A page of an origin that no file can list: the script's own server.
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(origins: [])]);
        await host.VisitAsync("posthog-js.mjs", [VendorClients.Find("chromium")!]);
        var events = await host.EventsAsync();
        Assert.DoesNotContain("example.com", string.Concat(events.Select(e => e.ToJsonString())), StringComparison.Ordinal);
        // Also from identify on, after which the library calls the visitor otherwise.
        Assert.Single(events.Select(e => (string)e["visitor"]!).Distinct());
        Assert.Equal(events.Count, events.Select(e => (string)e["id"]!).Distinct().Count());

        Assert.Equal("Shop", (string)Single(events, "page_viewed")["page"]!["title"]!);
        Assert.All(events, e => Assert.StartsWith("http://127.0.0.1:", (string)e["page"]!["url"]!, StringComparison.Ordinal));
        Same("""{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5}""", Single(events, "product_viewed")["product"]);
        Same("""{"query":"blue kettle","resultCount":0,"scope":"catalogue"}""", Single(events, "search_performed")["search"]);
        Same("""{"items":2,"value":104}""", Single(events, "order_completed")["cart"]);
        Same("""{"action":"click","element":"button"}""", Assert.Single(events, e => (string?)e["name"] == "$autocapture")["properties"]);
        Assert.Null(Assert.Single(events, e => (string?)e["name"] == "$identify")["properties"]);
        DialectTable.Saw("posthog", "posthog-js", "Chromium", ["page_viewed", "product_viewed", "search_performed", "order_completed", "custom"]);
    }

    private static JsonObject Single(List<JsonObject> events, string type) => Assert.Single(events, e => (string)e["type"]! == type);

    private static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, is {actual?.ToJsonString()}");
}
