using System.Net;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>The wire of Google's tag, as others have found it out.</summary>
public sealed class GoogleTagTests
{
    private const string Tag = "v=2&tid=" + CollectorHost.WriteKey;
    private const string Hit = "/g/collect?" + Tag + "&cid=1.2&_p=1767225600123&_s=1&ul=de-de&dl=https%3A%2F%2Fshop.example%2Fp&dt=P&dr=https%3A%2F%2Fshop.example%2F&up.plan=gold&uid=u-77";

    [Theory]
    [InlineData("en=page_view", """|"type":"page_viewed"|""")]
    [InlineData("en=view_search_results&ep.search_term=steel%20kettle&epn.results_count=0", """|"type":"search_performed"|"search":{"query":"steel kettle","resultCount":0}|""")]
    [InlineData("en=view_item&cu=EUR&epn.value=49.5&pr1=idp1~nmKettle~caKitchen~pr49.5~qt2~k0shade~v0red", """|"type":"product_viewed"|"product":{"id":"p1","name":"Kettle","category":"Kitchen","price":49.5,"quantity":2}|""")]
    [InlineData("en=purchase&epn.value=102&pr1=idp1~qt2&pr2=idp2", """|"type":"order_completed"|"cart":{"items":3,"value":102}|""")]
    [InlineData("en=generate_lead&ep.form=footer", """|"type":"custom"|"name":"generate_lead"|"form":"footer"|""")]
    public async Task Hit_BecomesCanonical(string more, string parts)
    {
        await using var host = await CollectorHost.StartAsync();
        var (response, _) = await host.PostAsync($"{Hit}&{more}", "", contentType: null);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var e = Assert.Single(await host.EventsAsync());
        Assert.Equal("""{"url":"https://shop.example/p","title":"P","referrer":"https://shop.example/","language":"de-de"}""", e["page"]!.ToJsonString());
        var json = e.Without();
        Assert.DoesNotMatch("gold|u-77|notRead", json);
        Assert.All(parts.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.Contains(part, json, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_ShareTheAddress_AndTheFieldAtFaultIsNamedAsTheTagNamesIt()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.PostAsync(Hit, "en=scroll&epn.percent_scrolled=90\r\nen=add_to_cart\r\nen=user_engagement&_et=100\r\n", "text/plain;charset=UTF-8");
        await host.PostAsync($"/g/collect?{Tag}&en=page_view", "", contentType: null);
        await host.CallAsync(HttpMethod.Get, Hit.Replace("v=2", "v=1", StringComparison.Ordinal) + "&en=page_view");
        var events = await host.EventsAsync();
        Assert.Equal(["custom", "heartbeat"], events.Select(e => (string)e["type"]!));
        Assert.Equal(2, events.Select(e => (string)e["id"]!).Distinct().Count());
        Assert.Equal(["malformed_json ", "missing_field pr1.id", "missing_visitor cid"], (await host.ReadAsync(Topics.Rejects)).Select(r => $"{r.Value["code"]} {r.Value["field"]}").Order());
    }

    [Fact]
    public async Task Consent_IsTheLastDigitOfGcs()
    {
        await using var host = await CollectorHost.StartAsync([DialectHost.Consenting()]);
        foreach (var gcs in new[] { "G110", "G1--", "G101" }) await host.CallAsync(HttpMethod.Get, $"{Hit}&en=page_view&gcs={gcs}");
        Assert.Equal("""{"consent":true}""", Assert.Single(await host.EventsAsync())["privacy"]!.ToJsonString());
    }

    [Fact]
    public Task Fuzz_NothingThrows() => DialectFuzz.RunAsync(
        20264, new(HttpMethod.Get, Hit + "&en=purchase&epn.value=3&pr1=idp1~nmKettle~pr3~qt2&gcs=G111"), new(HttpMethod.Post, Hit, "en=scroll\nen=view_item&pr1=idp~pr3\nen=search&ep.search_term=a&epn.results_count=0", "text/plain"));
}
