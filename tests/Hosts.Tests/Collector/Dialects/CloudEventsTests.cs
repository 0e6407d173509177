using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>CloudEvents in each mode of its HTTP binding, and the webhook's handshake.</summary>
public sealed class CloudEventsTests
{
    private const string Path = "/v1/cloudevents";
    private const string Subject = ",\"subject\":\"anna\"";
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json; charset=UTF-8";

    private static void Bearer(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CollectorHost.WriteKey);

    private static string Event(string type, string data, string id = "1", string more = "") =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"/help","type":"{{type}}","time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","data":{{data}}{{more}}}""";

    [Theory]
    [InlineData("search_performed", """{"visitor":"anna","search":{"query":"kettle","resultCount":0,"scope":"catalogue"}}""", """|"type":"search_performed"|"search":{"query":"kettle","resultCount":0,"scope":"catalogue"}|""")]
    [InlineData("com.example.search_performed", """{"visitor":"anna","search":{"query":"returns","resultCount":3,"scope":"help"}}""", """|"type":"search_performed"|"search":{"query":"returns","resultCount":3,"scope":"help"}|""")]
    [InlineData("com.example.page_viewed.v1", """{"visitor":"anna","page":{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-DE"}}""", """|"type":"page_viewed"|"page":{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-DE"}|""")]
    [InlineData("product_viewed", """{"visitor":"anna","product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}}""", """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}|""")]
    [InlineData("order_completed", """{"visitor":"anna","cart":{"items":3,"value":"102.5"},"products":[{"id":"p1","quantity":3}]}""", """|"type":"order_completed"|"cart":{"items":3,"value":102.5}|"products":[{"id":"p1","quantity":3}]|""")]
    [InlineData("article_rated", """{"visitor":"anna","article":{"id":"a1","title":"Returns","helpful":false}}""", """|"type":"article_rated"|"article":{"id":"a1","title":"Returns","helpful":false}|""")]
    [InlineData("com.example.ticket_opened", """{"visitor":"anna","queue":"returns","user":{"email":"anna@example.com"}}""", """|"type":"custom"|"name":"com.example.ticket_opened"|"properties":{"queue":"returns"}|""")]
    [InlineData("com.example.invitation_offered", """{"visitor":"anna"}""", """|"type":"custom"|"name":"com.example.invitation_offered"|""")]
    [InlineData("custom", """{"visitor":"anna","name":"coupon_denied","properties":{"coupon":"X1"}}""", """|"type":"custom"|"name":"coupon_denied"|"properties":{"coupon":"X1"}|""")]
    public async Task Structured_Event_BecomesCanonical(string type, string data, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Path, Event(type, data), Structured, Bearer);
        Assert.Equal((HttpStatusCode.NoContent, ""), (response.StatusCode, body));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("2026-01-01T00:00:00.000Z", (string)e["occurredAt"]!);
        Assert.Equal("cloudevents", (string)e["source"]!["dialect"]!);
        var json = e.Without("source");
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
        Assert.DoesNotContain("example.com\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThreeModes_OfTheSameEvent_AreTheSameRecord()
    {
        await using var host = await CollectorHost.StartAsync();
        const string data = """{"search":{"query":"kettle","resultCount":0}}""";
        await host.PostAsync(Path, Event("search_performed", data, more: Subject), Structured, Bearer);
        await host.PostAsync(Path, $"[{Event("search_performed", data, more: Subject)}]", Batch, Bearer);
        await host.PostAsync($"{Path}?key={CollectorHost.WriteKey}", data, "application/json", Binary("search_performed", "1"));
        await host.PostAsync(Path, Event("search_performed", "null", more: $",\"subject\":\"anna\",\"data_base64\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}\"")
            .Replace("\"data\":null,", "", StringComparison.Ordinal), Structured, Bearer);
        var records = (await host.EventsAsync()).Select(e => e.Without()).ToList();
        Assert.Equal(4, records.Count);
        Assert.Single(records.Distinct());
    }

    [Fact]
    public async Task Binary_HeadersArePercentEncoded_AndDataOfAnotherFormIsNamed()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Path, "<ticket/>", "application/xml", request =>
        {
            Bearer(request);
            Binary("com.example.R%C3%BCckgabe", "1")(request);
        });
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(("custom", "com.example.Rückgabe"), ((string)e["type"]!, (string)e["name"]!));
        Assert.Equal("""["data"]""", e["source"]!["notRead"]!.ToJsonString());
    }

    [Fact]
    public async Task SourceAndId_TogetherAreTheEventsId()
    {
        await using var host = await CollectorHost.StartAsync();
        var first = Event("heartbeat", """{"visitor":"anna"}""");
        foreach (var sent in new[] { first, first, first.Replace("/help", "/shop", StringComparison.Ordinal), first.Replace("\"1\"", "\"2\"", StringComparison.Ordinal) })
        {
            await host.PostAsync(Path, sent, Structured, Bearer);
        }
        Assert.Equal([1, 1, 2], (await host.EventsAsync()).GroupBy(e => (string)e["id"]!).Select(g => g.Count()).Order());
    }

    [Theory]
    [InlineData("\"specversion\":\"1.0\",", "", "missing_field", "specversion")]
    [InlineData("\"1.0\"", "\"0.3\"", "invalid_field", "specversion")]
    [InlineData("\"id\":\"1\",", "", "missing_field", "id")]
    [InlineData("\"/help\"", "\"\"", "missing_field", "source")]
    [InlineData("\"type\":\"product_viewed\",", "", "missing_field", "type")]
    [InlineData("\"visitor\":\"anna\"", "\"visitor\":null", "missing_visitor", "data.visitor")]
    [InlineData("\"id\":\"p\"", "\"id\":null", "missing_field", "data.product.id")]
    public async Task Required_Missing_IsAProblemThatNamesIt(string there, string instead, string code, string field)
    {
        await using var host = await CollectorHost.StartAsync();
        var valid = Event("product_viewed", """{"visitor":"anna","product":{"id":"p"}}""");
        Assert.Contains(there, valid, StringComparison.Ordinal);
        var faulty = valid.Replace(there, instead, StringComparison.Ordinal);

        var (single, body) = await host.PostAsync(Path, faulty, Structured, Bearer);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (single.StatusCode, single.Content.Headers.ContentType!.MediaType));
        Assert.Equal(code, (string)JsonNode.Parse(body)!["code"]!);
        Assert.StartsWith(field + ": ", (string)JsonNode.Parse(body)!["detail"]!, StringComparison.Ordinal);

        var (batch, answer) = await host.PostAsync(Path, $"[{valid},{faulty},7]", Batch, Bearer);
        Assert.Equal(HttpStatusCode.Accepted, batch.StatusCode);
        var counts = JsonNode.Parse(answer)!;
        Assert.Equal(1, (int)counts["accepted"]!);
        Assert.Equal([$"1 {code} {field}", "2 malformed_json "], counts["rejected"]!.AsArray().Select(r => $"{r!["index"]} {r["code"]} {r["field"]}"));
        // Kept as it was sent.
        Assert.Contains("\"data\"", (string)(await host.ReadAsync(Topics.Rejects))[0].Value["payload"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binary_WithoutSource_IsAProblemThatNamesIt()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Path, "{}", "application/json", request =>
        {
            Bearer(request);
            Binary("heartbeat", "1")(request);
            request.Headers.Remove("ce-source");
        });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("source: ", (string)JsonNode.Parse(body)!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_OfTheWrongKind_AreNamedAndTheEventKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Path, Event("search_performed", """{"visitor":"anna","search":{"query":"kettle","resultCount":"many","scope":"attic"},"cart":{"items":-1}}"""), Structured, Bearer);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("""{"query":"kettle"}""", e["search"]!.ToJsonString());
        Assert.Equal(["data.cart.items", "data.search.resultCount", "data.search.scope"], e["source"]!["notRead"]!.AsArray().Select(field => (string)field!).Order());
    }

    [Fact]
    public async Task Consent_Required_IsData_OrTheSites()
    {
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting()]))
        {
            var (refused, body) = await host.PostAsync(Path, Event("heartbeat", """{"visitor":"anna"}"""), Structured, Bearer);
            Assert.Equal((HttpStatusCode.Accepted, """{"accepted":0,"refused":1,"rejected":[]}"""), (refused.StatusCode, body));
            await host.PostAsync(Path, Event("heartbeat", """{"visitor":"anna","privacy":{"consent":true}}""", "2"), Structured, Bearer);
            Assert.Single(await host.EventsAsync());
        }
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting("cloudevents")]))
        {
            await host.PostAsync(Path, Event("heartbeat", """{"visitor":"anna"}"""), Structured, Bearer);
            Assert.Single(await host.EventsAsync());
        }
    }

    [Theory]
    [InlineData(CollectorHost.WriteKey, HttpStatusCode.OK)]
    [InlineData(CollectorHost.ApiKey, HttpStatusCode.Forbidden)]
    [InlineData("another", HttpStatusCode.Unauthorized)]
    public async Task Handshake_IsGrantedToAKeyThatMaySend(string key, HttpStatusCode status)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.CallAsync(HttpMethod.Options, $"{Path}?key={key}", more: request =>
        {
            request.Headers.Add("WebHook-Request-Origin", "eventemitter.example.com");
            request.Headers.Add("WebHook-Request-Rate", "120");
        });
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK, response.Headers.Contains("WebHook-Allowed-Origin"));
        if (status != HttpStatusCode.OK) return;
        Assert.Equal("eventemitter.example.com", response.Headers.GetValues("WebHook-Allowed-Origin").Single());
        Assert.Equal("*", response.Headers.GetValues("WebHook-Allowed-Rate").Single());
        Assert.Contains("POST", response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Preflight_OfABrowser_IsStillAnsweredAsOne()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.CallAsync(HttpMethod.Options, Path, more: request => request.Headers.Add("Origin", CollectorHost.Origin));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains("ce-id", response.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_AreProblems()
    {
        await using var host = await CollectorHost.StartAsync();
        var (malformed, _) = await host.PostAsync(Path, "{", Structured, Bearer);
        var (keyless, _) = await host.PostAsync(Path, Event("heartbeat", """{"visitor":"anna"}"""), Structured);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized), (malformed.StatusCode, keyless.StatusCode));
    }

    [Fact]
    public async Task Hostile_NoRequestIsMoreThanRefused()
    {
        await using var host = await CollectorHost.StartAsync();
        var full = Event("order_completed", """{"visitor":"anna","page":{"url":"https://shop.example/","title":"T"},"product":{"id":"p","price":1.5,"quantity":2},"products":[{"id":"p"},{"id":"q","price":2}],"cart":{"items":3,"value":9},"search":{"query":"q","resultCount":0,"scope":"help"},"article":{"id":"a","helpful":true},"privacy":{"consent":true}}""");
        var custom = Event("com.example.other", """{"visitor":"anna","properties":{"a":1,"b":{"c":[1,2]}}}""", more: Subject);
        await HostileRequests.SendAsync(host, Path, [full, custom, $"[{full},{custom}]"], Bearer);
    }

    [Fact]
    public async Task HostileData_InBinaryMode_IsNoMoreThanRefused()
    {
        await using var host = await CollectorHost.StartAsync();
        await HostileRequests.SendAsync(host, Path, ["""{"visitor":"anna","product":{"id":"p","price":1.5},"other":{"a":[1]},"name":"n"}"""], request =>
        {
            Bearer(request);
            Binary("com.example.custom", "1")(request);
        });
    }

    private static Action<HttpRequestMessage> Binary(string type, string id) => request =>
    {
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", id), ("source", "/help"), ("type", type), ("time", "2026-01-01T00:00:00Z"), ("subject", "anna") })
        {
            request.Headers.Add($"ce-{name}", value);
        }
    };
}
