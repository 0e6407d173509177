using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Hosts.Tests.Collector;

/// <summary>Which events, members and pages a site takes; what it does not is counted.</summary>
public sealed class DoorListsTests
{
    private const string Events = """
        [{"id":"e1","visitor":"anna","type":"page_viewed","page":{"url":"https://shop.example/shop/a","title":"A","language":"en"},"traits":{"plan":"gold","note":"n"},"extra":1},
         {"id":"e2","visitor":"anna","type":"form_error","page":{"url":"https://shop.example/intern/b"}},
         {"id":"e3","visitor":"anna","type":"heartbeat"}]
        """;

    [Fact]
    public async Task Post_TypesThatAreNotTaken_AreRefusedAndCounted()
    {
        await using var only = await CollectorHost.StartAsync([CollectorHost.Shop(door: new DoorLists(["page_viewed", "heartbeat"], [], [], []))]);
        Assert.Equal(["e1", "e3"], await IdsAsync(only));
        Assert.Equal(1, only.Door()["type_not_taken"]);
        await using var never = await CollectorHost.StartAsync([CollectorHost.Shop(door: new DoorLists([], ["heartbeat"], [], []))]);
        Assert.Equal(["e1", "e2"], await IdsAsync(never));
        Assert.Equal((3, 2, 1), (never.Count("received"), never.Count("accepted"), never.Count("refused")));
    }

    [Fact]
    public async Task Post_PagesThatAreNotTaken_AreRefusedAndCounted()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(onlyRead: ["/shop"])]);
        Assert.Equal(["e1", "e3"], await IdsAsync(host));
        Assert.Equal(1, host.Door()["page_not_taken"]);
    }

    [Fact]
    public async Task Post_MembersThatAreNotTaken_AreLeftOutAndCounted()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(door: new DoorLists([], [], [], ["page.title", "traits.note", "extra"]))]);
        Assert.Equal(3, (await IdsAsync(host)).Count);
        var first = (await host.ReadAsync(Topics.Events)).Select(r => r.Value).Single(v => (string)v["id"]! == "e1");
        Assert.Equal("""{"url":"https://shop.example/shop/a","language":"en"}""", first["page"]!.ToJsonString());
        Assert.Equal("""{"plan":"gold"}""", first["traits"]!.ToJsonString());
        Assert.Null(first["extra"]);
        Assert.Equal(3, host.Door()["property_not_taken"]);
    }

    [Fact]
    public async Task Post_OnlySomeMembersAreTaken_LeavesWhatTheContractKnows()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(door: new DoorLists([], [], ["extra"], []))]);
        Assert.Equal(3, (await IdsAsync(host)).Count);
        var first = (await host.ReadAsync(Topics.Events)).Select(r => r.Value).Single(v => (string)v["id"]! == "e1");
        Assert.Equal(("A", 1, null), ((string)first["page"]!["title"]!, (int)first["extra"]!, first["traits"]));
        Assert.Equal(1, host.Door()["property_not_taken"]);
    }

    /// <summary>A copy of what could not be read would hold what the site does not take.</summary>
    [Fact]
    public async Task Post_RejectedWhereMembersAreNotTaken_KeepsNoCopy()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(door: new DoorLists([], [], [], ["extra"]))]);
        using var response = await host.SendAsync("""{"id":"e1","type":"heartbeat","extra":"of hers"}""");
        Assert.Single((await CollectorHost.JsonOf(response))["rejected"]!.AsArray());
        var reject = Assert.Single(await host.ReadAsync(Topics.Rejects)).Value;
        Assert.Equal(("missing_visitor", (JsonNode?)null), ((string)reject["code"]!, reject["payload"]));
    }

    private static async Task<List<string>> IdsAsync(CollectorHost host)
    {
        using var response = await host.SendAsync(Events);
        Assert.True(response.IsSuccessStatusCode);
        return [.. (await host.ReadAsync(Topics.Events)).Select(r => (string)r.Value["id"]!).Order()];
    }
}
