using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;
using Engagement.Engine.Delivery.Redis;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>A collector and two engines over one Kafka and one Redis.</summary>
public sealed class RolesFixture : IAsyncLifetime
{
    private readonly ClusterFixture _cluster = new();

    internal ClusterFixture Cluster => _cluster;
    internal ServerProcess Collector { get; private set; } = null!;
    internal ServerProcess First { get; private set; } = null!;
    internal ServerProcess Second { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _cluster.InitializeAsync();
        var nodes = await Task.WhenAll(_cluster.StartNodeAsync("collector"), _cluster.StartNodeAsync("engine"), _cluster.StartNodeAsync("engine"));
        (Collector, First, Second) = (nodes[0], nodes[1], nodes[2]);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in new[] { Collector, First, Second }) await node.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}

/// <summary>The first minute over a collector and two engines: any node serves any visitor and any agent.</summary>
public sealed class RolesTests(RolesFixture nodes) : IClassFixture<RolesFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ServerProcess _collector = nodes.Collector;
    private readonly ServerProcess _first = nodes.First;
    private readonly ServerProcess _second = nodes.Second;

    [Fact]
    public async Task FirstMinute_OverThreeNodes_OneInvitationOneCardOneWinner()
    {
        using var agent = await ServerStream.OpenAsync(_second, "/v1/agents/cards/stream", ServerProcess.AgentToken);
        var visitor = await ClusterVisitor.ArriveAsync(_first);
        using var page = await visitor.ListenAsync(_first);
        using var otherPage = await visitor.ListenAsync(_collector);
        Assert.True(await _collector.TrySetPresenceAsync("anna", 1));
        await visitor.FlounderAsync(_collector);

        var invitation = await page.FindAsync("invitation", Patience);
        var offer = invitation.GetProperty("id").GetString()!;
        Assert.Equal(offer, (await otherPage.FindAsync("invitation", Patience)).GetProperty("id").GetString());
        Assert.Equal(offer, (await agent.FindAsync("reserved", Patience)).GetProperty("offer").GetString());

        // What she searched for is known on every node.
        foreach (var node in new[] { _collector, _first, _second })
        {
            var answer = await ClusterVisitor.AskAsync(node, visitor.Id, Patience);
            Assert.Equal(("floundering", true), (answer.GetProperty("state").GetString(), answer.GetProperty("engage").GetBoolean()));
        }

        Assert.Equal(200, (await visitor.AnswerAsync(_second, offer, "accepted")).Status);
        await agent.FindAsync("full", Patience, card => card.GetProperty("offer").GetString() == offer);
        var claims = await Task.WhenAll(
            ClaimAsync(_collector, offer, "anna"), ClaimAsync(_first, offer, "ben"), ClaimAsync(_second, offer, "carla"));
        Assert.Single(claims, c => c == 200);
        await page.FindAsync("claimed", Patience);
        await ClusterVisitor.CallAsync(_first, HttpMethod.Post, $"/v1/cards/{offer}/end", ServerProcess.AgentToken, new { agent = "anna" });

        Assert.Single(page.Received, r => r.Name == "invitation");
        Assert.Single(agent.Received, r => r.Name == "reserved" && r.Data.Contains(offer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Decline_AtAnyNode_EndsInvitations()
    {
        var visitor = await ClusterVisitor.ArriveAsync(_collector);
        using var page = await visitor.ListenAsync(_second);
        Assert.True(await _first.TrySetPresenceAsync("dora", 5));
        await visitor.FlounderAsync(_collector);
        var offer = (await page.FindAsync("invitation", Patience)).GetProperty("id").GetString()!;
        Assert.Equal(200, (await visitor.AnswerAsync(_first, offer, "declined")).Status);
        await visitor.FlounderAsync(_collector);
        await DecidedAsync();
        Assert.Single(page.Received, r => r.Name == "invitation");
        var answer = await ClusterVisitor.AskAsync(_second, visitor.Id, Patience);
        Assert.Contains("declined", answer.GetProperty("blockers").EnumerateArray().Select(b => b.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Events_AtAnEngine_AreSentElsewhere()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new ByteArrayContent((await ClusterVisitor.ArriveAsync(_first)).Search()) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.WriteKey);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _first.Client.SendAsync(request);
        Assert.Equal(421, (int)response.StatusCode);
        Assert.Contains("takes_no_events", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_EachRole_NamesItsOwnParts()
    {
        Assert.Equal(["delivery_store", "event_log", "event_spool", "site_files", "topics"], await DependenciesAsync(_collector));
        Assert.Equal(["delivery_store", "event_log", "partition_workers", "site_files", "topics"], await DependenciesAsync(_first));
    }

    [Fact]
    public async Task Ready_TopicsUnlikeThePlan_SaysWhatIsAndWhatShouldBe()
    {
        // Nobody has made the topics; those that come about by being named have one copy, and the plan wants three.
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var ready = JsonDocument.Parse(await _first.Client.GetStringAsync("/health/ready"));
            var topics = ready.RootElement.GetProperty("dependencies").EnumerateArray().Single(d => d.GetProperty("name").GetString() == "topics");
            Assert.Equal("degraded", topics.GetProperty("status").GetString());
            var detail = topics.GetProperty("detail").GetString()!;
            if (detail.Contains("engagement.events: missing", StringComparison.Ordinal) || detail.Contains("engagement.events: replication: is 1, should be 3", StringComparison.Ordinal)) return;
            Assert.True(clock.Elapsed < Patience, topics.GetRawText());
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Erase_AtAnyNode_IsKnownToAll()
    {
        var visitor = await ClusterVisitor.ArriveAsync(_collector);
        await _collector.PostEventsAsync(visitor.Search());
        await DecidedAsync();
        Assert.Equal(200, (await ClusterVisitor.CallAsync(_first, HttpMethod.Delete, $"/v1/visitors/{visitor.Id}", visitor.Token)).Status);
        await DecidedAsync();
        foreach (var node in new[] { _collector, _first, _second })
        {
            var answer = await ClusterVisitor.AskAsync(node, visitor.Id, Patience);
            Assert.Equal("unknown", answer.GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task Reject_AtTheCollector_IsSentAgainByTheEngines_Once_AndErasureReachesIt()
    {
        var visitor = await ClusterVisitor.ArriveAsync(_collector);
        using var sent = await _collector.TryPostEventsAsync(Encoding.UTF8.GetBytes($$$"""{"id":"r1","visitor":"{{{visitor.Id}}}","type":"product_viewed","product":{"name":"Cup"}}"""));
        var reject = (await RejectsAsync(_first, visitor))[0];
        Assert.True(reject.GetProperty("resendable").GetBoolean());
        Assert.Equal(("missing_field", 1), await RejectedAgainAsync(_second));

        // As a version left it that knew less: under her key, of an event that the present one takes.
        await using var store = await RedisDeliveryStore.OpenAsync(new RedisOptions { Configuration = nodes.Cluster.Redis.Address }, NullLoggerFactory.Instance, TimeProvider.System, default);
        var (site, id) = (reject.GetProperty("site").GetString()!, "0123456789abcdef01234567");
        Assert.True(VisitorKey.TryParse(reject.GetProperty("visitor").GetString()!, out var key));
        var seal = Assert.Single(await store.FindRejectsAsync(site, [new(key, id)], default)).Key;
        var box = RejectSeal.Seal(seal, Convert.FromHexString(id), RejectRecord.PlaceOf(site, key, id), Encoding.UTF8.GetBytes($$$"""
            {}
            {"id":"r2","visitor":"{{{visitor.Id}}}","type":"product_viewed","product":{"id":"cup-9"}}
            """));
        await using (var log = await nodes.Cluster.OpenLogAsync())
        {
            var record = $$"""{"v":1,"site":"{{site}}","receivedAt":"{{reject.GetProperty("receivedAt")}}","code":"invalid_field","index":0,"bytes":9,"visitor":"{{key}}","id":"{{id}}","original":"{{Convert.ToBase64String(box)}}"}""";
            Assert.True((await log.AppendAsync(Topics.Rejects, [new LogAppend(Encoding.UTF8.GetBytes(site), Encoding.UTF8.GetBytes(record))], default)).IsDurable);
        }
        var answers = await Task.WhenAll(new[] { _first, _second, _collector, _first, _second }.Select(node => ResendAsync(node, "invalid_field")));
        Assert.Equal(1, answers.Sum(answer => answer.GetProperty("taken").GetInt32()));
        using (var events = await _second.GetJsonAsync($"/v1/events?visitor={visitor.Id}"))
        {
            var e = Assert.Single(events.RootElement.GetProperty("events").EnumerateArray(), e => e.GetProperty("type").GetString() == "product_viewed");
            Assert.Equal(reject.GetProperty("receivedAt").GetString(), e.GetProperty("receivedAt").GetString());
        }
        Assert.Contains(await RejectsAsync(_collector, visitor), r => r.TryGetProperty("resentAt", out _));

        Assert.Equal(200, (await ClusterVisitor.CallAsync(_collector, HttpMethod.Delete, $"/v1/visitors/{visitor.Id}", visitor.Token)).Status);
        Assert.Null(Assert.Single(await store.FindRejectsAsync(site, [new(key, id)], default)).Key);
        Assert.Empty(await RejectsAsync(_first, visitor));
        Assert.Equal(0, (await ResendAsync(_second, "missing_field")).GetProperty("matched").GetInt32());

        async Task<(string?, int)> RejectedAgainAsync(ServerProcess node)
        {
            var again = Assert.Single((await ResendAsync(node, "missing_field")).GetProperty("rejectedAgain").EnumerateArray());
            return (again.GetProperty("code").GetString(), again.GetProperty("count").GetInt32());
        }
    }

    private static async Task<JsonElement> ResendAsync(ServerProcess node, string code)
    {
        var (status, text) = await ClusterVisitor.CallAsync(node, HttpMethod.Post, "/v1/rejects/resend", ServerProcess.ApiKey, new { code });
        Assert.True(status == 200, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Hers are the only ones here.</summary>
    private static async Task<List<JsonElement>> RejectsAsync(ServerProcess node, ClusterVisitor visitor)
    {
        using var answer = await node.GetJsonAsync("/v1/rejects");
        Assert.DoesNotContain(visitor.Id, answer.RootElement.GetRawText(), StringComparison.Ordinal);
        return [.. answer.RootElement.Clone().GetProperty("rejects").EnumerateArray()];
    }

    private static async Task<int> ClaimAsync(ServerProcess node, string offer, string agent) =>
        (await ClusterVisitor.CallAsync(node, HttpMethod.Post, $"/v1/cards/{offer}/claim", ServerProcess.AgentToken, new { agent })).Status;

    /// <summary>Between them the engines have every partition: caught up, both, means that all is decided.</summary>
    private async Task DecidedAsync()
    {
        await _first.CaughtUpAsync(Patience);
        await _second.CaughtUpAsync(Patience);
    }

    private static async Task<List<string>> DependenciesAsync(ServerProcess node)
    {
        using var ready = JsonDocument.Parse(await node.Client.GetStringAsync("/health/ready"));
        Assert.Equal("ready", ready.RootElement.GetProperty("status").GetString());
        return [.. ready.RootElement.GetProperty("dependencies").EnumerateArray().Select(d => d.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
    }
}
