using System.Text.Json.Nodes;
using Engagement.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace EndToEnd.Clients;

/// <summary>
/// Every vendor's own client sends one and the same visit (<c>tests/Clients/visit.mjs</c>) to the collector, and the canonical events that come out of
/// the log are compared with it: nothing lost, nothing invented, nothing twice.
/// </summary>
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
    }

    [BrowserClientFact]
    public async Task SegmentInABrowser_Visit_ArrivesWholeAndOnce()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var page = await person.NewPageAsync();
        var said = new List<string>();
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, error) => said.Add(error);
        page.RequestFailed += (_, request) => said.Add($"{request.Url}: {request.Failure}");
        page.Response += (_, response) => said.Add($"{response.Url}: {response.Status}");
        await using var shop = await ServeShopAsync();
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
    }

    /// <summary>A page of another origin, with the library's own bundle.</summary>
    private static async Task<WebApplication> ServeShopAsync()
    {
        const string html = "<!doctype html><title>Kettles &amp; more</title><script src=ajs/index.js></script><script src=visit.js></script>";
        var library = Path.Combine(VendorClients.Folder, "node_modules", "@segment", "analytics-next", "dist", "umd");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", () => Results.Content(html, "text/html"));
        app.MapGet("/visit.js", () => Results.File(Path.Combine(VendorClients.Folder, "segment-browser.js"), "text/javascript"));
        app.MapGet("/ajs/{name}", (string name) => Results.File(Path.Combine(library, Path.GetFileName(name)), "text/javascript"));
        await app.StartAsync();
        return app;
    }

    /// <summary>Oldest first; what the engine itself wrote of the visitor is left out.</summary>
    private static async Task<List<JsonObject>> EventsAsync(ServerProcess server, string visitor)
    {
        using var page = await server.GetJsonAsync($"/v1/events?visitor={visitor}&limit=500");
        return [.. page.RootElement.GetProperty("events").EnumerateArray().Select(e => JsonNode.Parse(e.GetRawText())!.AsObject()).Where(e => e.ContainsKey("source")).Reverse()];
    }

    private static void AssertVisit(List<JsonObject> events)
    {
        Assert.Equal(events.Count, events.Select(e => (string)e["id"]!).Distinct().Count());
        var behaviour = events.Where(e => (string)e["type"]! != "custom").ToList();
        Assert.Equal(s_visit.Select(step => step.Type), behaviour.Select(e => (string)e["type"]!));
        foreach (var (step, e) in s_visit.Zip(behaviour))
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
