using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Snowplow's tracker protocol as @snowplow/tracker-core 4.10.2 and its plugins speak it.</summary>
public sealed class SnowplowTests
{
    private const string Post = "/com.snowplowanalytics.snowplow/tp2";
    private const string Commerce = "iglu:com.snowplowanalytics.snowplow.ecommerce/";
    private const string Own = "iglu:com.snowplowanalytics.snowplow/";

    private static string Body(params string[] items) =>
        $$"""{"schema":"{{Own}}payload_data/jsonschema/1-0-4","data":[{{string.Join(',', items)}}]}""";

    private static string Item(string members, string visitor = "\"duid\":\"anna\"") =>
        $$"""{"aid":"{{CollectorHost.WriteKey}}","p":"web","tv":"js-4.10.2","eid":"e1","url":"https://shop.example/p","page":"P","refr":"https://shop.example/","lang":"de-DE",{{visitor}},{{members}}}""";

    private static string Described(string schema, string content, string[]? entities = null, bool isEncoded = false, bool isUrlSafe = true)
    {
        var described = $$$"""{"schema":"{{{Own}}}unstruct_event/jsonschema/1-0-0","data":{"schema":"{{{schema}}}/jsonschema/1-0-0","data":{{{content}}}}}""";
        var contexts = $$"""{"schema":"{{Own}}contexts/jsonschema/1-0-0","data":[{{string.Join(',', entities ?? [])}}]}""";
        var members = isEncoded ? $"\"ue_px\":\"{Base64(described)}\",\"cx\":\"{Base64(contexts)}\"" : $"\"ue_pr\":{Quoted(described)},\"co\":{Quoted(contexts)}";
        return Item($"\"e\":\"ue\",{members}");

        string Base64(string text)
        {
            var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
            return isUrlSafe ? plain.Replace('+', '-').Replace('/', '_').TrimEnd('=') : plain;
        }
    }

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    private static string Entity(string schema, string content) => $$"""{"schema":"{{schema}}/jsonschema/1-0-0","data":{{content}}}""";

    private static string Action(string type, params string[] entities) => Described(Commerce + "snowplow_ecommerce_action", $$"""{"type":"{{type}}","name":"Best of"}""", entities);

    private const string Kettle = """{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2,"currency":"EUR"}""";
    private const string Cup = """{"id":"p2","category":"Kitchen","price":3}""";

