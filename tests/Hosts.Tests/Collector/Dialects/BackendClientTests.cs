using System.Text.Json.Nodes;
using Engagement.Testing;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>What the log holds after a visit that a vendor's own client told: field by field.</summary>
[Trait("Category", "Clients")]
public sealed class BackendClientTests
{
    private const string Kettle = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5}""";
    private const string TwoKettles = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}""";

    [RequiresClientsFact]
    public Task PostHogNode_Visit_IsWhatItTold() => PostHogVisitAsync("v0");

    [RequiresClientsFact]
    public Task PostHogNode_ByItsNewerEndpoint_IsTheSame() => PostHogVisitAsync("v1");

    private static async Task PostHogVisitAsync(string captureMode)
    {
        await using var host = await CollectorHost.StartAsync();
        await host.VisitAsync("posthog-node.mjs", environment: ("POSTHOG_CAPTURE_MODE", captureMode));
        var events = Ordered(await host.EventsAsync());
        var identify = Assert.Single(events, e => (string?)e["name"] == "$identify");
        Assert.DoesNotContain("example.com\"", identify.ToJsonString(), StringComparison.Ordinal);
        events.Remove(identify);
        var expected = new[]
        {
            """{"type":"page_viewed","page":{"url":"https://shop.example/1","title":"Shop","referrer":"https://search.example/"}}""",
            $$"""{"type":"product_list_viewed","page":{"url":"https://shop.example/2"},"product":{"category":"Kitchen"},"products":[{{Kettle}},{"id":"p2"}]}""",
            $$"""{"type":"product_viewed","page":{"url":"https://shop.example/3"},"product":{{Kettle}}}""",
            """{"type":"search_performed","page":{"url":"https://shop.example/4"},"search":{"query":"blue kettle","resultCount":0,"scope":"catalogue"}}""",
            $$"""{"type":"product_added","page":{"url":"https://shop.example/5"},"product":{{TwoKettles}}}""",
            $$"""{"type":"cart_viewed","page":{"url":"https://shop.example/6"},"cart":{"items":2,"value":99},"products":[{{TwoKettles}}]}""",
            """{"type":"checkout_started","page":{"url":"https://shop.example/7"},"cart":{"value":99}}""",
            $$"""{"type":"order_completed","page":{"url":"https://shop.example/8"},"cart":{"items":2,"value":104},"products":[{{TwoKettles}}]}""",
            """{"type":"custom","name":"Coupon Denied","page":{"url":"https://shop.example/9"},"properties":{"coupon":"X1"}}""",
        };
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal($"00000000-0000-7000-8000-{i:D12}", (string)events[i]["id"]!);
            // The way from the client's sent_at to here counts as a clock that is wrong by so much.
            var late = DateTimeOffset.Parse((string)events[i]["occurredAt"]!) - DateTimeOffset.Parse("2026-01-01T10:00:00Z").AddSeconds(i);
            Assert.InRange(late, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30));
        }
        var types = TypesOf(events);
        AssertSame(expected, events);
        DialectTable.Saw("posthog", "posthog-node", "Node.js", types);
    }

    [RequiresClientsFact]
    public async Task CloudEvents_Visit_IsWhatItTold()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.VisitAsync("cloudevents.mjs");
        var events = Ordered(await host.EventsAsync());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"2026-01-01T10:00:0{i}.000Z"), events.Select(e => (string)e["occurredAt"]!));
        var types = TypesOf(events);
        AssertSame(
        [
            """{"type":"page_viewed","page":{"url":"https://shop.example/","title":"Shop","referrer":"https://search.example/","language":"de-DE"}}""",
            $$"""{"type":"product_list_viewed","product":{"category":"Kitchen"},"products":[{{Kettle}},{"id":"p2"}]}""",
            $$"""{"type":"product_viewed","product":{{Kettle}}}""",
            """{"type":"search_performed","search":{"query":"blue kettle","resultCount":0,"scope":"catalogue"}}""",
            $$"""{"type":"product_added","product":{{TwoKettles}}}""",
            $$"""{"type":"cart_viewed","cart":{"items":2,"value":99},"products":[{{TwoKettles}}]}""",
            """{"type":"checkout_started","cart":{"value":99}}""",
            $$"""{"type":"order_completed","cart":{"items":2,"value":104},"products":[{{TwoKettles}}]}""",
            """{"type":"article_rated","article":{"id":"a1","title":"Returns","helpful":false}}""",
            """{"type":"custom","name":"com.example.ticket_opened","properties":{"queue":"returns"}}""",
        ], events);
        DialectTable.Saw("cloudevents", "cloudevents", "Node.js", types);
    }

    [RequiresClientsFact]
    public async Task ShopifyPixel_OfTheReadme_ForwardsAVisitFromConsentOn()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.VisitAsync("shopify-pixel.mjs", [Repository.PathOf("collectors", "Engagement.Collector", "Dialects", "Shopify", "README.md")]);
        var events = Ordered(await host.EventsAsync());
        Assert.Equal(Enumerable.Range(2, 9).Select(i => $"sh-{i}"), events.Select(e => (string)e["id"]!));
        Assert.DoesNotContain("secret", string.Concat(events.Select(e => e.ToJsonString())), StringComparison.Ordinal);
        var expected = new[]
        {
            """{"type":"page_viewed"}""",
            $$"""{"type":"product_list_viewed","product":{"category":"Kitchen"},"products":[{{Kettle}}]}""",
            $$"""{"type":"product_viewed","product":{{Kettle}}}""",
            """{"type":"search_performed","search":{"query":"blue kettle","resultCount":0,"scope":"catalogue"}}""",
            $$"""{"type":"product_added","product":{{TwoKettles}}}""",
            $$"""{"type":"cart_viewed","cart":{"items":2,"value":99},"products":[{{TwoKettles}}]}""",
            $$"""{"type":"checkout_started","cart":{"items":2,"value":104},"products":[{{TwoKettles}}]}""",
            $$"""{"type":"checkout_step_completed","cart":{"items":2,"value":104},"products":[{{TwoKettles}}]}""",
            $$"""{"type":"order_completed","cart":{"items":2,"value":104},"products":[{{TwoKettles}}]}""",
        };
        for (var i = 0; i < events.Count; i++)
        {
            Assert.Equal($$"""{"url":"https://shop.example/{{i + 2}}","title":"Shop","language":"de-DE"}""", events[i]["page"]!.ToJsonString());
            Assert.Equal("""{"consent":true}""", events[i]["privacy"]!.ToJsonString());
        }
        AssertSame(expected, events, "page");
    }

    private static List<string> TypesOf(List<JsonObject> events) => events.ConvertAll(e => (string)e["type"]!);

    private static List<JsonObject> Ordered(List<JsonObject> events) => [.. events.OrderBy(e => (string)e["occurredAt"]!, StringComparer.Ordinal)];

    /// <summary>Every member but those that are told apart from it: ids, time, visitor, source, consent.</summary>
    private static void AssertSame(string[] expected, List<JsonObject> events, params string[] without)
    {
        Assert.Single(events.Select(e => (string)e["visitor"]!).Distinct());
        Assert.All(events, e => Assert.Null(e["source"]!["notRead"]));
        Assert.Equal(expected.Length, events.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            events[i].Without(["id", "visitor", "occurredAt", "source", "privacy", .. without]);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected[i]), events[i]), $"expected {expected[i]}, is {events[i].ToJsonString()}");
        }
    }
}
