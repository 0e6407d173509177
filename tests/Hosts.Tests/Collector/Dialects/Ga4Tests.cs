using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Google Analytics 4's Measurement Protocol, as documented.</summary>
public sealed class Ga4Tests
{
    private const string Collect = "/mp/collect?measurement_id=G-1&api_secret=" + CollectorHost.WriteKey;
    private const string Check = "/debug/mp/collect?measurement_id=G-1&api_secret=" + CollectorHost.WriteKey;
    private const string Page = "\"page_location\":\"https://shop.example/p\",\"page_title\":\"P\",\"page_referrer\":\"https://shop.example/\",\"language\":\"de-de\"";
    private const string Kettle = """{"item_id":"p1","item_name":"Kettle","item_category":"Kitchen","price":49.5,"quantity":2}""";

    private static string Body(string events, string more = "") => $$"""{"client_id":"1.2","timestamp_micros":1767225600123456{{more}},"events":[{{events}}]}""";

    private static string Event(string name, string parameters = "") => $$$"""{"name":"{{{name}}}","params":{{{{Page}}}{{{(parameters.Length > 0 ? "," + parameters : "")}}}}}""";

    [Theory]
    [InlineData("page_view", "", """|"type":"page_viewed"|""")]
    [InlineData("view_search_results", "\"search_term\":\"kettle\",\"results_count\":0", """|"type":"search_performed"|"search":{"query":"kettle","resultCount":0}|""")]
    [InlineData("search", "\"search_term\":\"return\",\"results_count\":\"3\",\"scope\":\"help\"", """|"search":{"query":"return","resultCount":3,"scope":"help"}|""")]
    [InlineData("view_item_list", "\"item_list_name\":\"Kitchen\",\"items\":[" + Kettle + ",{\"item_id\":\"p2\"}]", """|"type":"product_list_viewed"|"product":{"category":"Kitchen"}|"products":[{"id":"p1",|{"id":"p2"}]|""")]
    [InlineData("select_item", "\"items\":[" + Kettle + "]", """|"type":"search_result_opened"|"product":{"id":"p1",|""")]
    [InlineData("view_item", "\"value\":99,\"items\":[" + Kettle + "]", """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}|""")]
    [InlineData("add_to_cart", "\"items\":[" + Kettle + "]", """|"type":"product_added"|"product":{"id":"p1",|""")]
    [InlineData("remove_from_cart", "\"items\":[" + Kettle + "]", """|"type":"product_removed"|"product":{"id":"p1",|""")]
    [InlineData("view_cart", "\"value\":102,\"items\":[" + Kettle + ",{\"item_id\":\"p2\"}]", """|"type":"cart_viewed"|"cart":{"items":3,"value":102}|""")]
    [InlineData("begin_checkout", "\"value\":102", """|"type":"checkout_started"|"cart":{"value":102}|""")]
    [InlineData("add_payment_info", "", """|"type":"checkout_step_completed"|""")]
    [InlineData("purchase", "\"transaction_id\":\"o\",\"value\":\"104.5\",\"items\":[" + Kettle + "]", """|"type":"order_completed"|"cart":{"items":2,"value":104.5}|""")]
    [InlineData("user_engagement", "\"engagement_time_msec\":100", """|"type":"heartbeat"|""")]
    [InlineData("article_rated", "\"article_id\":\"a1\",\"helpful\":false", """|"type":"article_rated"|"article":{"id":"a1","helpful":false}|""")]
    [InlineData("generate_lead", "\"value\":3", """|"type":"custom"|"name":"generate_lead"|"value":3}|""")]
    public async Task Event_BecomesCanonical(string name, string parameters, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Collect, Body(Event(name, parameters)));
        Assert.Equal((HttpStatusCode.NoContent, ""), (response.StatusCode, body));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("""{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-de"}""", e["page"]!.ToJsonString());
        Assert.Equal("2026-01-01T00:00:00.123Z", (string)e["occurredAt"]!);
        var json = e.Without();
        Assert.DoesNotContain("notRead", json, StringComparison.Ordinal);
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twin_TellsWhatIsWrong_AndKeepsNothing()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Check, Body($$"""{{Event("view_item")}},7,{{Event("search", "\"search_term\":\"a\",\"results_count\":\"many\"")}},{{Event("page_view")}}"""));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var messages = JsonNode.Parse(body)!["validationMessages"]!.AsArray();
        Assert.Equal(["VALUE_REQUIRED events[0].params.items[0].item_id", "VALUE_INVALID events[1]", "VALUE_INVALID events[2].params.results_count"],
            messages.Select(m => $"{m!["validationCode"]} {m["fieldPath"]}"));
        var (_, none) = await host.PostAsync(Check, "{}");
        Assert.Equal("events", (string)JsonNode.Parse(none)!["validationMessages"]![0]!["fieldPath"]!);
        var (_, visitor) = await host.PostAsync(Check, $$"""{"events":[{{Event("page_view")}}]}""");
        Assert.Equal("client_id", (string)JsonNode.Parse(visitor)!["validationMessages"]![0]!["fieldPath"]!);
        var (_, fine) = await host.PostAsync(Check, Body(Event("page_view")));
        Assert.Equal("""{"validationMessages":[]}""", fine);
        Assert.Empty(await host.EventsAsync());
        Assert.Empty(await host.ReadAsync(Topics.Rejects));
    }

    [Fact]
    public async Task MoreThan25Events_AreTaken_AndTheTwinSaysThatGoogleWouldNot()
    {
        await using var host = await CollectorHost.StartAsync();
        var events = Body(string.Join(',', Enumerable.Range(0, 26).Select(_ => Event("page_view"))));
        await host.PostAsync(Collect, events);
        var (_, body) = await host.PostAsync(Check, events);
        // The same thing in two places of a request is two things.
        Assert.Equal(26, (await host.EventsAsync()).Select(e => (string)e["id"]!).Distinct().Count());
        Assert.Equal("EXCEEDED_MAX_ENTITIES", (string)Assert.Single(JsonNode.Parse(body)!["validationMessages"]!.AsArray())!["validationCode"]!);
    }

    [Fact]
    public async Task Retry_WithATime_IsTheSameEvent_WithoutNothingTells()
    {
        await using var host = await CollectorHost.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await host.PostAsync(Collect, Body(Event("page_view")));
            await host.PostAsync(Collect, Body(Event("page_view")).Replace("1767225600123456", "\"soon\"", StringComparison.Ordinal));
        }
        var events = await host.EventsAsync();
        Assert.Equal(3, events.Select(e => (string)e["id"]!).Distinct().Count());
        Assert.Contains(events, e => e["source"]!["notRead"]?.ToJsonString() == """["timestamp_micros"]""");
    }

    [Fact]
    public async Task Rejected_FieldsAreNamedAsGoogleNamesThem()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Collect, Body($"{Event("add_to_cart", "\"items\":[]")},null,{Event("search")}"));
        await host.PostAsync(Collect, $$"""{"user_id":"u","events":[{{Event("page_view")}}]}""");
        await host.PostAsync(Collect, $$"""{"events":[{{Event("page_view")}}]}""");
        Assert.Single(await host.EventsAsync());
        var rejects = (await host.ReadAsync(Topics.Rejects)).Select(r => $"{r.Value["code"]} {r.Value["field"]}").Order();
        Assert.Equal(["malformed_json ", "missing_field params.items[0].item_id", "missing_field params.search_term", "missing_visitor client_id"], rejects);
    }

    [Fact]
    public async Task PersonPlaceAndDevice_AreNotKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Collect, Body(Event("sign_up"), ""","user_id":"u-77","user_properties":{"plan":{"value":"gold"}},"user_data":{"sha256_email_address":"abc"},"ip_override":"203.0.113.9","user_location":{"city":"Bern"},"device":{"model":"Phone"}"""));
        Assert.DoesNotMatch("u-77|gold|abc|203\\.0|Bern|Phone", Assert.Single(await host.EventsAsync()).Without("id", "visitor"));
    }

    [Fact]
    public async Task Consent_IsOfAnalyticsStorage_NotOfAdvertising()
    {
        await using var host = await CollectorHost.StartAsync([DialectHost.Consenting()]);
        foreach (var consent in new[] { """{"ad_user_data":"GRANTED"}""", """{"analytics_storage":"DENIED"}""", """{"analytics_storage":"GRANTED"}""" })
        {
            await host.PostAsync(Collect, Body(Event("page_view"), ",\"consent\":" + consent));
        }
        Assert.Equal("""{"consent":true}""", Assert.Single(await host.EventsAsync())["privacy"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/mp/collect?api_secret=no-key", "{}", HttpStatusCode.Unauthorized)]
    [InlineData("/mp/collect?api_secret=api-key-of-the-shop", "{}", HttpStatusCode.Forbidden)]
    [InlineData("/mp/collect?api_secret=write-key-of-the-shop", "{", HttpStatusCode.BadRequest)]
    [InlineData("/debug/mp/collect", "{", HttpStatusCode.BadRequest)]
    public async Task Refusals_AreTold(string path, string body, HttpStatusCode status)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.PostAsync(path, body);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public Task Fuzz_NothingThrows()
    {
        var body = Body($"{Event("purchase", "\"value\":3,\"items\":[" + Kettle + "]")},{Event("search", "\"search_term\":\"a\",\"results_count\":0")},{Event("article_rated", "\"article_id\":\"a\",\"helpful\":true")}", ",\"consent\":{\"analytics_storage\":\"GRANTED\"}");
        return DialectFuzz.RunAsync(20263, new(HttpMethod.Post, "/mp/collect", body), new(HttpMethod.Post, "/debug/mp/collect", body));
    }
}