    public static TheoryData<string, string> Actions => new()
    {
        { Action("product_view", Entity(Commerce + "product", Kettle)), """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}|""" },
        { Action("list_view", Entity(Commerce + "product", Kettle), Entity(Commerce + "product", Cup)), """|"type":"product_list_viewed"|"product":{"category":"Kitchen"}|"products":[{"id":"p1",|{"id":"p2","category":"Kitchen","price":3}]|""" },
        { Action("list_view"), """|"type":"product_list_viewed"|"product":{"category":"Best of"}|""" },
        { Action("list_click", Entity(Commerce + "product", Cup)), """|"type":"search_result_opened"|"product":{"id":"p2",|""" },
        { Action("add_to_cart", Entity(Commerce + "product", Kettle), Entity(Commerce + "cart", """{"cart_id":"c","total_value":99,"currency":"EUR"}""")), """|"type":"product_added"|"product":{"id":"p1",|"cart":{"value":99}|""" },
        { Action("remove_from_cart", Entity(Commerce + "product", Cup), Entity(Commerce + "cart", """{"total_value":0,"currency":"EUR"}""")), """|"type":"product_removed"|"product":{"id":"p2",|"cart":{"value":0}|""" },
        { Action("checkout_step", Entity(Commerce + "checkout_step", """{"step":1}""")), """|"type":"checkout_started"|""" },
        { Action("checkout_step", Entity(Commerce + "checkout_step", """{"step":2}""")), """|"type":"checkout_step_completed"|""" },
        { Action("transaction", Entity(Commerce + "product", Kettle), Entity(Commerce + "transaction", """{"transaction_id":"o","revenue":104,"total_quantity":2,"currency":"EUR","payment_method":"card"}""")), """|"type":"order_completed"|"cart":{"items":2,"value":104}|"products":[{"id":"p1",|""" },
        { Action("transaction", Entity(Commerce + "product", Kettle), Entity(Commerce + "product", Cup)), """|"type":"order_completed"|"cart":{"items":3}|""" },
        { Action("trns_error", Entity(Commerce + "transaction_error", """{"error_code":"declined"}""")), """|"type":"form_error"|"source":{"dialect":"snowplow","name":"trns_error"}|""" },
        { Action("refund", Entity(Commerce + "product", Cup)), """|"type":"custom"|"name":"refund"|"products":[{"id":"p2",|""" },
        { Described(Own + "site_search", """{"terms":["steel","kettle"],"totalResults":0,"pageResults":0}"""), """|"type":"search_performed"|"search":{"query":"steel kettle","resultCount":0}|""" },
        { Described(Own + "site_search", """{"terms":["returns"],"filters":{"scope":"help"},"totalResults":"3"}"""), """|"search":{"query":"returns","resultCount":3,"scope":"help"}|""" },
        { Described(Own + "add_to_cart", """{"sku":"p1","name":"Kettle","unitPrice":49.5,"quantity":1}"""), """|"type":"product_added"|"product":{"id":"p1","name":"Kettle","price":49.5,"quantity":1}|""" },
        { Described(Own + "link_click", """{"targetUrl":"https://elsewhere.example/"}"""), """|"type":"custom"|"name":"link_click"|"properties":{"targetUrl":"https://elsewhere.example/"}|""" },
        { Described("iglu:com.acme/quiz", """{"answer":3}"""), """|"name":"com.acme/quiz"|"properties":{"answer":3}|""" },
        { Item("\"e\":\"pp\",\"pp_mix\":\"0\""), """|"type":"heartbeat"|""" },
        { Item("\"e\":\"se\",\"se_ca\":\"Videos\",\"se_ac\":\"play\",\"se_la\":\"v1\",\"se_va\":\"2\""), """|"type":"custom"|"name":"play"|"properties":{"category":"Videos","action":"play","label":"v1","value":"2"}|""" },
        { Item("\"e\":\"se\",\"se_ca\":\"engagement\",\"se_ac\":\"article_rated\",\"se_la\":\"a1\",\"se_va\":\"0\""), """|"type":"article_rated"|"article":{"id":"a1","helpful":false}|""" },
        { Item("\"e\":\"tr\",\"tr_id\":\"o\",\"tr_tt\":\"104.00\""), """|"type":"order_completed"|"cart":{"value":104}|""" },
        { Item("\"e\":\"ti\",\"ti_id\":\"o\",\"ti_sk\":\"p1\",\"ti_pr\":\"49.5\",\"ti_qu\":\"2\""), """|"name":"transaction_item"|"product":{"id":"p1","price":49.5,"quantity":2}|""" },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Event_BecomesCanonical(string item, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Post, Body(item), "application/json; charset=UTF-8");
        Assert.Equal((HttpStatusCode.OK, "ok"), (response.StatusCode, body));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("e1", (string)e["id"]!);
        Assert.Equal("""{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-DE"}""", e["page"]!.ToJsonString());
        var json = e.Without();
        Assert.Contains("\"dialect\":\"snowplow\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("notRead", json, StringComparison.Ordinal);
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Base64_OfEitherAlphabet_IsRead(bool isUrlSafe)
    {
        await using var host = await CollectorHost.StartAsync();
        // Encoded, this text has both letters in which the alphabets differ.
        await host.PostAsync(Post, Body(Described(Own + "site_search", """{"terms":["Ölkännchen ÿÿ ~~ >>> ???"],"totalResults":0}""", [Entity(Commerce + "page", """{"type":"search"}""")], isEncoded: true, isUrlSafe)));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("""{"query":"Ölkännchen ÿÿ ~~ >>> ???","resultCount":0}""", e["search"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Null(e["source"]!["notRead"]);
    }

    [Fact]
    public async Task PageView_InAnAddress_IsAnsweredWithAPixel_AndTheSitesCartPageIsTheCart()
    {
        await using var host = await CollectorHost.StartAsync();
        var contexts = Uri.EscapeDataString($$"""{"schema":"{{Own}}contexts/jsonschema/1-0-0","data":[{{Entity(Commerce + "page", """{"type":"cart"}""")}},{{Entity(Commerce + "cart", """{"total_value":52.5}""")}},{{Entity(Commerce + "product", Kettle)}}]}""");
        var (response, _) = await host.CallAsync(HttpMethod.Get, $"/i?e=pv&aid={CollectorHost.WriteKey}&eid=e1&duid=anna&url=https%3A%2F%2Fshop.example%2F&page=Home");
        await host.CallAsync(HttpMethod.Get, $"/i?e=pv&key={CollectorHost.WriteKey}&aid=shop-web&eid=e2&duid=anna&co={contexts}");
        Assert.Equal("image/gif", response.Content.Headers.ContentType!.MediaType);
        var events = await host.EventsAsync();
        Assert.Equal(["page_viewed", "cart_viewed"], events.OrderBy(e => (string)e["id"]!).Select(e => (string)e["type"]!));
        Assert.Equal("""{"items":2,"value":52.5}""", events.Single(e => e["cart"] is not null)["cart"]!.ToJsonString());
    }

    [Fact]
    public async Task Visitor_IsTheFirstPartysId_ThenTheNetworks_ThenTheUsers_ThenTheSession()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Post, Body(Item("\"e\":\"pp\"", "\"duid\":\"a\",\"uid\":\"b\",\"sid\":\"s\""), Item("\"e\":\"pp\"", "\"duid\":\"a\""), Item("\"e\":\"pp\"", "\"uid\":\"b\",\"sid\":\"s\""),
            Item("\"e\":\"pp\"", "\"tnuid\":\"c\",\"uid\":\"b\""), Item("\"e\":\"pp\"", "\"sid\":\"s\"")));
        var visitors = (await host.EventsAsync()).Select(e => (string)e["visitor"]!).ToList();
        Assert.Equal(5, visitors.Count);
        Assert.Equal(4, visitors.Distinct().Count());
    }

    [Fact]
    public async Task SpAnonymous_LastingIdsAreNotRead()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Post, Body(Item("\"e\":\"pp\"", "\"duid\":\"a\",\"uid\":\"b\",\"sid\":\"s\""), Item("\"e\":\"pp\"", "\"duid\":\"a\",\"uid\":\"b\"")), more: request => request.Headers.Add("SP-Anonymous", "*"));
        await host.PostAsync(Post, Body(Item("\"e\":\"pp\"", "\"sid\":\"s\"")));
        var visitors = (await host.EventsAsync()).Select(e => (string)e["visitor"]!).ToList();
        Assert.Equal(2, visitors.Count);
        Assert.Single(visitors.Distinct());
        Assert.Equal("duid", (string)Assert.Single(await host.ReadAsync(Topics.Rejects)).Value["field"]!);
    }

