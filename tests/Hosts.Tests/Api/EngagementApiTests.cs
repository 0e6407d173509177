using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>should-engage and invitations made by the site's own server.</summary>
public sealed class EngagementApiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync(params SiteModel[] sites) => RunningEngine.StartAsync(_folder.File("engagement.db"), null, sites);

    private static object[] Searches(RunningEngine engine) =>
        [.. new[] { "return label", "print return label", "return label printer", "where is the return label" }.Select((query, i) => new
        {
            id = $"q{i}", type = "search_performed", occurredAt = (engine.Now - TimeSpan.FromSeconds(40 - 8 * i)).ToString(),
            search = new { query, resultCount = 0, scope = "help" },
        })];

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(RunningEngine engine, string path, object body, string? key = null)
    {
        var call = engine.CallAsync(HttpMethod.Post, path, TestSites.ApiKey("demo"), body, key);

        // The endpoint looks again and again for what the stream decides; its clock is ours to move.
        while (await Task.WhenAny(call, Task.Delay(5)) != call) engine.Time.Advance(TimeSpan.FromMilliseconds(5));
        using var response = await call;
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    [Fact]
    public async Task ShouldEngage_Inline_AnswersFromTheEvents_AndChangesNothing()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        var (status, answer) = await PostAsync(engine, "/v1/should-engage", new { visitor = "v1", events = Searches(engine) });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("floundering", (string?)answer["state"]);
        Assert.True((bool)answer["engage"]!);
        Assert.All(await engine.ReadAllAsync(Topics.Events), r => Assert.Equal("tick", (string?)r["type"]));
        Assert.Null(await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default));
    }

    [Fact]
    public async Task ShouldEngage_RightAfterAnEvent_AnswersWithIt()
    {
        await using var engine = await StartAsync();
        await engine.SendAsync("first", "page_viewed");
        var unknown = 0;
        for (var i = 0; i < 50; i++)
        {
            await engine.AppendAsync(engine.Record($"asker{i}", "page_viewed"));
            if ((await engine.ShouldEngageAsync($"asker{i}"))["decisionId"] is null) unknown++;
        }
        // A machine that stops for longer than the ask may wait is no fault of ours; without waiting nearly all fifty are unknown.
        Assert.InRange(unknown, 0, 25);
    }

    [Fact]
    public async Task ShouldEngage_InlineAfterADecline_KeepsToTheNo()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var id = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        using (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{id}/answer", engine.TokenOf("v1"), new { answer = "declined" })) await engine.DecidedAsync();
        var (_, answer) = await PostAsync(engine, "/v1/should-engage", new { visitor = "v1", events = Searches(engine) });
        Assert.False((bool)answer["engage"]!);
        Assert.Contains("declined", answer["blockers"]!.AsArray().Select(b => (string?)b!["code"]));
    }

    [Fact]
    public async Task ShouldEngage_InlineWithoutConsentWhereRequired_IsSilent()
    {
        await using var engine = await StartAsync(TestSites.Live(consent: ConsentRule.Required));
        await engine.AgentAsync();
        var (_, answer) = await PostAsync(engine, "/v1/should-engage", new { visitor = "v1", events = Searches(engine) });
        Assert.False((bool)answer["engage"]!);
        Assert.Equal("objected", (string?)answer["blockers"]![0]!["code"]);
    }

    [Theory]
    [InlineData("{\"events\":[{\"id\":\"1\"}]}", "events[0]")]
    [InlineData("{\"events\":[1]}", "events[0]")]
    [InlineData("{\"events\":[{\"id\":\"1\",\"type\":\"page_viewed\",\"visitor\":\"another\"}],\"visitor\":\"v1\"}", "events[0]")]
    [InlineData("{\"visitor\":7}", "visitor")]
    [InlineData("{\"visitor\":\"\"}", "visitor")]
    public async Task ShouldEngage_Malformed_NamesTheField(string body, string field)
    {
        await using var engine = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/should-engage") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", TestSites.ApiKey("demo"));
        using var answer = await engine.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(field, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["field"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldEngage_ByTheVisitor_SaysNoMoreThanShePeruses()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var answer = await engine.GetAsync("/v1/should-engage?visitor=v1", engine.TokenOf("v1"));
        Assert.True((bool)answer["engage"]!);
        Assert.NotNull(answer["invitation"]);
        foreach (var hidden in new[] { "state", "probabilities", "blockers", "threshold", "modelVersion" }) Assert.Null(answer[hidden]);
        using var other = await engine.CallAsync(HttpMethod.Get, "/v1/should-engage?visitor=v1", engine.TokenOf("v2"));
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }

    [Fact]
    public async Task ShouldEngage_ForAnotherSite_IsForbidden()
    {
        await using var engine = await StartAsync(TestSites.Live(), TestSites.Live("other"));
        using var answer = await engine.CallAsync(HttpMethod.Get, "/v1/should-engage?site=other&visitor=v1", TestSites.ApiKey("demo"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var wrongRole = await engine.CallAsync(HttpMethod.Get, "/v1/should-engage?visitor=v1", TestSites.WriteKey("demo"));
        Assert.Equal(HttpStatusCode.Forbidden, wrongRole.StatusCode);
        using var nobody = await engine.CallAsync(HttpMethod.Get, "/v1/should-engage?visitor=v1", "no-such-key");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task ShouldEngage_KeptAnswer_FollowsTimeAndAgents()
    {
        await using var engine = await StartAsync();
        await engine.FlounderAsync("v1");
        Assert.Equal("nobody_free", (string?)(await engine.ShouldEngageAsync("v1"))["blockers"]![0]!["code"]);
        engine.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("stale", (string?)(await engine.ShouldEngageAsync("v1"))["blockers"]![0]!["code"]);
    }

    [Fact]
    public async Task Invitation_WithEvents_IsMadeByTheStream_OnceForAKey()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        var body = new { site = "demo", visitor = "v1", events = Searches(engine), language = "en" };
        var (status, made) = await PostAsync(engine, "/v1/invitations", body, "key-1");
        Assert.Equal(HttpStatusCode.Created, status);
        var (again, same) = await PostAsync(engine, "/v1/invitations", body, "key-1");
        Assert.Equal(HttpStatusCode.Created, again);
        Assert.Equal(made.ToJsonString(), same.ToJsonString());
        Assert.Equal(1, await engine.CountAsync("invitation_offered"));

        // The token opens the visitor's own stream.
        using var page = await EventStreamClient.OpenAsync(engine, "/v1/visitors/v1/invitations/stream", (string?)made["visitorToken"]);
        Assert.Contains((string)made["invitation"]!["id"]!, await page.NextAsync("invitation"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_KeyRepeatedAfterARestart_GetsTheOpenInvitationAndMakesNoOther()
    {
        var (time, file) = (new ManualTimeProvider(), _folder.File("engagement.db"));
        object body;
        string? invitation;
        await using (var engine = await RunningEngine.StartAsync(file, time))
        {
            await engine.AgentAsync();
            body = new { visitor = "v1", events = Searches(engine) };
            var (status, made) = await PostAsync(engine, "/v1/invitations", body, "key-1");
            Assert.Equal(HttpStatusCode.Created, status);
            invitation = (string?)made["invitation"]!["id"];
        }
        await using (var engine = await RunningEngine.StartAsync(file, time))
        {
            var (status, again) = await PostAsync(engine, "/v1/invitations", body, "key-1");
            Assert.Equal((HttpStatusCode.OK, invitation), (status, (string?)again["invitation"]!["id"]));
            await engine.RecoveredAsync();
            Assert.Equal(1, await engine.CountAsync("invitation_offered"));
        }
    }

    [Fact]
    public async Task Invitation_WithNobodyFree_IsRefusedWithItsBlocker()
    {
        await using var engine = await StartAsync();
        var (status, problem) = await PostAsync(engine, "/v1/invitations", new { visitor = "v1", events = Searches(engine) }, "key-1");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("nobody_free", (string?)problem["blockers"]![0]!["code"]);
        Assert.Equal(0, await engine.CountAsync("invitation_offered"));
    }

    [Fact]
    public async Task Invitation_ForAnUnknownVisitorWithoutEvents_IsRefused()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        var (status, problem) = await PostAsync(engine, "/v1/invitations", new { visitor = "v9" }, "key-1");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("not_enough_evidence", (string?)problem["blockers"]![0]!["code"]);
    }

    [Fact]
    public async Task Invitation_KeyReusedForAnotherBody_OrMissing_IsRefused()
    {
        await using var engine = await StartAsync();
        await PostAsync(engine, "/v1/invitations", new { visitor = "v8" }, "key-1");
        var (reused, _) = await PostAsync(engine, "/v1/invitations", new { visitor = "v9" }, "key-1");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reused);
        var (missing, problem) = await PostAsync(engine, "/v1/invitations", new { visitor = "v9" });
        Assert.Equal(HttpStatusCode.BadRequest, missing);
        Assert.Equal("Idempotency-Key", (string?)problem["field"]);
    }

    [Fact]
    public async Task Stats_AddUp_AndSayWhenAllIsDecided()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync(capacity: 1);
        await engine.FlounderAsync("v1");
        await engine.FlounderAsync("v2");
        await engine.SendAsync("v3", "page_viewed", new { page = new { url = "https://help.example/" } });
        var stats = await engine.StatsAsync();
        Assert.True((bool)stats["caughtUp"]!);
        var visitors = stats["visitors"]!;
        Assert.Equal([3L, 1L, 1L, 1L], new[] { "seen", "leftAlone", "nobodyFree", "invited" }.Select(name => (long)visitors[name]!));
        Assert.Equal(3, (long)stats["sessionsLive"]!);
        var records = (await engine.ReadAllAsync(Topics.Events)).Count;
        Assert.Equal(records, stats["records"]!.AsObject().Sum(r => (long)r.Value!));
    }
}
