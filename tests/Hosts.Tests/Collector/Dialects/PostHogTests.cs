using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>PostHog's events as its libraries really send them, and what its browser library asks besides.</summary>
public sealed class PostHogTests
{
    private const string Page = """
        "$current_url":"https://shop.example/p","$title":"P","$referrer":"https://shop.example/","$browser_language":"de-DE"
        """;

    private static string Event(string name, string properties = "{}", string uuid = "u1") =>
        $$"""{"uuid":"{{uuid}}","event":"{{name}}","distinct_id":"anna","properties":{{properties}},"timestamp":"2026-01-01T00:00:00Z"}""";

    private static string Batch(params string[] events) => $$"""{"api_key":"{{CollectorHost.WriteKey}}","batch":[{{string.Join(',', events)}}]}""";

    [Theory]
    [InlineData("$pageview", """{"$current_url":"https://shop.example/p","title":"P","$referrer":"$direct","$browser_language":"de-DE"}""", """|"type":"page_viewed"|"page":{"url":"https://shop.example/p","title":"P","language":"de-DE"}|""")]
    [InlineData("$pageleave", """{"$current_url":"https://shop.example/p"}""", """|"type":"page_left"|""")]
    [InlineData("$rageclick", """{"$el_text":"Anna"}""", """|"type":"rage_clicked"|""")]
    [InlineData("$screen", """{"$screen_name":"Home"}""", """|"type":"page_viewed"|"page":{"title":"Home"}|""")]
    [InlineData("$autocapture", """{"$event_type":"click","$elements_chain":"button.primary:attr__id=\"Anna\"text=\"Anna\"","$el_text":"Anna"}""", """|"type":"custom"|"name":"$autocapture"|"properties":{"action":"click","element":"button"}|""")]
    [InlineData("$identify", """{"$set":{"email":"Anna"},"$anon_distinct_id":"Anna","plan":"Anna"}""", """|"type":"custom"|"name":"$identify"|""")]
    [InlineData("Product Viewed", """{"product_id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}""", """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":1}|""")]
    [InlineData("Products Searched", """{"query":"kettle","results_count":0}""", """|"type":"search_performed"|"search":{"query":"kettle","resultCount":0,"scope":"catalogue"}|""")]
    [InlineData("Product List Viewed", """{"category":"Kitchen","products":[{"product_id":"p1"},{"product_id":"p2","price":3}]}""", """|"type":"product_list_viewed"|"product":{"category":"Kitchen"}|"products":[{"id":"p1"},{"id":"p2","price":3}]|""")]
    [InlineData("Order Completed", """{"order_id":"o","total":120,"products":[{"product_id":"p1","quantity":2,"price":60}]}""", """|"type":"order_completed"|"cart":{"items":2,"value":120}|"products":[{"id":"p1","price":60,"quantity":2}]|""")]
    [InlineData("Article Rated", """{"article_id":"a1","helpful":false}""", """|"type":"article_rated"|"article":{"id":"a1","helpful":false}|""")]
    [InlineData("coupon denied", """{"coupon":"X1","$lib":"web","token":"t","First Name":"Anna","email":"Anna","$set":{"name":"Anna"}}""", """|"type":"custom"|"name":"coupon denied"|"properties":{"coupon":"X1"}|""")]
    public async Task Event_BecomesCanonical(string name, string properties, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync("/batch/", Batch(Event(name, properties)));
        Assert.Equal((HttpStatusCode.OK, """{"status":1,"accepted":1,"refused":0,"rejected":[]}"""), (response.StatusCode, body));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(("u1", "2026-01-01T00:00:00.000Z", "posthog"), ((string)e["id"]!, (string)e["occurredAt"]!, (string)e["source"]!["dialect"]!));
        var json = e.Without("source");
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
        Assert.DoesNotContain("Anna", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryEventHasItsPage()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/batch", Batch(Event("Product Viewed", $$"""{"product_id":"p1",{{Page}}}""")));
        Assert.Equal("""{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-DE"}""", Assert.Single(await host.EventsAsync())["page"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/i/v0/e/")]
    [InlineData("/i/v0/e")]
    [InlineData("/e/?ip=0&_=1767225600000&ver=1.200.0")]
    [InlineData("/capture/")]
    [InlineData("/track/")]
    [InlineData("/batch/")]
    public async Task Paths_OneAnArrayOrABatch_ByAnyOfTheKeysPlaces(string path)
    {
        await using var host = await CollectorHost.StartAsync();
        var one = Event("$pageview", $$"""{"token":"{{CollectorHost.WriteKey}}"}""");
        var sent = new[]
        {
            one, $"[{one}]", Batch(Event("$pageview")),
            Event("$pageview").Replace("{\"uuid\"", $"{{\"api_key\":\"{CollectorHost.WriteKey}\",\"uuid\"", StringComparison.Ordinal),
            // As posthog-js 1.449 sends it.
            $$"""{"api_key":"{{CollectorHost.WriteKey}}","batch":[{{one}}],"sent_at":"2026-01-01T00:00:00Z"}""",
        };
        foreach (var body in sent)
        {
            var (response, _) = await host.PostAsync(path, body, "text/plain");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        var events = await host.EventsAsync();
        Assert.Equal(sent.Length, events.Count);
        // A library that sends again says the same uuid.
        Assert.Single(events.Select(e => (string)e["id"]!).Distinct());
    }

    public static TheoryData<string, string> Encodings => new()
    {
        { "gzip", "/e/?compression=gzip-js&ver=1.0" },
        { "gzip", "/e/" }, // newer libraries do not say so
        { "base64", "/e/?compression=base64" },
        { "form", "/e/" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Encodings_AreUndone(string encoding, string path)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.CallAsync(HttpMethod.Post, path, Encode(encoding, Batch(Event("größer+/="))), encoding == "gzip" ? "text/plain" : "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("größer+/=", (string)Assert.Single(await host.EventsAsync())["name"]!);
    }

    [Fact]
    public async Task Encodings_ThatAreNone_OrGrowTooLarge_AreRefused()
    {
        await using var host = await CollectorHost.StartAsync();
        var (cut, _) = await host.CallAsync(HttpMethod.Post, "/e", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255], "text/plain");
        var (wrong, _) = await host.PostAsync("/e", "data=%%%&x", "application/x-www-form-urlencoded");
        var (bomb, _) = await host.CallAsync(HttpMethod.Post, "/e", Encode("gzip", new string(' ', 4_000_000)), "text/plain");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge), (cut.StatusCode, wrong.StatusCode, bomb.StatusCode));
    }

    [Fact]
    public async Task Version1_TellsWhatBecameOfEach()
    {
        await using var host = await CollectorHost.StartAsync();
        var body = $$"""{"created_at":"2026-01-01T00:00:00Z","batch":[{{Event("Heartbeat")}},{{Event("Product Viewed", uuid: "u2")}},7,{{Event("Heartbeat", uuid: "u3")}}]}""";
        var (response, answer) = await host.PostAsync("/i/v1/analytics/events", body, more: request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CollectorHost.WriteKey));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var results = JsonNode.Parse(answer)!["results"]!;
        Assert.Equal(["u1 ok", "u2 drop", "u3 ok"], results.AsObject().Select(result => $"{result.Key} {result.Value!["result"]}"));
        Assert.StartsWith("properties.product_id: ", (string)results["u2"]!["details"]!, StringComparison.Ordinal);
        Assert.Equal(["u1", "u3"], (await host.EventsAsync()).Select(e => (string)e["id"]!).Order());
    }

    [Fact]
    public async Task Rejected_NameTheFieldAsPostHogDoes()
    {
        await using var host = await CollectorHost.StartAsync();
        var (_, body) = await host.PostAsync("/batch", Batch(
            Event("Products Searched"), Event("Heartbeat").Replace("\"anna\"", "\"$posthog_cookieless\"", StringComparison.Ordinal), """{"distinct_id":"anna"}""", "7"));
        Assert.Equal(["0 missing_field properties.query", "1 missing_visitor distinct_id", "2 missing_field event", "3 malformed_json "],
            JsonNode.Parse(body)!["rejected"]!.AsArray().Select(r => $"{r!["index"]} {r["code"]} {r["field"]}"));
        Assert.Empty(await host.EventsAsync());
    }

    [Fact]
    public async Task Identified_InTheMiddleOfAVisit_IsStillTheSameVisitor()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/batch", Batch(Event("Heartbeat", """{"$device_id":"anna"}"""),
            Event("Heartbeat", """{"$device_id":"anna"}""", "u2").Replace("\"distinct_id\":\"anna\"", "\"distinct_id\":\"user-7\"", StringComparison.Ordinal), Event("Heartbeat", uuid: "u3")));
        Assert.Single((await host.EventsAsync()).Select(e => (string)e["visitor"]!).Distinct());
    }

    [Fact]
    public async Task Timestamps_ClockAhead_IsCorrectedBySentAt_AndAnOffsetCounts()
    {
        await using var host = await CollectorHost.StartAsync();
        var ahead = DateTimeOffset.UtcNow.AddDays(30);
        await host.PostAsync("/e", $$"""{"api_key":"{{CollectorHost.WriteKey}}","sent_at":"{{ahead:O}}","batch":[{"event":"Heartbeat","distinct_id":"anna","uuid":"u","timestamp":"{{ahead.AddSeconds(-20):O}}"},{"event":"Heartbeat","distinct_id":"anna","uuid":"v","offset":20000}]}""");
        Assert.All(await host.EventsAsync(), e => Assert.InRange(DateTimeOffset.UtcNow - DateTimeOffset.Parse((string)e["occurredAt"]!), TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task LongTexts_AreCut_AndWhatCannotBeReadIsNamed()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/batch", Batch(Event("Product Viewed", $$"""{"product_id":"p","name":"{{new string('ä', 500)}}","price":"1.299,00 €"}""")));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(new string('ä', 128), (string)e["product"]!["name"]!);
        Assert.Equal("""["properties.price"]""", e["source"]!["notRead"]!.ToJsonString());
    }

    [Fact]
    public async Task Consent_Required_IsAProperty_OrTheSites()
    {
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting()]))
        {
            await host.PostAsync("/batch", Batch(Event("Heartbeat", uuid: "no"), Event("Heartbeat", """{"privacy":{"consent":true}}""", "yes")));
            Assert.Equal("yes", (string)Assert.Single(await host.EventsAsync())["id"]!);
        }
        await using (var host = await CollectorHost.StartAsync([DialectHost.Consenting("posthog")]))
        {
            await host.PostAsync("/batch", Batch(Event("Heartbeat")));
            Assert.Single(await host.EventsAsync());
        }
    }

    [Fact]
    public async Task ConsentRefused_NoCopyOfARejectedEventIsKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync("/batch", Batch(
            """{"distinct_id":"anna","properties":{"privacy":{"consent":false}}}""", Event("Products Searched", """{"privacy":{"consent":false}}"""), """{"distinct_id":"anna"}"""));
        var rejects = await host.ReadAsync(Topics.Rejects);
        Assert.Equal([false, false, true], rejects.OrderBy(reject => (int)reject.Value["index"]!).Select(reject => reject.Value["payload"] is not null));
    }

    [Theory]
    [InlineData("POST", "/flags/?v=2&config=true", "flags")]
    [InlineData("POST", "/decide/?v=3", "featureFlags")]
    [InlineData("GET", "/array/any-token/config", "supportedCompression")]
    [InlineData("POST", "/s/", "status")]
    public async Task Questions_OfAnyPage_AreAnsweredWithoutAKeyOrAReadableBody(string method, string path, string member)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.CallAsync(new HttpMethod(method), path, method == "POST" ? [0x1F, 0x8B, 0] : null, more: request => request.Headers.Add("Origin", CollectorHost.Origin));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(JsonNode.Parse(body)!.AsObject().ContainsKey(member));
        Assert.Equal(CollectorHost.Origin, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Empty(await host.EventsAsync());
    }

    [Fact]
    public async Task Settings_AsAScript_SayNothingOfTheAddress()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.CallAsync(HttpMethod.Get, "/array/%22);alert(1)/config.js");
        Assert.Equal("text/javascript", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("alert", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_AreProblems()
    {
        await using var host = await CollectorHost.StartAsync();
        var (malformed, _) = await host.PostAsync("/e/", "{");
        var (keyless, _) = await host.PostAsync("/e/", Event("Heartbeat"));
        var (api, _) = await host.PostAsync("/e/", Batch(Event("Heartbeat")).Replace(CollectorHost.WriteKey, CollectorHost.ApiKey, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (malformed.StatusCode, keyless.StatusCode, api.StatusCode));
    }

    [Theory]
    [InlineData("plain", "/batch")]
    [InlineData("gzip", "/e")]
    [InlineData("base64", "/e")]
    [InlineData("plain", "/i/v1/analytics/events")]
    public async Task Hostile_NoRequestIsMoreThanRefused(string encoding, string path)
    {
        await using var host = await CollectorHost.StartAsync();
        string[] events =
        [
            Event("$pageview", $$"""{"title":"T",{{Page}},"privacy":{"consent":true,"gpc":false} }"""),
            Event("$autocapture", """{"$event_type":"click","$elements":[{"tag_name":"a"}],"$elements_chain":"a:x=\"1\";div"}"""),
            Event("Order Completed", """{"total":120,"products":[{"product_id":"p1","quantity":2,"price":60},{"sku":"s"}],"$device_id":"d"}"""),
            Event("Products Searched", """{"query":"kettle","results_count":0,"scope":"help"}"""),
            Event("other", """{"a":{"b":[1,2]},"email":"x"}"""),
        ];
        // By a bearer: the key in the body is spoilt as everything else.
        await HostileRequests.SendAsync(host, path, [.. events, $"[{events[0]},{events[2]}]", Batch(events)],
            request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CollectorHost.WriteKey),
            text => encoding == "plain" ? Encoding.UTF8.GetBytes(text) : Encode(encoding, text), "text/plain");
    }

    private static byte[] Encode(string encoding, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (encoding)
        {
            case "gzip":
                using (var packed = new MemoryStream())
                {
                    using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
                    return packed.ToArray();
                }
            case "base64":
                return Encoding.UTF8.GetBytes("data=" + Uri.EscapeDataString(Convert.ToBase64String(bytes)));
            default:
                return Encoding.UTF8.GetBytes("data=" + Uri.EscapeDataString(text) + "&compression=");
        }
    }
}
