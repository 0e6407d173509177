using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>What a visitor may do with her token, and nobody else with his.</summary>
public sealed class VisitorApiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync(params SiteModel[] sites) => RunningEngine.StartAsync(_folder.File("engagement.db"), null, sites);

    private static async Task<string> InviteAsync(RunningEngine engine, string visitor = "v1")
    {
        await engine.AgentAsync();
        await engine.FlounderAsync(visitor);
        return (await engine.OfferOfAsync(visitor))!.Offer.ToString();
    }

    [Fact]
    public async Task Answer_WithTokenOfAnother_IsRefusedAsIfThereWereNone()
    {
        await using var engine = await StartAsync();
        var id = await InviteAsync(engine);
        using var answer = await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{id}/answer", engine.TokenOf("v2"), new { answer = "accepted" });
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(OfferStatus.Open, (await engine.OfferOfAsync("v1"))!.Status);
    }

    /// <summary>A token is good for its time and for what it says: kept for later, or put together from two, it is none.</summary>
    [Fact]
    public async Task VisitorPaths_WithATokenKeptOrPutTogether_AreRefused()
    {
        await using var engine = await StartAsync();
        const string path = "/v1/visitors/v1/explanation";
        var (hers, others) = (engine.TokenOf("v1"), engine.TokenOf("v2"));
        using (var good = await engine.CallAsync(HttpMethod.Get, path, hers)) Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var together = await engine.CallAsync(HttpMethod.Get, path, $"{hers.Split('.')[0]}.{others.Split('.')[1]}");
        Assert.Equal(HttpStatusCode.Unauthorized, together.StatusCode);
        engine.Time.Advance(TimeSpan.FromHours(2));
        using var kept = await engine.CallAsync(HttpMethod.Get, path, hers);
        Assert.Equal(HttpStatusCode.Unauthorized, kept.StatusCode);
        using var erasing = await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", hers);
        Assert.Equal(HttpStatusCode.Unauthorized, erasing.StatusCode);
    }

    [Theory]
    [InlineData("/v1/visitors/v1/explanation")]
    [InlineData("/v1/visitors/v1/invitations/stream")]
    public async Task VisitorPaths_WithTokenOfAnother_AreForbidden(string path)
    {
        await using var engine = await StartAsync();
        using var answer = await engine.CallAsync(HttpMethod.Get, path, engine.TokenOf("v2"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var anonymous = await engine.CallAsync(HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var forged = await engine.CallAsync(HttpMethod.Get, path, engine.TokenOf("v1") + "A");
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public async Task Accepted_WithStrike_AgentNeverReceivesWhatWasStruck()
    {
        await using var engine = await StartAsync();
        using var agent = await EventStreamClient.OpenAsync(engine, "/v1/agents/cards/stream", TestSites.AgentToken("demo"));
        var id = await InviteAsync(engine);
        var explanation = await engine.GetAsync("/v1/visitors/v1/explanation", engine.TokenOf("v1"));
        var struck = explanation["items"]!.AsArray().First(i => (string?)i!["text"] == "where is the return label")!;

        using var accepted = await engine.CallAsync(
            HttpMethod.Post, $"/v1/invitations/{id}/answer", engine.TokenOf("v1"), new { answer = "accepted", strike = new[] { (string?)struck["id"] } });
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        var full = await agent.NextAsync("full");
        using var claim = await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/claim", TestSites.AgentToken("demo"), new { agent = "anna" });
        var claimed = await claim.Content.ReadAsStringAsync();

        Assert.Contains("return label", claimed, StringComparison.Ordinal);
        foreach (var seen in agent.Received.Append(claimed)) Assert.DoesNotContain("where is", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("where is", full, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepted_WithGlobalPrivacyControl_SharesOnlyWhatWasApproved()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        foreach (var query in new[] { "return label", "print return label", "return label printer", "where is the return label" })
            await engine.SendAsync("v1", "search_performed", new { search = new { query, resultCount = 0, scope = "help" }, privacy = new { gpc = true } }, afterSeconds: 8);
        var id = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        var explanation = await engine.GetAsync("/v1/visitors/v1/explanation", engine.TokenOf("v1"));
        Assert.True((bool)explanation["approvalNeeded"]!);
        var approved = explanation["items"]!.AsArray().First(i => (string?)i!["text"] == "print return label")!;

        using var accepted = await engine.CallAsync(
            HttpMethod.Post, $"/v1/invitations/{id}/answer", engine.TokenOf("v1"), new { answer = "accepted", approve = new[] { (string?)approved["id"] } });
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        using var claim = await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/claim", TestSites.AgentToken("demo"), new { agent = "anna" });
        var card = JsonNode.Parse(await claim.Content.ReadAsStringAsync())!["card"]!["card"]!;
        Assert.Equal(["print return label"], card["queries"]!.AsArray().Select(q => (string?)q!["text"]));
    }

    [Fact]
    public async Task Answer_Repeated_IsTheSame_AnotherIsRefused()
    {
        await using var engine = await StartAsync();
        var id = await InviteAsync(engine);
        var token = engine.TokenOf("v1");
        for (var i = 0; i < 2; i++)
        {
            using var declined = await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{id}/answer", token, new { answer = "declined" });
            Assert.Equal(HttpStatusCode.OK, declined.StatusCode);
        }
        using var accepted = await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{id}/answer", token, new { answer = "accepted" });
        Assert.Equal(HttpStatusCode.Conflict, accepted.StatusCode);
        Assert.Equal("already_answered", (string?)JsonNode.Parse(await accepted.Content.ReadAsStringAsync())!["code"]);
    }

    [Theory]
    [InlineData("{\"answer\":\"perhaps\"}", "answer")]
    [InlineData("{\"answer\":1}", "answer")]
    [InlineData("{\"answer\":", "answer")]
    [InlineData("null", null)]
    public async Task Answer_Malformed_NamesTheField(string body, string? field)
    {
        await using var engine = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/invitations/o_1/answer") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", engine.TokenOf("v1"));
        using var answer = await engine.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(field, (string?)problem["field"]);
        Assert.StartsWith("https://engagement.example/problems/", (string?)problem["type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_Open_ReceivesTheInvitationAndItsWithdrawal_WhenTheAgentLeaves()
    {
        await using var engine = await StartAsync();
        using var page = await EventStreamClient.OpenAsync(engine, $"/v1/visitors/v1/invitations/stream?token={Uri.EscapeDataString(engine.TokenOf("v1"))}", null);
        var id = await InviteAsync(engine);
        Assert.Contains(id, await page.NextAsync("invitation"), StringComparison.Ordinal);

        await engine.AgentAsync(status: "away");
        Assert.Contains(id, await page.NextAsync("withdrawn"), StringComparison.Ordinal);
        await engine.DecidedAsync();
        Assert.Equal(1, await engine.CountAsync("invitation_withdrawn"));
    }

    [Fact]
    public async Task Stream_OpenedAfterTheInvitation_ReceivesItOnce_CountedDown()
    {
        await using var engine = await StartAsync();
        await InviteAsync(engine);
        engine.Time.Advance(TimeSpan.FromSeconds(10));
        using var page = await EventStreamClient.OpenAsync(engine, "/v1/visitors/v1/invitations/stream", engine.TokenOf("v1"));
        var invitation = JsonNode.Parse(await page.NextAsync("invitation"))!;
        Assert.InRange((long)invitation["expiresInMs"]!, 1_000, 35_000);
    }

    [Fact]
    public async Task OpenPageStream_IsASignOfPresence()
    {
        await using var engine = await StartAsync();
        await engine.FlounderAsync("v1");
        using var page = await EventStreamClient.OpenAsync(engine, "/v1/visitors/v1/invitations/stream", engine.TokenOf("v1"));
        await engine.PassAsync(TimeSpan.FromSeconds(20));

        await engine.AgentAsync();
        await page.NextAsync("invitation");
        Assert.Equal(1, await engine.CountAsync("invitation_offered"));
    }

    [Fact]
    public async Task Explanation_WithoutAnOffer_SaysWhyNot()
    {
        await using var engine = await StartAsync();
        await engine.SendAsync("v1", "page_viewed", new { page = new { url = "https://help.example/", title = "Help" } });
        var explanation = await engine.GetAsync("/v1/visitors/v1/explanation", engine.TokenOf("v1"));
        Assert.NotEmpty(explanation["blockers"]!.AsArray());
        Assert.Empty(explanation["items"]!.AsArray());
        var unknown = await engine.GetAsync("/v1/visitors/v9/explanation", engine.TokenOf("v9"));
        Assert.Equal("not_enough_evidence", (string?)unknown["blockers"]![0]!["code"]);
    }

    [Fact]
    public async Task Erase_ForgetsAtOnce_AndHidesTheRest()
    {
        await using var engine = await StartAsync();
        await InviteAsync(engine);
        var key = engine.KeyOf("v1");
        var before = engine.Now;
        using var erased = await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", engine.TokenOf("v1"));
        Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        var answer = JsonNode.Parse(await erased.Content.ReadAsStringAsync())!;
        Assert.Equal((before + TimeSpan.FromDays(7)).ToString(), (string?)answer["lastByteExpiresAt"]);
        await engine.DecidedAsync();

        Assert.Null(await engine.OfferOfAsync("v1"));
        Assert.Null(await engine.Store.GetAssessmentAsync("demo", key, default));
        Assert.Empty(await engine.Store.GetCardsAsync("demo", default));
        var index = await ErasureIndex.LoadAsync(engine.Log, default);
        Assert.True(index.Hides("demo", key, before));
        Assert.False(index.Hides("demo", key, engine.Now + TimeSpan.FromSeconds(1)));
        Assert.False(index.Hides("demo", engine.KeyOf("v2"), before));
        var record = engine.Record("v1", "page_viewed");
        Assert.True(index.Hides(new LogRecord(0, record.Key, record.Value)));
        engine.Time.Advance(TimeSpan.FromSeconds(1));
        record = engine.Record("v1", "page_viewed");
        Assert.False(index.Hides(new LogRecord(0, record.Key, record.Value)));
        Assert.Equal("unknown", (string?)(await engine.ShouldEngageAsync("v1"))["state"]);
    }

    [Fact]
    public async Task Erase_WithTokenOfAnother_OrWriteKey_IsRefused()
    {
        await using var engine = await StartAsync();
        await engine.FlounderAsync("v1");
        foreach (var credential in new[] { engine.TokenOf("v2"), TestSites.WriteKey("demo"), TestSites.AgentToken("demo") })
        {
            using var answer = await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", credential);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        Assert.NotNull(await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default));
    }

    [Theory]
    [InlineData("https://shop.example", true)]
    [InlineData("https://elsewhere.example", false)]
    public async Task VisitorPaths_FromAPage_AreGrantedToTheSitesOwnOrigins(string origin, bool granted)
    {
        await using var engine = await StartAsync(TestSites.Live(origin: "https://shop.example"));
        foreach (var (method, path, token) in new[]
        {
            (HttpMethod.Options, "/v1/invitations/o_1/answer", null), (HttpMethod.Get, "/v1/visitors/v1/explanation", engine.TokenOf("v1")),
        })
        {
            var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Origin", origin);
            if (token is not null) request.Headers.Authorization = new("Bearer", token);
            using var answer = await engine.Http.SendAsync(request);
            Assert.Equal(granted ? [origin] : [], answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values : []);
        }
    }

    /// <summary>A page that cannot read why its token is refused takes it for a network that is away, and tries for ever.</summary>
    [Theory]
    [InlineData("https://shop.example", true)]
    [InlineData("https://elsewhere.example", false)]
    public async Task VisitorPaths_WithATokenThatIsNone_SayWhyToPagesOfAnySite(string origin, bool granted)
    {
        await using var engine = await StartAsync(TestSites.Live(origin: "https://shop.example"));
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/visitors/v1/invitations/stream");
        request.Headers.Add("Origin", origin);
        request.Headers.Authorization = new("Bearer", "expired.token");
        using var answer = await engine.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(granted ? [origin] : [], answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values : []);
    }

    [Fact]
    public async Task Stream_WhenTheServerStops_ClosesWithARetryHint()
    {
        var engine = await StartAsync();
        using var page = await EventStreamClient.OpenAsync(engine, "/v1/visitors/v1/invitations/stream", engine.TokenOf("v1"));
        var stopping = engine.DisposeAsync();
        await page.NextAsync("closing");
        await stopping;
    }

    [Fact]
    public async Task SiteSwitchedOff_WithdrawsOpenOffers()
    {
        await using var engine = await StartAsync();
        await InviteAsync(engine);
        engine.Sites.Swap(new SiteCatalog([TestSites.Live(mode: SiteMode.Off)], 2));
        await engine.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Null(await engine.OfferOfAsync("v1"));
        var withdrawn = await engine.RecordOfAsync("invitation_withdrawn");
        Assert.Equal("site_off", (string?)withdrawn["cause"]);
    }

    [Fact]
    public async Task Retention_AfterEightDays_ForgetsEventsAndKeepsOutcomes()
    {
        await using var engine = await StartAsync();
        await engine.SendAsync("v1", "page_viewed");
        await engine.Log.AppendAsync(Topics.Outcomes, [new LogAppend("k"u8.ToArray(), """{"v":1,"mark":"old"}"""u8.ToArray())], default);
        engine.Time.Advance(TimeSpan.FromDays(8));
        await engine.SendAsync("v2", "list_viewed");
        for (var patience = 500; (await engine.ReadAllAsync(Topics.Events)).Any(r => (string?)r["type"] == "page_viewed"); patience--)
        {
            Assert.True(patience > 0, "The event of eight days ago is still there.");
            engine.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }
        Assert.Contains(await engine.ReadAllAsync(Topics.Outcomes), r => (string?)r["mark"] == "old");
    }
}
