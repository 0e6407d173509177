using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Matomo's tracking API, as documented for 5.x and as matomo-tracker 2.2.4 sends it.</summary>
public sealed class MatomoTests
{
    private const string Visit = "rec=1&_id=0123456789abcdef&rand=7&url=https%3A%2F%2Fshop.example%2Fp&action_name=P&urlref=https%3A%2F%2Fshop.example%2F&lang=de-DE%2Cde%3Bq%3D0.9";
    private const string Items = """[["p1","Kettle",["Kitchen","Steel"],49.5,2],["p2","Cup","Kitchen","3"],["p3"]]""";

    private static string Address(string more, string visit = Visit) => $"/matomo.php?key={CollectorHost.WriteKey}&idsite=1&{visit}{more}";

    [Theory]
    [InlineData("", """|"type":"page_viewed"|""")]
    [InlineData("&ping=1", """|"type":"heartbeat"|""")]
    [InlineData("&search=steel+kettle&search_count=0&search_cat=products", """|"type":"search_performed"|"search":{"query":"steel kettle","resultCount":0,"scope":"catalogue"}|""")]
    [InlineData("&search=return&search_count=3&search_cat=FAQ", """|"search":{"query":"return","resultCount":3,"scope":"help"}|""")]
    [InlineData("&search=&search_count=3", """|"type":"page_viewed"|""")]
    [InlineData("&_pks=p1&_pkn=Kettle&_pkc=Kitchen&_pkp=49.50", """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5}|""")]
    [InlineData("&_pks=p1&_pkc=%5B%22Kitchen%22%2C%22Steel%22%5D", """|"product":{"id":"p1","category":"Kitchen"}|""")]
    [InlineData("&_pkc=Kitchen&_pks=&_pkn=", """|"type":"product_list_viewed"|"product":{"category":"Kitchen"}|""")]
    [InlineData("&e_c=Videos&e_a=play&e_n=v1&e_v=2", """|"type":"custom"|"name":"play"|"properties":{"category":"Videos","action":"play","label":"v1","value":"2"}|""")]
    [InlineData("&e_c=engagement&e_a=product_added&e_n=p1&e_v=2", """|"type":"product_added"|"product":{"id":"p1","quantity":2}|""")]
    [InlineData("&e_c=Engagement&e_a=article_rated&e_n=a1&e_v=0", """|"type":"article_rated"|"article":{"id":"a1","helpful":false}|""")]
    [InlineData("&e_c=engagement&e_a=checkout_started", """|"type":"checkout_started"|""")]
    [InlineData("&e_c=engagement&e_a=chat_claimed", """|"type":"custom"|"name":"chat_claimed"|""")]
    [InlineData("&idgoal=3&revenue=5", """|"type":"custom"|"name":"goal"|"properties":{"idgoal":"3","revenue":"5"}|""")]
    [InlineData("&link=https%3A%2F%2Felsewhere.example", """|"name":"outlink"|"properties":{"url":"https://elsewhere.example"}|""")]
    public async Task Request_BecomesCanonical(string more, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.CallAsync(HttpMethod.Get, Address(more));
        Assert.Equal("image/gif", response.Content.Headers.ContentType!.MediaType);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("""{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-DE"}""", e["page"]!.ToJsonString());
        var json = e.Without();
        Assert.DoesNotContain("notRead", json, StringComparison.Ordinal);
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("&ec_id=o1", "order_completed")]
    [InlineData("", "cart_viewed")]
    public async Task OrderAndCart_KeepPiecesValueAndProducts(string id, string type)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.PostAsync("/piwik.php?key=" + CollectorHost.WriteKey,
            $"idsite=1&{Visit}&send_image=0&idgoal=0{id}&revenue=104.5&ec_items={UrlEncoder.Default.Encode(Items)}", "application/x-www-form-urlencoded; charset=UTF-8");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal(type, (string)e["type"]!);
        Assert.Equal("""{"items":4,"value":104.5}""", e["cart"]!.ToJsonString());
        Assert.Equal("""[{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2},{"id":"p2","name":"Cup","category":"Kitchen","price":3},{"id":"p3"}]""", e["products"]!.ToJsonString());
    }

    [Fact]
    public async Task Bulk_EachStandsForItself_AndTheCountsAreMatomos()
    {
        await using var host = await CollectorHost.StartAsync();
        var objects = """{"idsite":1,"_id":"a","ping":1,"cdt":1767225600}""";
        var body = $$"""{"requests":["?idsite=1&{{Visit}}","https://stats.example/matomo.php?idsite=1&{{Visit}}&_pkn=Kettle",{{objects}},7,"?idsite=1&rec=1"],"token_auth":"t0ken"}""";
        var (response, answer) = await host.PostAsync("/matomo.php?key=" + CollectorHost.WriteKey, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"status":"success","tracked":2,"invalid":3}""", answer);
        var events = await host.EventsAsync();
        Assert.Equal(["heartbeat", "page_viewed"], events.Select(e => (string)e["type"]!).Order());
        Assert.Equal("2026-01-01T00:00:00.000Z", (string)events.Single(e => (string)e["type"]! == "heartbeat")["occurredAt"]!);
        var rejects = (await host.ReadAsync(Topics.Rejects)).Select(r => r.Value).OrderBy(r => (int)r["index"]!);
        Assert.Equal(["missing_field _pks", "malformed_json ", "missing_visitor _id"], rejects.Select(r => $"{r["code"]} {r["field"]}"));

        var (quiet, _) = await host.PostAsync("/matomo.php?key=" + CollectorHost.WriteKey, $$"""{"requests":["?idsite=1&{{Visit}}"],"send_image":0}""", "text/plain");
        Assert.Equal(HttpStatusCode.NoContent, quiet.StatusCode);
    }

    [Fact]
    public async Task Single_Rejected_Is400AndNamesMatomosField()
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, body) = await host.CallAsync(HttpMethod.Get, Address("", "rec=1&url=https%3A%2F%2Fshop.example"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("_id", (string)JsonNode.Parse(body)!["rejected"]![0]!["field"]!);
        Assert.DoesNotContain(CollectorHost.WriteKey, (await host.ReadAsync(Topics.Rejects))[0].Value.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&cdt=2026-01-02%2003%3A04%3A05", "2026-01-02T03:04:05.000Z")]
    [InlineData("&cdt=2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z")]
    [InlineData("&cdt=1767323045", "2026-01-02T03:04:05.000Z")]
    public async Task Time_IsReadInEachFormThatIsSent(string more, string at)
    {
        await using var host = await CollectorHost.StartAsync();
        await host.CallAsync(HttpMethod.Get, Address(more));
        Assert.Equal(at, (string)Assert.Single(await host.EventsAsync())["occurredAt"]!);
    }

    [Fact]
    public async Task Retry_WithARandomNumber_IsTheSameEvent_WithoutNothingTells()
    {
        await using var host = await CollectorHost.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await host.CallAsync(HttpMethod.Get, Address(""));
            await host.CallAsync(HttpMethod.Get, Address("", Visit.Replace("&rand=7", "", StringComparison.Ordinal)));
        }
        Assert.Equal(3, (await host.EventsAsync()).Select(e => (string)e["id"]!).Distinct().Count());
    }

    [Fact]
    public async Task Unreadable_IsNamed_AndNothingOfThePersonIsKept()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.CallAsync(HttpMethod.Get, Address("&idgoal=0&revenue=lots&ec_items=%5B7%2C%5B%22p%22%2C1%2C1%2C%22x%22%2C-1%5D%5D&cdt=soon&cip=203.0.113.9&ua=Browser%2F1&city=Bern&dimension1=gold&token_auth=t0ken"));
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("""["cdt","revenue","ec_items[]","ec_items[][3]","ec_items[][4]"]""", e["source"]!["notRead"]!.ToJsonString());
        Assert.DoesNotMatch("203\\.0|Browser|Bern|gold|t0ken", e.ToJsonString());
    }

    [Fact]
    public async Task Consent_IsReadWhereTheSiteAppendsIt()
    {
        await using var host = await CollectorHost.StartAsync([DialectHost.Consenting()]);
        var (response, _) = await host.CallAsync(HttpMethod.Get, Address("&search=unasked"));
        await host.CallAsync(HttpMethod.Get, Address("&search=refused&consent=0"));
        await host.CallAsync(HttpMethod.Get, Address("&search=allowed&consent=1"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("allowed", (string)Assert.Single(await host.EventsAsync())["search"]!["query"]!);
    }

    [Theory]
    [InlineData("/matomo.php?idsite=1&rec=1", HttpStatusCode.Unauthorized)]
    [InlineData("/matomo.php?idsite=write-key-of-the-shop&rec=1&_id=a", HttpStatusCode.OK)]
    public async Task Key_IsTheSitesNumberOrInTheAddress(string path, HttpStatusCode status)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.CallAsync(HttpMethod.Get, path);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public Task Fuzz_NothingThrows() => DialectFuzz.RunAsync(
        20262, new(HttpMethod.Get, $"/matomo.php?idsite=1&{Visit}&search=kettle&search_count=0&cdt=1767225600"),
        new(HttpMethod.Get, $"/piwik.php?idsite=1&{Visit}&idgoal=0&revenue=3&ec_items={UrlEncoder.Default.Encode(Items)}"),
        new(HttpMethod.Post, "/matomo.php", $"idsite=1&{Visit}&_pks=p&_pkp=3&_pkc=%5B%22a%22%5D", "application/x-www-form-urlencoded"),
        new(HttpMethod.Post, "/matomo.php", $$"""{"requests":["?idsite=1&{{Visit}}",{"idsite":1,"_id":"a","idgoal":0,"ec_items":{{Items}},"cdo":3}]}"""));
}
