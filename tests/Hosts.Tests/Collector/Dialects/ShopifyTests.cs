using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Shopify's customer events, with the fields that the types of its pixel package name.</summary>
public sealed class ShopifyTests
{
    private const string Path = "/v1/shopify?key=" + CollectorHost.WriteKey;

    private const string Context =
        """{"document":{"title":"Kettle","referrer":"https://shop.example/","location":{"href":"https://shop.example/products/kettle"}},"navigator":{"language":"de-DE","userAgent":"Anna"},"window":{}}""";

    private const string Variant =
        """{"id":"v1","sku":"S-1","title":"Red","price":{"amount":49.5,"currencyCode":"EUR"},"product":{"id":"p1","title":"Kettle","type":"Kitchen","vendor":"Anna"},"image":null}""";

    private const string Kettle = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5}""";

    private const string Checkout =
        """{"email":"Anna","phone":"Anna","shippingAddress":{"city":"Anna"},"token":"Anna","lineItems":[{"id":"l","quantity":2,"title":"Kettle","variant":VARIANT}],"totalPrice":{"amount":102.5,"currencyCode":"EUR"},"subtotalPrice":{"amount":99,"currencyCode":"EUR"},"order":{"id":"o1","customer":{"id":"Anna"}}}""";

    private static string Event(string name, string data = "{}", string more = "", string id = "e1") =>
        $$"""{"id":"{{id}}","name":"{{name}}","type":"standard","seq":1,"clientId":"anna","timestamp":"2026-01-01T00:00:00.000Z","context":{{Context}},"data":{{data.Replace("CHECKOUT", Checkout, StringComparison.Ordinal).Replace("VARIANT", Variant, StringComparison.Ordinal)}}{{more}}}""";

    [Theory]
    [InlineData("page_viewed", "{}", """|"type":"page_viewed"|""")]
    [InlineData("product_viewed", """{"productVariant":VARIANT}""", """|"type":"product_viewed"|"product":""" + Kettle + "|")]
    [InlineData("collection_viewed", """{"collection":{"id":"c","title":"Kitchen","productVariants":[VARIANT]}}""", """|"type":"product_list_viewed"|"product":{"category":"Kitchen"}|"products":[""" + Kettle + "]|")]
    [InlineData("search_submitted", """{"searchResult":{"query":"kettle","productVariants":[]}}""", """|"type":"search_performed"|"search":{"query":"kettle","resultCount":0,"scope":"catalogue"}|""")]
    [InlineData("search_submitted", """{"searchResult":{"query":"kettle","productVariants":[VARIANT]}}""", """|"search":{"query":"kettle","resultCount":1,"scope":"catalogue"}|"products":[""" + Kettle + "]|")]
    [InlineData("product_added_to_cart", """{"cartLine":{"cost":{"totalAmount":{"amount":99}},"quantity":2,"merchandise":VARIANT}}""", """|"type":"product_added"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}|""")]
    [InlineData("product_removed_from_cart", """{"cartLine":{"quantity":1,"merchandise":VARIANT}}""", """|"type":"product_removed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}|""")]
    [InlineData("cart_viewed", """{"cart":{"id":"c","totalQuantity":3,"cost":{"totalAmount":{"amount":148.5,"currencyCode":"EUR"}},"lines":[{"quantity":3,"merchandise":VARIANT}]}}""", """|"type":"cart_viewed"|"cart":{"items":3,"value":148.5}|"quantity":3}]|""")]
    [InlineData("cart_viewed", """{"cart":null}""", """|"type":"cart_viewed"|"cart":{"items":0}|""")]
    [InlineData("checkout_started", """{"checkout":CHECKOUT}""", """|"type":"checkout_started"|"cart":{"items":2,"value":102.5}|""")]
    [InlineData("checkout_contact_info_submitted", """{"checkout":CHECKOUT}""", """|"type":"checkout_step_completed"|"cart":{"items":2,"value":102.5}|""")]
    [InlineData("payment_info_submitted", """{"checkout":CHECKOUT}""", """|"type":"checkout_step_completed"|""")]
    [InlineData("checkout_completed", """{"checkout":CHECKOUT}""", """|"type":"order_completed"|"cart":{"items":2,"value":102.5}|"products":[{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}]|""")]
    [InlineData("alert_displayed", """{"alert":{"type":"INPUT_INVALID","message":"Anna","value":"Anna","target":"email"}}""", """|"type":"form_error"|""")]
    [InlineData("input_changed", """{"element":{"value":"Anna"}}""", """|"type":"custom"|"name":"input_changed"|""")]
    public async Task Event_BecomesCanonical(string name, string data, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Path, Event(name, data), "text/plain");
        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":1,"refused":0,"rejected":[]}"""), (response.StatusCode, body));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(("e1", "2026-01-01T00:00:00.000Z", "shopify"), ((string)e["id"]!, (string)e["occurredAt"]!, (string)e["source"]!["dialect"]!));
        Assert.Equal("""{"url":"https://shop.example/products/kettle","title":"Kettle","referrer":"https://shop.example/","language":"de-DE"}""", e["page"]!.ToJsonString());
        var json = e.Without("source", "page");
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
        Assert.DoesNotContain("Anna", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnEvent_KeepsItsCustomData()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Path, Event("size_guide_opened", "null", ""","customData":{"size":"M","email":"anna@example.com"}"""));
        Assert.Equal("""{"size":"M"}""", Assert.Single(await host.EventsAsync())["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task OneAnArrayOrEvents_AreTheSame()
    {
        await using var host = await CollectorHost.StartAsync();
        var one = Event("page_viewed");
        foreach (var body in new[] { one, $"[{one}]", $$"""{"events":[{{one}}]}""" }) await host.PostAsync(Path, body, "text/plain");
        var records = (await host.EventsAsync()).Select(e => e.Without()).ToList();
        Assert.Equal(3, records.Count);
        Assert.Single(records.Distinct());
    }

    [Fact]
    public async Task Rejected_NameTheFieldAsShopifyDoes()
    {
        await using var host = await CollectorHost.StartAsync();
        string[] events =
        [
            Event("product_viewed"), Event("product_added_to_cart", """{"cartLine":null}"""), Event("search_submitted"),
            Event("page_viewed").Replace("\"clientId\":\"anna\"", "\"clientId\":null", StringComparison.Ordinal), Event("x").Replace("\"name\":\"x\",", "", StringComparison.Ordinal), "7",
        ];
        var (response, body) = await host.PostAsync(Path, $"[{string.Join(',', events)}]");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(
            ["0 missing_field data.productVariant.product.id", "1 missing_field data.cartLine.merchandise.product.id", "2 missing_field data.searchResult.query", "3 missing_visitor clientId",
                "4 missing_field name", "5 malformed_json "],
            JsonNode.Parse(body)!["rejected"]!.AsArray().Select(r => $"{r!["index"]} {r["code"]} {r["field"]}"));
    }

    [Fact]
    public async Task CheckoutsAddress_IsCutBeforeItsToken()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Path, Event("page_viewed").Replace("/products/kettle", "/checkouts/cn/secret-token/information", StringComparison.Ordinal));
        Assert.Equal("https://shop.example/checkouts", (string)Assert.Single(await host.EventsAsync())["page"]!["url"]!);
    }

    [Fact]
    public async Task Prices_ThatCannotBeRead_AreNamed()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Path, Event("product_viewed", """{"productVariant":VARIANT}""").Replace("49.5", "\"49,50 €\"", StringComparison.Ordinal));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Null(e["product"]!["price"]);
        Assert.Equal("""["data.productVariant.price.amount"]""", e["source"]!["notRead"]!.ToJsonString());
    }

    [Fact]
    public async Task Timestamp_OfAClockAhead_IsCorrectedBySentAt()
    {
        await using var host = await CollectorHost.StartAsync();
        var ahead = DateTimeOffset.UtcNow.AddDays(30);
        await host.PostAsync(Path, $$"""{"sentAt":"{{ahead:O}}","events":[{"id":"e","name":"page_viewed","clientId":"anna","timestamp":"{{ahead.AddSeconds(-20):O}}"}]}""");
        var at = DateTimeOffset.Parse((string)Assert.Single(await host.EventsAsync())["occurredAt"]!);
        Assert.InRange(DateTimeOffset.UtcNow - at, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("", "true", true)]
    [InlineData("", "false", false)]
    [InlineData(""","customerPrivacy":{"analyticsProcessingAllowed":false}""", "true", false)]
    [InlineData(""","customerPrivacy":{"analyticsProcessingAllowed":true}""", "false", true)]
    public async Task Consent_OfTheEventBeforeTheRequests(string ofEvent, string ofRequest, bool isKept)
    {
        await using var host = await CollectorHost.StartAsync([DialectHost.Consenting()]);
        var (_, body) = await host.PostAsync(Path, $$"""{"customerPrivacy":{"analyticsProcessingAllowed":{{ofRequest}}},"events":[{{Event("page_viewed", more: ofEvent)}}]}""");
        Assert.Equal((isKept ? 1 : 0, isKept ? 0 : 1), ((int)JsonNode.Parse(body)!["accepted"]!, (int)JsonNode.Parse(body)!["refused"]!));
        Assert.Equal(isKept, (await host.EventsAsync()).Count == 1);
    }

    [Fact]
    public async Task Consent_NotSaid_IsTheSites()
    {
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting()]))
        {
            await host.PostAsync(Path, Event("page_viewed"));
            Assert.Empty(await host.EventsAsync());
        }
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting("shopify")]))
        {
            await host.PostAsync(Path, Event("page_viewed"));
            Assert.Single(await host.EventsAsync());
        }
    }

    [Fact]
    public async Task ConsentRefused_NoCopyOfARejectedEventIsKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Path, $$"""{"customerPrivacy":{"analyticsProcessingAllowed":false},"events":[{{Event("product_viewed")}}]}""");
        await host.PostAsync(Path, Event("product_viewed"));
        var rejects = await host.ReadAsync(Topics.Rejects);
        Assert.Equal([false, true], rejects.Select(reject => reject.Value["payload"] is not null).Order());
    }

    [Theory]
    [InlineData("null", "/v1/shopify", HttpStatusCode.Accepted)]
    [InlineData("https://elsewhere.example", "/v1/shopify", HttpStatusCode.Forbidden)]
    [InlineData("null", "/v1/t", HttpStatusCode.Forbidden)]
    public async Task PixelsFrame_HasNoOrigin_AndMaySendHereOnly(string origin, string path, HttpStatusCode status)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.PostAsync($"{path}?key={CollectorHost.WriteKey}", Event("page_viewed"), "text/plain", request => request.Headers.Add("Origin", origin));
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.Accepted, response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Refusals_AreProblems()
    {
        await using var host = await CollectorHost.StartAsync();
        var (malformed, _) = await host.PostAsync(Path, "{");
        var (keyless, _) = await host.PostAsync("/v1/shopify", Event("page_viewed"));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized), (malformed.StatusCode, keyless.StatusCode));
    }

    [Fact]
    public async Task Hostile_NoRequestIsMoreThanRefused()
    {
        await using var host = await CollectorHost.StartAsync();
        string[] events =
        [
            Event("product_viewed", """{"productVariant":VARIANT}"""), Event("checkout_completed", """{"checkout":CHECKOUT}"""),
            Event("search_submitted", """{"searchResult":{"query":"kettle","productVariants":[VARIANT]}}"""),
            Event("cart_viewed", """{"cart":{"totalQuantity":3,"cost":{"totalAmount":{"amount":148.5}},"lines":[{"quantity":3,"merchandise":VARIANT}]}}"""),
            Event("own", "null", ""","customData":{"size":"M","more":[1,{"a":true}]}"""),
        ];
        await HostileRequests.SendAsync(host, Path, [.. events, $"[{string.Join(',', events)}]", $$"""{"sentAt":"2026-01-01T00:00:01Z","customerPrivacy":{"analyticsProcessingAllowed":true},"events":[{{events[1]}}]}"""]);
    }
}