    [Fact]
    public async Task Rejected_FieldsAreNamedAsSnowplowNamesThem_AndTheTrackerHearsOk()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.PostAsync(Post, Body(Action("product_view"), Described(Own + "site_search", """{"terms":[],"totalResults":0}"""), "7", Item("\"e\":\"pv\"", "\"uid\":\"\""), Item("\"e\":\"pv\"")));
        Assert.Equal((HttpStatusCode.OK, "ok"), (response.StatusCode, body));
        Assert.Equal("page_viewed", (string)Assert.Single(await host.EventsAsync())["type"]!);
        var rejects = (await host.ReadAsync(Topics.Rejects)).Select(r => r.Value).OrderBy(r => (int)r["index"]!);
        Assert.Equal(["missing_field product.id", "missing_field site_search.terms", "malformed_json ", "missing_visitor duid"], rejects.Select(r => $"{r["code"]} {r["field"]}"));
    }

    [Fact]
    public async Task Time_ClockAhead_IsCorrectedByStm_ATrueTimeIsNot()
    {
        await using var host = await CollectorHost.StartAsync();
        var ahead = DateTimeOffset.UtcNow.AddDays(30).ToUnixTimeMilliseconds();
        await host.PostAsync(Post, Body(Item($"\"e\":\"pp\",\"dtm\":\"{ahead - 20_000}\",\"stm\":\"{ahead}\"")));
        await host.PostAsync(Post, Body(Item("\"e\":\"pp\",\"ttm\":\"1767225600000\",\"stm\":\"1\"").Replace("e1", "e2", StringComparison.Ordinal)));
        await host.PostAsync(Post, Body(Item("\"e\":\"pp\",\"dtm\":\"yesterday\"").Replace("e1", "e3", StringComparison.Ordinal)));
        var events = (await host.EventsAsync()).OrderBy(e => (string)e["id"]!).ToList();
        Assert.InRange(DateTimeOffset.UtcNow - DateTimeOffset.Parse((string)events[0]["occurredAt"]!), TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(60));
        Assert.Equal("2026-01-01T00:00:00.000Z", (string)events[1]["occurredAt"]!);
        Assert.Equal("""["dtm"]""", events[2]["source"]!["notRead"]!.ToJsonString());
    }

    [Fact]
    public async Task Retry_WithoutAnEventId_IsTheSameEventWhateverItsTimeOfSending()
    {
        await using var host = await CollectorHost.StartAsync();
        foreach (var stm in new[] { 1767225600000, 1767225609000 })
        {
            await host.PostAsync(Post, Body(Item($"\"e\":\"pp\",\"dtm\":\"1767225600000\",\"stm\":\"{stm}\"").Replace("\"eid\":\"e1\",", "", StringComparison.Ordinal)));
        }
        Assert.Single((await host.EventsAsync()).Select(e => (string)e["id"]!).Distinct());
    }

    [Fact]
    public async Task Unreadable_IsNamed_AndTheEventKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Post, Body(Item("\"e\":\"ue\",\"ue_px\":\"***\",\"co\":\"{\""),
            Action("product_view", Entity(Commerce + "product", """{"id":"p","name":"cut \ud83d","price":"cheap"}""")).Replace("e1", "e2", StringComparison.Ordinal)));
        var events = (await host.EventsAsync()).OrderBy(e => (string)e["id"]!).ToList();
        Assert.Equal(("custom", "ue"), ((string)events[0]["type"]!, (string)events[0]["name"]!));
        Assert.Equal("""["co","ue_px"]""", events[0]["source"]!["notRead"]!.ToJsonString());
        Assert.Equal("""["product.price"]""", events[1]["source"]!["notRead"]!.ToJsonString());
        Assert.Equal("cut \ufffd", (string)events[1]["product"]!["name"]!);
    }

    [Fact]
    public async Task FormsAndUsers_WhatSomebodyWroteOrIs_IsNotKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Post, Body(Described(Own + "change_form", """{"formId":"f","elementId":"street","value":"Elm Street"}""", [Entity(Commerce + "user", """{"id":"u-77","email":"anna@example.com"}""")])
            .Replace("\"p\":\"web\"", "\"ip\":\"203.0.113.9\",\"ua\":\"Browser/1\",\"uid\":\"u-77\"", StringComparison.Ordinal)));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("change_form", (string)e["name"]!);
        Assert.DoesNotMatch("Elm|u-77|anna|203\\.0|Browser", e.ToJsonString());
    }

    [Fact]
    public async Task Consent_IsReadFromTheGdprEntityAndFromPreferences()
    {
        await using var host = await CollectorHost.StartAsync([DialectHost.Consenting()]);
        var gdpr = Entity(Own + "gdpr", """{"basisForProcessing":"consent"}""");
        await host.PostAsync(Post, Body(
            Described(Own + "site_search", """{"terms":["unasked"]}"""),
            Described(Own + "site_search", """{"terms":["allowed"]}""", [gdpr]),
            Described(Own + "site_search", """{"terms":["contract"]}""", [Entity(Own + "gdpr", """{"basisForProcessing":"contract"}""")]),
            Described(Own + "consent_preferences", """{"eventType":"allow_selected","consentScopes":["necessary","statistics"]}"""),
            Described(Own + "consent_preferences", """{"eventType":"allow_selected","consentScopes":["necessary"]}"""),
            Described(Own + "consent_withdrawn", """{"all":true}""", [gdpr])));
        var events = await host.EventsAsync();
        Assert.Equal(["allowed", "consent_preferences"], events.Select(e => (string?)e["search"]?["query"] ?? (string)e["name"]!).Order());
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.Unauthorized)]
    [InlineData("""{"data":[{"aid":"api-key-of-the-shop"}]}""", HttpStatusCode.Forbidden)]
    public async Task Refusals_HaveAStatusAfterWhichTrackersDoNotTryAgain(string body, HttpStatusCode status)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.PostAsync(Post, body);
        Assert.Equal(status, response.StatusCode);
        var (tooLarge, _) = await host.PostAsync(Post, new string(' ', 1024 * 1024 + 1));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooLarge.StatusCode);
    }

    [Fact]
    public async Task Preflight_AllowsTheAnonymousHeaderWithCredentials()
    {
        await using var host = await CollectorHost.StartAsync();
        var (preflight, _) = await host.CallAsync(HttpMethod.Options, Post, more: request => request.Headers.Add("Origin", CollectorHost.Origin));
        Assert.Equal("true", preflight.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Contains("sp-anonymous", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public Task Fuzz_NothingThrows()
    {
        var body = Body(Action("transaction", Entity(Commerce + "product", Kettle), Entity(Commerce + "transaction", """{"revenue":104,"total_quantity":2}""")),
            Item("\"e\":\"se\",\"se_ca\":\"engagement\",\"se_ac\":\"article_rated\",\"se_la\":\"a\",\"se_va\":\"1\",\"dtm\":\"1767225600000\",\"stm\":\"1767225600000\""));
        var objects = body.Replace("\"ue_pr\":\"{", "\"ue_pr\":{", StringComparison.Ordinal).Replace("}\",\"co\":\"{", "},\"co\":{", StringComparison.Ordinal)
            .Replace("]}\"}", "]}}", StringComparison.Ordinal).Replace("\\u0022", "\"", StringComparison.Ordinal);
        JsonNode.Parse(objects);
        return DialectFuzz.RunAsync(20261, new(HttpMethod.Post, Post, body), new(HttpMethod.Post, Post, objects),
            new(HttpMethod.Post, Post, Body(Described(Own + "site_search", """{"terms":["a"],"totalResults":0}""", isEncoded: true))),
            new(HttpMethod.Get, "/i?e=ue&eid=1&duid=anna&dtm=1767225600000&ue_px=eyJkYXRhIjp7InNjaGVtYSI6ImlnbHU6Y29tLnNub3dwbG93YW5hbHl0aWNzLnNub3dwbG93L3NpdGVfc2VhcmNoL2pzb25zY2hlbWEvMS0wLTAiLCJkYXRhIjp7InRlcm1zIjpbImEiXX19fQ"));
    }
}
