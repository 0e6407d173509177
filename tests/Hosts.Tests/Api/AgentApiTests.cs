using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Decisions;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>What agents do with their token.</summary>
public sealed class AgentApiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync() => RunningEngine.StartAsync(_folder.File("engagement.db"));

    private static Task<HttpResponseMessage> ClaimAsync(RunningEngine engine, string id, string agent) =>
        engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/claim", TestSites.AgentToken("demo"), new { agent });

    [Fact]
    public async Task KeyOfOneAgent_SpeaksForHerAlone()
    {
        await using var engine = await StartAsync();
        var id = await engine.AcceptedAsync();
        var key = TestSites.OwnAgentToken("demo", "anna");
        (HttpMethod Method, string Path, Func<string, object?> Body)[] calls =
        [
            (HttpMethod.Put, "/v1/agents/{agent}/presence", _ => new { status = "available", capacity = 2 }),
            (HttpMethod.Post, $"/v1/cards/{id}/claim", agent => new { agent }),
            (HttpMethod.Get, $"/v1/conversations/{id}/transcript?agent={{agent}}", _ => null),
            (HttpMethod.Post, "/v1/conversations/hub/negotiate?negotiateVersion=1&agent={agent}", _ => null),
            (HttpMethod.Post, $"/v1/conversations/{id}/transfer", agent => new { agent, toSkill = "returns" }),
            (HttpMethod.Post, $"/v1/cards/{id}/end", agent => new { agent }),
            (HttpMethod.Post, $"/v1/conversations/{id}/wrap-up", agent => new { agent, outcome = "resolved" }),
            (HttpMethod.Post, "/v1/agents/questions/none/take", agent => new { agent }),
            (HttpMethod.Post, "/v1/agents/questions/none/done", agent => new { agent }),
        ];
        foreach (var (method, path, body) in calls)
        {
            using var others = await engine.CallAsync(method, path.Replace("{agent}", "berta", StringComparison.Ordinal), key, body("berta"));
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, others.StatusCode));
            var problem = JsonNode.Parse(await others.Content.ReadAsStringAsync())!;
            Assert.Equal(("another_agents_key", "anna"), ((string?)problem["code"], (string?)problem["agent"]));
            using var hers = await engine.CallAsync(method, path.Replace("{agent}", "anna", StringComparison.Ordinal), key, body("anna"));
            Assert.NotEqual((path, HttpStatusCode.Forbidden), (path, hers.StatusCode));
        }
        // What is the site's, every agent of it may read.
        using var cards = await engine.CallAsync(HttpMethod.Get, "/v1/agents/cards", key);
        Assert.Equal(HttpStatusCode.OK, cards.StatusCode);
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_ExactlyOneWins()
    {
        await using var engine = await StartAsync();
        var id = await engine.AcceptedAsync();
        engine.Time.Advance(TimeSpan.FromSeconds(25));
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ClaimAsync(engine, id, $"agent{i}")));

        var winner = Assert.Single(claims, c => c.StatusCode == HttpStatusCode.OK);
        var holder = (string?)JsonNode.Parse(await winner.Content.ReadAsStringAsync())!["holder"];
        foreach (var loser in claims.Where(c => c != winner))
        {
            Assert.Equal(HttpStatusCode.Conflict, loser.StatusCode);
            var problem = JsonNode.Parse(await loser.Content.ReadAsStringAsync())!;
            Assert.Equal("taken", (string?)problem["code"]);
            Assert.Equal(holder, (string?)problem["holder"]);
        }
        await engine.DecidedAsync();
        Assert.Equal(1, await engine.CountAsync("chat_claimed"));
    }

    [Fact]
    public async Task Claim_BeforeAcceptance_IsRefused_AndShowsNothing()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var id = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        using var claim = await ClaimAsync(engine, id, "anna");
        Assert.Equal(HttpStatusCode.Conflict, claim.StatusCode);
        Assert.DoesNotContain("label", await claim.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var cards = await engine.GetAsync("/v1/agents/cards", TestSites.AgentToken("demo"));
        Assert.DoesNotContain("label", cards.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_ByAnotherWithinTwentySeconds_IsReservedForTheLeased()
    {
        await using var engine = await StartAsync();
        var id = await engine.AcceptedAsync();
        using var early = await ClaimAsync(engine, id, "bert");
        Assert.Equal("reserved", (string?)JsonNode.Parse(await early.Content.ReadAsStringAsync())!["code"]);
        using var hers = await ClaimAsync(engine, id, "anna");
        Assert.Equal(HttpStatusCode.OK, hers.StatusCode);
    }

    [Fact]
    public async Task End_FreesTheSlot_AndTheSessionKnows()
    {
        await using var engine = await StartAsync();
        var id = await engine.AcceptedAsync();
        using (await ClaimAsync(engine, id, "anna")) await engine.DecidedAsync();
        var free = (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots;
        using var ended = await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/end", TestSites.AgentToken("demo"), new { agent = "anna" });
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        await engine.DecidedAsync();
        Assert.Equal(free + 1, (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots);
        Assert.Equal(OfferStatus.Ended, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Offer);
        using var again = await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/end", TestSites.AgentToken("demo"), new { agent = "bert" });
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Unclaimed_TheVisitorIsTold_AndTheLogSaysSo()
    {
        await using var engine = await StartAsync();
        using var page = await EventStreamClient.OpenAsync(engine, "/v1/visitors/v1/invitations/stream", engine.TokenOf("v1"));
        await engine.AcceptedAsync();
        await engine.PassAsync(TimeSpan.FromSeconds(65));
        await page.NextAsync("unclaimed");
        Assert.Equal(1, await engine.CountAsync("chat_unclaimed"));
    }

    [Fact]
    public async Task Stream_OpenedWhileACardIsOpen_ShowsItOnce_ThenWhatBecomesOfIt()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var id = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        using var desk = await EventStreamClient.OpenAsync(engine, "/v1/agents/cards/stream", TestSites.AgentToken("demo"));
        Assert.Contains(id, await desk.NextAsync("reserved"), StringComparison.Ordinal);
        using var declined = await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{id}/answer", engine.TokenOf("v1"), new { answer = "declined" });
        Assert.Contains(id, await desk.NextAsync("withdrawn"), StringComparison.Ordinal);
        Assert.Equal(2, desk.Received.Count);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("api")]
    public async Task AgentPaths_WithAnotherRole_AreForbidden(string role)
    {
        await using var engine = await StartAsync();
        using var cards = await engine.CallAsync(HttpMethod.Get, "/v1/agents/cards", $"demo-{role}");
        Assert.Equal(HttpStatusCode.Forbidden, cards.StatusCode);
        using var presence = await engine.CallAsync(HttpMethod.Put, "/v1/agents/anna/presence", $"demo-{role}", new { status = "available" });
        Assert.Equal(HttpStatusCode.Forbidden, presence.StatusCode);
    }

    [Theory]
    [InlineData("anna", "busy", 1, "status")]
    [InlineData("anna", "available", -1, "capacity")]
    [InlineData("anna", "available", 100_001, "capacity")]
    [InlineData("anna%20b", "available", 1, "agent")]
    public async Task Presence_OutOfBounds_NamesTheField(string agent, string status, int capacity, string field)
    {
        await using var engine = await StartAsync();
        using var answer = await engine.CallAsync(HttpMethod.Put, $"/v1/agents/{agent}/presence", TestSites.AgentToken("demo"), new { status, capacity });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["field"]);
    }

    [Fact]
    public async Task Presence_NotRenewed_LapsesAndWithdraws()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        Assert.NotNull(await engine.OfferOfAsync("v1"));
        engine.ForgetAgents();
        await engine.PassAsync(TimeSpan.FromSeconds(32));
        await RunningEngine.UntilAsync(async () => await engine.CountAsync("invitation_withdrawn") == 1);
        Assert.Null(await engine.OfferOfAsync("v1"));
    }
}
