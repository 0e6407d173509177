using System.Text.Json.Nodes;
using Engagement.Testing;

namespace EndToEnd.Clients;

/// <summary>
/// Every vendor's own client sends one and the same visit (<c>tests/Clients/visit.mjs</c>) to the collector, and the canonical events that come out of
/// the log are compared with it: nothing lost, nothing invented, nothing twice.
/// </summary>
[Trait("Category", "Clients")]
public sealed class ClientTests(Browser browser) : IClassFixture<Browser>
{
    private const string Kettle = """{"id":"k1","name":"Kettle, 1.7 l","category":"Kitchen","price":49.5,"quantity":""";
    private const string Two = Kettle + "2}";
    private const string One = Kettle + "1}";
    private const string Other = """{"id":"k2","name":"Kettle, 1 l","category":"Kitchen","price":49.5,"quantity":1}""";
    private const string Cart = $$"""{"cart":{"items":2,"value":99},"products":[{{Two}}]}""";

    /// <summary>In the order of the visit: type, and what of it a canonical event must hold.</summary>
    private static readonly (string Type, string Members)[] s_visit =
    [
        ("page_viewed", """{"page":{"url":"https://shop.example/","title":"Kettles & more"}}"""),
        ("product_list_viewed", $$"""{"product":{"category":"Kitchen"},"products":[{{One}},{{Other}}]}"""),
        ("product_viewed", $$"""{"product":{{One}}}"""),
        ("search_performed", """{"search":{"query":"kettle without a lid","resultCount":0,"scope":"catalogue"}}"""),
        ("product_added", $$"""{"product":{{Two}}}"""),
        ("cart_viewed", Cart),
        ("checkout_started", Cart),
        ("order_completed", Cart),
    ];

    /// <summary>What differs: the cart's view and steps are said of a page's entities, and products stand beside the one that an action is about.</summary>
    private static readonly (string Type, string Members)[] s_snowplow =
    [
        s_visit[0],
        s_visit[1],
        ("product_viewed", $$"""{"product":{{One}},"products":[{{One}}]}"""),
        s_visit[3],
        ("product_added", $$"""{"product":{{Two}},"products":[{{Two}}],"cart":{"value":99} }"""),
        ("cart_viewed", Cart),
        ("checkout_started", $$"""{"cart":{"value":99},"products":[{{Two}}]}"""),
        ("order_completed", Cart),
    ];

    [ClientTheory]
    [InlineData("segment-node", "@segment/analytics-node")]
    [InlineData("rudder-node", "@rudderstack/rudder-sdk-node")]
    public async Task NodeClient_Visit_ArrivesWholeAndOnce(string client, string package)
    {
        await using var server = await ServerProcess.StartAsync();
        await VendorClients.RunAsync($"{client}.mjs", [server.Address.ToString(), ServerProcess.WriteKey, "anna-1"]);
        var events = await EventsAsync(server, "anna-1");
        Assert.True(events.Count > 0, $"{package}: nothing arrived");
        AssertVisit(events);
        await AssertNoSecretsAsync(server, "anna-1");
        DialectTable.Saw("segment", package, "Node.js", s_visit.Select(step => step.Type));
    }

