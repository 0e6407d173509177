using Engagement.Testing;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Vendors' unmodified libraries, driven by the scripts of <c>tests/Clients</c> through one visit: what the log holds afterwards, field by field.</summary>
[Trait("Category", "Clients")]
public sealed class ClientTests
{
    private const string List = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5},{"id":"p2","name":"Cup","category":"Kitchen","price":3}""";
    private const string Kettle = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5}""";
    private const string Bought = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}""";

    [RequiresClientsFact]
    public Task Snowplow_NodeTracker() => VisitAsync("snowplow", "@snowplow/node-tracker",
        Event("page_viewed", "", "Home"),
        Event("product_list_viewed", "kitchen", "Kitchen", $$""","product":{"category":"Kitchen"},"products":[{{List}}]"""),
        Event("product_viewed", "kitchen/p1", "Kettle", $$""","product":{{Kettle}},"products":[{{Kettle}}]"""),
        Event("search_performed", "search", "Search", ""","search":{"query":"steel teapot","resultCount":0}"""),
        Event("product_added", "kitchen/p1", "Kettle", $$""","product":{{Bought}},"cart":{"value":99},"products":[{{Bought}}]"""),
        Event("cart_viewed", "cart", "Cart", $$""","cart":{"items":2,"value":99},"products":[{{Bought}}]"""),
        Event("checkout_started", "checkout", "Checkout", ""","cart":{"value":99}"""),
        Event("order_completed", "thanks", "Thank you", $$""","cart":{"items":2,"value":99},"products":[{{Bought}}]"""),
        Event("heartbeat", "thanks", "Thank you"));

    [RequiresClientsFact]
    public Task Matomo_MatomoTracker() => VisitAsync("matomo", "matomo-tracker",
        Event("page_viewed", "", "Home"),
        Event("product_list_viewed", "kitchen", "Kitchen", ""","product":{"category":"Kitchen"}"""),
        Event("product_viewed", "kitchen/p1", "Kettle", $$""","product":{{Kettle}}"""),
        Event("search_performed", "search", "Search", ""","search":{"query":"steel teapot","resultCount":0}"""),
        Event("product_added", "kitchen/p1", "Kettle", ""","product":{"id":"p1","quantity":2}"""),
        Event("cart_viewed", "cart", "Cart", $$""","cart":{"items":2,"value":99},"products":[{{Bought}}]"""),
        Event("checkout_started", "checkout", "Checkout"),
        Event("order_completed", "thanks", "Thank you", $$""","cart":{"items":2,"value":99},"products":[{{Bought}}]"""));

    private static string Event(string type, string path, string title, string more = "") =>
        $$$"""{"type":"{{{type}}}","page":{"url":"https://shop.example/{{{path}}}","title":"{{{title}}}"}{{{more}}}}""";

    private static async Task VisitAsync(string client, string package, params string[] expected)
    {
        await using var host = await CollectorHost.StartAsync();
        var before = DateTimeOffset.UtcNow;
        await host.VisitAsync(client + ".mjs");
        var events = await host.EventsAsync();
        Assert.All(events, e => Assert.InRange(DateTimeOffset.Parse((string)e["occurredAt"]!), before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1)));
        Assert.Single(events.Select(e => (string)e["visitor"]!).Distinct());
        Assert.Equal(events.Count, events.Select(e => (string)e["id"]!).Distinct().Count());
        Assert.All(events, e => Assert.Equal(client, (string)e["source"]!["dialect"]!));
        Assert.All(events, e => Assert.Null(e["source"]!["notRead"]));
        var types = events.ConvertAll(e => (string)e["type"]!);
        Assert.Equal(expected, events.Select(e => e.Without("id", "visitor", "occurredAt", "source")));
        DialectTable.Saw(client, package, "Node.js", types);
    }

    /// <summary>A client that is no longer installed, or in another version, is not in the table.</summary>
    [RequiresClientsFact]
    public void Table_NamesWhatIsInstalled() => Assert.All(DialectTable.Clients(), client => Assert.Equal(DialectTable.VersionOf(client.Package), client.Version));
}
