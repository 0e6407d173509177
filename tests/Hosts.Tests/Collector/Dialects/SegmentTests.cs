using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Segment's calls, documented and as its libraries really send them, and RudderStack's.</summary>
public sealed class SegmentTests
{
    private static readonly string s_basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(CollectorHost.WriteKey + ":"));

    private static void Basic(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Basic", s_basic);

    private static string Track(string name, string properties, string more = "") =>
        $$"""{"type":"track","event":"{{name}}","messageId":"m1","anonymousId":"anna","properties":{{properties}},"context":{"page":{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/"},"locale":"de-DE"}{{more}}}""";

    [Theory]
    [InlineData("Product Viewed", """{"product_id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}""", """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}|""")]
    [InlineData("product viewed", """{"sku":"s1","price":"49.50"}""", """|"type":"product_viewed"|"product":{"id":"s1","price":49.5}|""")]
    [InlineData("Products Searched", """{"query":"kettle","results_count":0}""", """|"type":"search_performed"|"search":{"query":"kettle","resultCount":0,"scope":"catalogue"}|""")]
    [InlineData("FAQ Searched", """{"query":"return a kettle","results_count":3}""", """|"type":"search_performed"|"search":{"query":"return a kettle","resultCount":3,"scope":"help"}|""")]
    [InlineData("Product List Viewed", """{"category":"Kitchen","products":[{"product_id":"p1"},{"product_id":"p2","price":3}]}""", """|"type":"product_list_viewed"|"product":{"category":"Kitchen"}|"products":[{"id":"p1"},{"id":"p2","price":3}]|""")]
    [InlineData("Product Added", """{"product_id":"p1","quantity":2}""", """|"type":"product_added"|"product":{"id":"p1","quantity":2}|""")]
    [InlineData("Product Removed", """{"product_id":"p1"}""", """|"type":"product_removed"|"product":{"id":"p1"}|""")]
    [InlineData("Cart Viewed", """{"cart_id":"c","products":[{"product_id":"p1","quantity":2},{"product_id":"p2"}],"value":102}""", """|"type":"cart_viewed"|"cart":{"items":3,"value":102}|""")]
    [InlineData("Checkout Started", """{"value":102}""", """|"type":"checkout_started"|"cart":{"value":102}|""")]
    [InlineData("Checkout Step Completed", """{"step":2}""", """|"type":"checkout_step_completed"|""")]
    [InlineData("Order Completed", """{"order_id":"o","total":120,"products":[{"product_id":"p1","quantity":2,"price":60}]}""", """|"type":"order_completed"|"cart":{"items":2,"value":120}|"products":[{"id":"p1","price":60,"quantity":2}]|""")]
    [InlineData("Article Viewed", """{"article_id":"a1","title":"Returns"}""", """|"type":"article_viewed"|"article":{"id":"a1","title":"Returns"}|""")]
    [InlineData("Article Rated", """{"article_id":"a1","helpful":false}""", """|"type":"article_rated"|"article":{"id":"a1","helpful":false}|""")]
    [InlineData("Coupon Denied", """{"coupon":"X1"}""", """|"type":"custom"|"name":"Coupon Denied"|"properties":{"coupon":"X1"}|""")]
    public async Task Track_Event_BecomesCanonical(string name, string properties, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync("/v1/track", Track(name, properties), more: Basic);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"success":true,"accepted":1,"refused":0,"rejected":[]}""", body);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("m1", (string)e["id"]!);
        Assert.Equal("""{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-DE"}""", e["page"]!.ToJsonString());
        Assert.Equal("segment", (string)e["source"]!["dialect"]!);
        var json = e.Without("source");
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/page", "page")]
    [InlineData("/v1/p", "page")]
    [InlineData("/v1/s", "screen")]
    public async Task PageCall_ItsOwnWordsGoBeforeTheContexts(string path, string type)
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(path, $$$$"""{"type":"{{{{type}}}}","name":"Help","anonymousId":"anna","messageId":"m","properties":{"url":"https://shop.example/help?q=1","title":"Help centre"},"context":{"page":{"url":"https://shop.example/old","title":"Old"}}}""", "text/plain", Basic);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("page_viewed", (string)e["type"]!);
        Assert.Equal(("https://shop.example/help?q=1", "Help centre"), ((string)e["page"]!["url"]!, (string)e["page"]!["title"]!));
    }

    [Fact]
    public async Task Identify_IsKeptByNameWithoutTraits()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/v1/i", """{"type":"identify","anonymousId":"anna","userId":"u1","messageId":"m","traits":{"email":"anna@example.com","plan":"gold"}}""", "text/plain", Basic);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(("custom", "identify"), ((string)e["type"]!, (string)e["name"]!));
        Assert.DoesNotContain("gold", e.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("u1", e.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_EachStandsForItselfAndTheFieldAtFaultIsNamedAsSegmentNamesIt()
    {
        await using var host = await CollectorHost.StartAsync();
        var last = Track("Product Viewed", """{"product_id":"p"}""").Replace("m1", "m4", StringComparison.Ordinal);
        var batch = $$"""{"batch":[{{Track("Product Viewed", "{}")}},{"type":"track","event":"Heartbeat","messageId":"m2"},7,{{last}}],"writeKey":"{{CollectorHost.WriteKey}}","sentAt":"2026-01-01T00:00:00Z"}""";
        var (response, body) = await host.PostAsync("/v1/batch", batch);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonNode.Parse(body)!;
        Assert.Equal(1, (int)answer["accepted"]!);
        Assert.Equal(["0 missing_field properties.product_id", "1 missing_visitor anonymousId", "2 malformed_json "],
            answer["rejected"]!.AsArray().Select(r => $"{r!["index"]} {r["code"]} {r["field"]}"));
        Assert.Equal("m4", (string)Assert.Single(await host.EventsAsync())["id"]!);
        // Kept as it was sent.
        var reject = (await host.ReadAsync(Topics.Rejects))[0].Value;
        Assert.Contains("Product Viewed", (string)reject["payload"]!, StringComparison.Ordinal);
        Assert.Contains("[visitor]", (string)reject["payload"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", (string)reject["payload"]!, StringComparison.Ordinal);
        Assert.Equal("segment", (string)reject["dialect"]!);
    }

    /// <summary>An event may carry more ids of a person than the one that is taken for the visitor.</summary>
    [Theory]
    [InlineData("/v1/batch", """{"batch":[{"type":"track","event":"Product Viewed","messageId":"1","anonymousId":"a-1","userId":"person-7","previousId":"person-7","properties":{"user_id":"person-7"}}]}""")]
    [InlineData("/batch/", """{"batch":[{"event":"Product Viewed","uuid":"1","distinct_id":"person-7","properties":{"$device_id":"d-1","$user_id":"person-7","$anon_distinct_id":"person-7"}}]}""")]
    [InlineData("/com.snowplowanalytics.snowplow/tp2", """{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[{"e":"ue","eid":"1","duid":"d-1","uid":"person-7","tnuid":"person-7","nuid":"person-7","ue_pr":"{}","dtm":"x"},{"e":"pv","uid":"","nuid":""}]}""")]
    [InlineData("/mp/collect", """{"client_id":"c-1","user_id":"person-7","events":[{"name":"view_item","params":{}}]}""")]
    [InlineData("/matomo.php", """{"requests":["?idsite=1&rec=1&_id=0123456789abcdef&uid=person-7&cid=person-7&_pks=&ec_items=x&search="]}""")]
    public async Task Reject_KeepsNoIdOfThePerson(string path, string body)
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync($"{path}?key={CollectorHost.WriteKey}&api_secret={CollectorHost.WriteKey}", body);
        Assert.All(await host.ReadAsync(Topics.Rejects), r => Assert.DoesNotContain("person-7", r.Value.ToJsonString(), StringComparison.Ordinal));
        Assert.All(await host.ReadAsync(Topics.Events), r => Assert.DoesNotContain("person-7", r.Value.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retry_SameMessageId_IsTheSameEvent_AndWithoutOneTheContentTells()
    {
        await using var host = await CollectorHost.StartAsync();
        const string call = """{"type":"track","event":"Heartbeat","anonymousId":"anna","timestamp":"2026-01-01T00:00:00Z"}""";
        await host.PostAsync("/v1/t", call, more: Basic);
        await host.PostAsync("/v1/t", call, more: Basic);
        await host.PostAsync("/v1/t", call.Replace("00Z", "01Z", StringComparison.Ordinal), more: Basic);
        var ids = (await host.EventsAsync()).Select(e => (string)e["id"]!).ToList();
        Assert.Equal(3, ids.Count);
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public async Task Timestamps_ClockAhead_IsCorrectedBySentAt()
    {
        await using var host = await CollectorHost.StartAsync();
        var ahead = DateTimeOffset.UtcNow.AddDays(30);
        await host.PostAsync("/v1/t", $$"""{"type":"track","event":"Heartbeat","anonymousId":"anna","messageId":"m","timestamp":"{{ahead.AddSeconds(-20):O}}","sentAt":"{{ahead:O}}"}""", more: Basic);
        var at = DateTimeOffset.Parse((string)Assert.Single(await host.EventsAsync())["occurredAt"]!);
        Assert.InRange(DateTimeOffset.UtcNow - at, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task LongTexts_AreCutAtACharacter_AndWhatCannotBeReadIsNamed()
    {
        await using var host = await CollectorHost.StartAsync();
        var name = new string('ä', 500);
        await host.PostAsync("/v1/t", Track("Product Viewed", $$"""{"product_id":"p","name":"{{name}}","price":"1.299,00 €"}"""), more: Basic);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(new string('ä', 128), (string)e["product"]!["name"]!);
        Assert.Equal("""["properties.price"]""", e["source"]!["notRead"]!.ToJsonString());
    }

    [Fact]
    public async Task Consent_RequiredAndNotGiven_NothingIsKept_GivenByCategoryOrByTheSite_IsKept()
    {
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting()]))
        {
            await host.PostAsync("/v1/t", Track("Heartbeat", "{}"), more: Basic);
            await host.PostAsync("/v1/t", """{"type":"track","event":"Heartbeat","anonymousId":"anna","messageId":"no","context":{"consent":{"categoryPreferences":{"Analytics":false,"Functional":true}}}}""", more: Basic);
            await host.PostAsync("/v1/t", """{"type":"track","event":"Heartbeat","anonymousId":"anna","messageId":"yes","context":{"consent":{"categoryPreferences":{"Analytics":true}}}}""", more: Basic);
            Assert.Equal("yes", (string)Assert.Single(await host.EventsAsync())["id"]!);
        }
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting("segment")]))
        {
            await host.PostAsync("/v1/t", Track("Heartbeat", "{}"), more: Basic);
            Assert.Single(await host.EventsAsync());
        }
    }

    [Fact]
    public async Task Rudder_HeaderBeaconAndPixel_AreRead()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/v1/track", """{"type":"track","event":"Heartbeat","messageId":"r1"}""", "application/json;charset=utf-8", request =>
        {
            Basic(request);
            request.Headers.Add("AnonymousId", Convert.ToBase64String("anna"u8.ToArray()));
        });
        await host.PostAsync($"/beacon/v1/batch?writeKey={CollectorHost.WriteKey}", """{"batch":[{"type":"track","event":"Page Left","messageId":"r2","anonymousId":"anna"}]}""", "text/plain");
        var (response, _) = await host.CallAsync(HttpMethod.Get, $"/pixel/v1/track?writeKey={CollectorHost.WriteKey}&anonymousId=anna&event=Heartbeat&messageId=r3");
        Assert.Equal("image/gif", response.Content.Headers.ContentType!.MediaType);
        var events = await host.EventsAsync();
        Assert.Equal(["r1", "r2", "r3"], events.Select(e => (string)e["id"]!).Order());
        Assert.Single(events.Select(e => (string)e["visitor"]!).Distinct());
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "malformed_body")]
    [InlineData("\"\\ud800\"", HttpStatusCode.Unauthorized, "unauthorized")]
    [InlineData("{}", HttpStatusCode.Unauthorized, "unauthorized")]
    [InlineData("""{"writeKey":"api-key-of-the-shop","anonymousId":"a"}""", HttpStatusCode.Forbidden, "role_not_entitled")]
    public async Task Refusals_AreProblems(string body, HttpStatusCode status, string code)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, answer) = await host.PostAsync("/v1/batch", body);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (string)JsonNode.Parse(answer)!["code"]!);
    }

    [Fact]
    public async Task PageOfAnotherOrigin_IsRefused_AndPreflightNamesWhatTheLibrarySends()
    {
        await using var host = await CollectorHost.StartAsync();
        var (refused, _) = await host.PostAsync("/v1/t", Track("Heartbeat", "{}"), "text/plain", request =>
        {
            Basic(request);
            request.Headers.Add("Origin", "https://elsewhere.example");
        });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));

        var (preflight, _) = await host.CallAsync(HttpMethod.Options, "/v1/t", more: request =>
        {
            request.Headers.Add("Origin", CollectorHost.Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,anonymousid");
        });
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(CollectorHost.Origin, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", preflight.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Contains("anonymousid", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GpcOfThePage_IsKeptWithTheEvent()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/v1/t", Track("Heartbeat", "{}"), "text/plain", request =>
        {
            Basic(request);
            request.Headers.Add("Origin", CollectorHost.Origin);
            request.Headers.Add("Sec-GPC", "1");
        });
        Assert.Equal("""{"gpc":true}""", Assert.Single(await host.EventsAsync())["privacy"]!.ToJsonString());
    }

    [Fact]
    public async Task LibrarysMetrics_AreAnsweredAndForgotten()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.PostAsync("/v1/m", """{"series":[]}""", "text/plain");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await host.EventsAsync());
    }

    [Fact]
    public async Task Hostile_NoRequestIsMoreThanRefused()
    {
        await using var host = await CollectorHost.StartAsync();
        string[] calls =
        [
            Track("Order Completed", """{"total":120,"products":[{"product_id":"p1","quantity":2,"price":60}]}"""), Track("Products Searched", """{"query":"kettle","results_count":0,"scope":"help"}"""),
            Track("other", """{"a":{"b":[1,2]}}"""),
            """{"type":"page","name":"Help","userId":"u","properties":{"url":"https://shop.example/","title":"T"},"context":{"privacy":{"consent":true},"consent":{"categoryPreferences":{"Analytics":true,"Other":false}}},"timestamp":"2026-01-01T00:00:00Z","sentAt":"2026-01-01T00:00:01Z"}""",
        ];
        await HostileRequests.SendAsync(host, "/v1/batch", [.. calls, $$"""{"context":{"locale":"de"},"batch":[{{string.Join(',', calls)}}]}"""], Basic);
    }

    [Fact]
    public async Task HalfASurrogatePair_InATextOrAName_SpoilsNothing()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/v1/t", """{"type":"track","event":"Product Viewed","messageId":"m","anonymousId":"anna","properties":{"product_id":"p","name":"cut \ud83d","\ud800":1},"context":{"consent":{"categoryPreferences":{"\udfff":true}}}}""", more: Basic);
        Assert.Equal("cut \ufffd", (string)Assert.Single(await host.EventsAsync())["product"]!["name"]!);
    }
}