    [BrowserClientFact]
    public async Task SegmentInABrowser_Visit_ArrivesWholeAndOnce()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var page = await person.NewPageAsync();
        var said = ClientShop.Listen(page);
        await using var shop = await ClientShop.StartAsync("segment-browser.js", "@segment/analytics-next/dist/umd/index.js");
        await page.GotoAsync(shop.Urls.Single());
        var steps = await VendorClients.RunAsync("steps.mjs", ["segment"]);
        await page.EvaluateAsync("([address, key, visitor, visit]) => window.visitWithSegment(address, key, visitor, JSON.parse(visit))",
            new[] { server.Address.ToString(), ServerProcess.WriteKey, "anna-2", steps });
        List<JsonObject> events = [];
        for (var tries = 0; tries < 100 && events.Count < s_visit.Length; tries++)
        {
            await Task.Delay(100);
            events = await EventsAsync(server, "anna-2");
        }
        Assert.True(events.Count > 0, string.Join(Environment.NewLine, said));
        AssertVisit(events);
        DialectTable.Saw("segment", "@segment/analytics-next", "Chromium", s_visit.Select(step => step.Type));
    }

    /// <summary>
    /// The page goes in the middle of the visit, while the first request has failed: what was not taken yet goes with the next page. The library's own
    /// queue sends again, with the ids by which the engine knows an event.
    /// </summary>
    [BrowserClientFact]
    public async Task SnowplowInABrowser_VisitOverTwoPages_WithARetry_ArrivesWholeAndOnce()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var page = await person.NewPageAsync();
        var said = ClientShop.Listen(page);
        var refused = 0;
        await page.RouteAsync("**/com.snowplowanalytics.snowplow/tp2*", async route =>
        {
            if (route.Request.Method == "POST" && Interlocked.Increment(ref refused) == 1) await route.FulfillAsync(ClientShop.Unavailable(route.Request));
            else await route.ContinueAsync();
        });
        await using var shop = await ClientShop.StartAsync("snowplow-browser.js", "@snowplow/browser-tracker/dist/index.umd.min.js",
            "@snowplow/browser-plugin-snowplow-ecommerce/dist/index.umd.min.js", "@snowplow/browser-plugin-site-tracking/dist/index.umd.min.js");
        var steps = JsonNode.Parse(await VendorClients.RunAsync("steps.mjs", []))!.AsArray();
        var visitor = "";
        foreach (var part in (JsonArray[])[new(steps.Take(4).Select(s => s!.DeepClone()).ToArray()), new(steps.Skip(4).Select(s => s!.DeepClone()).ToArray())])
        {
            await page.GotoAsync(shop.Urls.Single());
            var mine = await page.EvaluateAsync<string>("([address, key, visit]) => window.visitWithSnowplow(address, key, JSON.parse(visit))",
                new[] { server.Address.ToString().TrimEnd('/'), ServerProcess.WriteKey, part.ToJsonString() });
            Assert.True(visitor.Length == 0 || visitor == mine);
            visitor = mine;
        }
        List<JsonObject> events = [];
        for (var tries = 0; tries < 200 && events.Count < s_visit.Length; tries++)
        {
            await Task.Delay(100);
            events = Distinct(await EventsAsync(server, visitor));
        }
        Assert.True(refused > 1 && events.Count > 0, string.Join(Environment.NewLine, said));
        await Task.Delay(1_000); // for what might come twice
        AssertVisit(Distinct(await EventsAsync(server, visitor)), s_snowplow);
        Assert.All(events, e => Assert.Null(e["source"]!["notRead"]));
        DialectTable.Saw("snowplow", "@snowplow/browser-tracker", "Chromium", s_snowplow.Select(step => step.Type));
    }

    private static List<JsonObject> Distinct(List<JsonObject> events) => [.. events.DistinctBy(e => (string)e["id"]!)];

    /// <summary>Oldest first; what the engine itself wrote of the visitor is left out.</summary>
    private static async Task<List<JsonObject>> EventsAsync(ServerProcess server, string visitor)
    {
        using var page = await server.GetJsonAsync($"/v1/events?visitor={visitor}&limit=500");
        return [.. page.RootElement.GetProperty("events").EnumerateArray().Select(e => JsonNode.Parse(e.GetRawText())!.AsObject()).Where(e => e.ContainsKey("source")).Reverse()];
    }

    private static void AssertVisit(List<JsonObject> events, (string Type, string Members)[]? expectedVisit = null)
    {
        expectedVisit ??= s_visit;
        Assert.Equal(events.Count, events.Select(e => (string)e["id"]!).Distinct().Count());
        var behaviour = events.Where(e => (string)e["type"]! != "custom").ToList();
        Assert.Equal(expectedVisit.Select(step => step.Type), behaviour.Select(e => (string)e["type"]!));
        foreach (var (step, e) in expectedVisit.Zip(behaviour))
        {
            foreach (var (name, expected) in JsonNode.Parse(step.Members)!.AsObject())
            {
                var found = e[name]?.DeepClone();
                if (name == "page" && found is JsonObject page)
                {
                    foreach (var more in page.Select(member => member.Key).Except(["url", "title"]).ToList()) page.Remove(more);
                }
                Assert.True(JsonNode.DeepEquals(expected, found), $"{step.Type}: {name} should be {expected?.ToJsonString()}, is {found?.ToJsonString()}");
            }
            // Nothing of a product, a cart or a search where the visit had none.
            foreach (var name in new[] { "product", "products", "cart", "search" })
                Assert.True(!e.ContainsKey(name) || JsonNode.Parse(step.Members)!.AsObject().ContainsKey(name), $"{step.Type} has a {name}: {e.ToJsonString()}");
        }
    }

    /// <summary>What the visit's client said of the person, and of her device, is nowhere in the log.</summary>
    private static async Task AssertNoSecretsAsync(ServerProcess server, string visitor)
    {
        using var page = await server.GetJsonAsync($"/v1/events?visitor={visitor}&limit=500");
        var all = page.RootElement.GetRawText();
        foreach (var secret in new[] { visitor, "anna@example.com", "gold", "203.0.113.7", "Mozilla" }) Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        using var rejects = await server.GetJsonAsync("/v1/rejects");
        Assert.Equal(0, rejects.RootElement.GetProperty("rejects").GetArrayLength());
    }
}
