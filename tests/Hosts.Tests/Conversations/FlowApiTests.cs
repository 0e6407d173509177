using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Testing;
using Hosts.Tests.Api;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Conversations;

/// <summary>Asking for a person, leaving a question, handing over, wrapping up: over HTTP.</summary>
public sealed class FlowApiTests : IDisposable
{
    private static readonly string Agent = TestSites.AgentToken("demo");
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync() => RunningEngine.StartAsync(_folder.File("engagement.db"));

    private static async Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(
        RunningEngine engine, HttpMethod method, string path, string credential, object? body = null, string? key = null)
    {
        using var response = await engine.CallAsync(method, path, credential, body, key);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(RunningEngine engine, object? body = null, string key = "k1", string visitor = "v1") =>
        CallAsync(engine, HttpMethod.Post, $"/v1/visitors/{visitor}/ask", engine.TokenOf(visitor), body ?? new { }, key);

    private static Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(RunningEngine engine, string path, object body) =>
        CallAsync(engine, HttpMethod.Post, path, Agent, body);

    private static async Task<string> AskedAndClaimedAsync(RunningEngine engine)
    {
        await engine.AgentAsync();
        var id = (string)(await AskAsync(engine)).Body["id"]!;
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, $"/v1/cards/{id}/claim", new { agent = "anna" })).Status);
        return id;
    }

    [Fact]
    public async Task Ask_WithoutAnythingKnownOfHer_TheCardHasOnlyWhatSheSays_AndTheConversationBegins()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        using var desk = await EventStreamClient.OpenAsync(engine, "/v1/agents/cards/stream", Agent);
        using var page = await EventStreamClient.OpenAsync(engine, "/v1/visitors/v1/invitations/stream", engine.TokenOf("v1"));
        var (status, body) = await AskAsync(engine, new { text = "Where is my <b>parcel</b>? Write to me@example.com", language = "de-DE" });
        Assert.Equal((HttpStatusCode.Created, "asked", "accepted"), (status, (string?)body["outcome"], (string?)body["status"]));
        Assert.InRange((long)body["expiresInMs"]!, 1, (long)Limits.ClaimGiveUpAfter.TotalMilliseconds);
        var id = (string)body["id"]!;

        var card = JsonNode.Parse(await desk.NextAsync("full"))!["card"]!;
        Assert.Equal("Where is my <b>parcel</b>? Write to [email]", (string?)card["question"]);
        Assert.Equal(("unknown", "de", 0), ((string?)card["state"], (string?)card["language"], card["pages"]!.AsArray().Count));
        Assert.Equal("anna", (string?)JsonNode.Parse(await desk.NextAsync("queued"))!["agent"]);
        await page.NextAsync("asked");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, $"/v1/cards/{id}/claim", new { agent = "anna" })).Status);
        await page.NextAsync("claimed");

        await using var visitor = await HubClient.OpenAsync(engine.Http.BaseAddress!, engine.TokenOf("v1"));
        Assert.Equal("claimed", (string?)(await visitor.JoinAsync(id))["status"]);
        Assert.Equal(2, (long)(await visitor.SendAsync(id, "1", "hello"))["seq"]!);
    }

    [Fact]
    public async Task Ask_Again_SameKeyIsTheSame_AnotherKeyIsToldOfTheFirst()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        var first = (string)(await AskAsync(engine)).Body["id"]!;
        Assert.Equal((HttpStatusCode.Created, first), (await AskAsync(engine)) is var again ? (again.Status, (string?)again.Body["id"]) : default);
        var other = await AskAsync(engine, key: "k2");
        Assert.Equal((HttpStatusCode.OK, "in_conversation", first), (other.Status, (string?)other.Body["outcome"], (string?)other.Body["id"]));
        Assert.Equal(1, (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync(engine, HttpMethod.Post, "/v1/visitors/v1/ask", engine.TokenOf("v1"), new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(engine, HttpMethod.Post, "/v1/visitors/v2/ask", engine.TokenOf("v1"), new { }, "k")).Status);
    }

    [Fact]
    public async Task Ask_NobodyThere_ArticlesAndLeaveAQuestion_NeverAChat()
    {
        await using var engine = await RunningEngine.StartAsync(
            _folder.File("engagement.db"), null, TestSites.Live(articles: [new SiteArticle("a1", "Print a return label", "https://help.example/a1")]));
        var (status, body) = await AskAsync(engine, new { text = "How do I print a return label?", language = "en" });
        Assert.Equal((HttpStatusCode.OK, "nobody", null), (status, (string?)body["outcome"], (string?)body["id"]));
        Assert.Equal("a1", (string?)body["articles"]!.AsArray().Single()!["id"]);
        Assert.Equal("/v1/visitors/v1/questions", (string?)body["leaveQuestion"]);
        Assert.Null(await engine.OfferOfAsync("v1"));
    }

    [Fact]
    public async Task Ask_WhileInvited_TheInvitationGivesWay_WithHerStrikesAndEvidence()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var explained = await engine.GetAsync("/v1/visitors/v1/explanation", engine.TokenOf("v1"));
        var all = explained["items"]!.AsArray();
        var struck = all.Where(i => ((string?)i!["text"])!.Contains("where is", StringComparison.Ordinal)).Select(i => (string)i!["id"]!).ToArray();
        Assert.NotEmpty(struck);
        using var desk = await EventStreamClient.OpenAsync(engine, "/v1/agents/cards/stream", Agent);
        Assert.Equal(HttpStatusCode.Created, (await AskAsync(engine, new { text = "my label", strike = struck })).Status);
        var card = JsonNode.Parse(await desk.NextAsync("full"))!["card"]!;
        Assert.Equal("my label", (string?)card["question"]);
        var queries = card["queries"]!.AsArray().Select(q => (string)q!["text"]!).ToArray();
        Assert.Contains("return label", queries);
        Assert.DoesNotContain("where is the return label", queries);
        await engine.DecidedAsync();
        Assert.Equal(OfferStatus.Accepted, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Offer);
        Assert.Equal(1, await engine.CountAsync("invitation_withdrawn"));
    }

    [Fact]
    public async Task Ask_OfAHeldOutVisitor_LeavesHerInTheHoldout()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), null, TestSites.Live(holdout: 1));
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        Assert.Equal(OfferStatus.HeldOut, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Offer);
        var id = (string)(await AskAsync(engine)).Body["id"]!;
        await PostAsync(engine, $"/v1/cards/{id}/claim", new { agent = "anna" });
        await engine.DecidedAsync();
        Assert.Equal(OfferStatus.HeldOut, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Offer);
    }

    [Fact]
    public async Task Unclaimed_GoesOnAfterTwentySeconds_ThenTheVisitorIsTold_AcrossARestart()
    {
        var time = new ManualTimeProvider();
        string id;
        await using (var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), time))
        {
            await engine.AgentAsync();
            id = (string)(await AskAsync(engine)).Body["id"]!;
            using var desk = await EventStreamClient.OpenAsync(engine, "/v1/agents/cards/stream", Agent);
            await engine.PassAsync(TimeSpan.FromSeconds(22));
            Assert.Contains("asked", await desk.NextAsync("queued"), StringComparison.Ordinal);
            Assert.Contains("goes_on", await desk.NextAsync("queued"), StringComparison.Ordinal);
        }
        await using var restarted = await RunningEngine.StartAsync(_folder.File("engagement.db"), time);
        using var page = await EventStreamClient.OpenAsync(restarted, "/v1/visitors/v1/invitations/stream", restarted.TokenOf("v1"));
        await restarted.PassAsync(TimeSpan.FromSeconds(45));
        await page.NextAsync("unclaimed");
        Assert.Equal("given_up", (string?)(await PostAsync(restarted, $"/v1/cards/{id}/claim", new { agent = "bert" })).Body["code"]);
    }

    [Fact]
    public async Task AgentDisappears_BothAreTold_AndAnotherGoesOnWhereItStopped()
    {
        await using var engine = await StartAsync();
        var id = await AskedAndClaimedAsync(engine);
        await using var visitor = await HubClient.OpenAsync(engine.Http.BaseAddress!, engine.TokenOf("v1"));
        await using var anna = await HubClient.OpenAsync(engine.Http.BaseAddress!, Agent, "anna");
        await visitor.JoinAsync(id);
        await anna.JoinAsync(id);
        await visitor.SendAsync(id, "1", "hello");
        engine.ForgetAgents();
        await engine.PassAsync(TimeSpan.FromSeconds(32));
        Assert.Equal(("waiting", "agent_left"), (await visitor.TakeAsync(3))[2] is var e ? ((string?)e["kind"], (string?)e["cause"]) : default);
        await RunningEngine.UntilAsync(() => Task.FromResult(anna.Left.Contains(id)));
        await engine.AgentAsync("bert");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, $"/v1/cards/{id}/claim", new { agent = "bert" })).Status);
        await using var bert = await HubClient.OpenAsync(engine.Http.BaseAddress!, Agent, "bert");
        await bert.JoinAsync(id);
        await bert.SendAsync(id, "1", "Bert here");
        await bert.TakeAsync(5);
        Assert.Equal([1, 2, 3, 4, 5], bert.Numbers);
        Assert.Equal("not_found", (string?)(await anna.SendAsync(id, "9", "and I?"))["problem"]?["code"]);
    }

    [Fact]
    public async Task Transfer_ToAnotherAgent_WhoClaims_OrSaysWhyNot()
    {
        await using var engine = await StartAsync();
        var id = await AskedAndClaimedAsync(engine);
        var path = $"/v1/conversations/{id}/transfer";
        Assert.Equal("nobody_free", (string?)(await PostAsync(engine, path, new { agent = "anna", toAgent = "bert" })).Body["code"]);
        Assert.Equal("toAgent", (string?)(await PostAsync(engine, path, new { agent = "anna" })).Body["field"]);
        Assert.Equal("toAgent", (string?)(await PostAsync(engine, path, new { agent = "anna", toAgent = "anna" })).Body["field"]);
        using (await engine.CallAsync(HttpMethod.Put, "/v1/agents/bert/presence", Agent, new { status = "available", capacity = 1, skills = new[] { "returns" }, languages = new[] { "en-GB" } }))
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, path, new { agent = "anna", toSkill = "returns" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(engine, path, new { agent = "anna", toAgent = "bert" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, $"/v1/cards/{id}/claim", new { agent = "bert" })).Status);
    }

    [Theory]
    [InlineData("skills", "Returns")]
    [InlineData("skills", "")]
    [InlineData("languages", "no language")]
    public async Task Presence_WithWhatIsNoSkillOrLanguage_NamesTheField(string field, string value)
    {
        await using var engine = await StartAsync();
        var body = new JsonObject { ["status"] = "available", [field] = new JsonArray(value) };
        Assert.Equal(field, (string?)(await CallAsync(engine, HttpMethod.Put, "/v1/agents/anna/presence", Agent, body)).Body["field"]);
    }

    [Fact]
    public async Task WrapUp_IsRecordedForTraining_WithoutNoteOrPerson_AndFreesTheSlot()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer;
        using (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "accepted" })) { }
        await PostAsync(engine, $"/v1/cards/{offer}/claim", new { agent = "anna" });
        var path = $"/v1/conversations/{offer}/wrap-up";
        Assert.Equal("outcome", (string?)(await PostAsync(engine, path, new { agent = "anna", outcome = "fine" })).Body["field"]);
        Assert.Equal("note", (string?)(await PostAsync(engine, path, new { agent = "anna", outcome = "resolved", note = new string('x', 501) })).Body["field"]);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(engine, path, new { agent = "bert", outcome = "resolved" })).Status);
        var body = new { agent = "anna", outcome = "should_not_have_been_invited", note = "she only wanted to look around" };
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, path, body)).Status);
        Assert.Equal("already_wrapped_up", (string?)(await PostAsync(engine, path, new { agent = "anna", outcome = "resolved" })).Body["code"]);
        Assert.Equal(2, (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots);

        var record = Assert.Single(await engine.ReadAllAsync("engagement.outcomes"), r => (string?)r["kind"] == "wrap_up");
        Assert.Equal("should_not_have_been_invited", (string?)record["outcome"]);
        Assert.DoesNotContain("look around", record.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("anna", record.ToJsonString(), StringComparison.Ordinal);
        var transcript = await engine.GetAsync($"/v1/conversations/{offer}/transcript?agent=anna", Agent);
        Assert.Equal("she only wanted to look around", (string?)transcript["wrapUp"]!["note"]);
        Assert.Null((await engine.GetAsync($"/v1/conversations/{offer}/transcript", engine.TokenOf("v1")))["wrapUp"]);

        // Its session's own record bears the same id.
        await engine.PassAsync(TimeSpan.FromMinutes(31));
        var outcome = Assert.Single(await engine.ReadAllAsync("engagement.outcomes"), r => r["kind"] is null);
        Assert.Equal((string?)outcome["id"], (string?)record["id"]);
    }

    [Fact]
    public async Task Question_IsKeptWithItsDate_ListedMasked_TakenWhole_ByOne_Done()
    {
        await using var engine = await StartAsync();
        var left = await CallAsync(engine, HttpMethod.Post, "/v1/visitors/v1/questions", engine.TokenOf("v1"),
            new { text = "Is it back?\n<script>x</script> or call +49 170 1234567", replyTo = "ada.lovelace@example.com", language = "en" }, "q1");
        Assert.Equal(HttpStatusCode.Created, left.Status);
        Assert.Equal((engine.Now + Limits.QuestionRetention).ToString(), (string?)left.Body["forgottenAt"]);
        var id = (string)left.Body["id"]!;
        Assert.Equal(id, (string?)(await CallAsync(engine, HttpMethod.Post, "/v1/visitors/v1/questions", engine.TokenOf("v1"), new { text = "again" }, "q1")).Body["id"]);

        var item = (await engine.GetAsync("/v1/agents/questions", Agent))["questions"]!.AsArray().Single()!;
        Assert.Equal(("a…@example.com", true, "Is it back?\n<script>x</script> or call [phone]"), ((string?)item["replyTo"], (bool)item["replyToIsMasked"]!, (string?)item["text"]));
        var taken = await PostAsync(engine, $"/v1/agents/questions/{id}/take", new { agent = "anna" });
        Assert.Equal(("ada.lovelace@example.com", "anna"), ((string?)taken.Body["replyTo"], (string?)taken.Body["holder"]));
        Assert.Equal("taken", (string?)(await PostAsync(engine, $"/v1/agents/questions/{id}/take", new { agent = "bert" })).Body["code"]);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(engine, $"/v1/agents/questions/{id}/done", new { agent = "bert" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(engine, $"/v1/agents/questions/{id}/done", new { agent = "anna" })).Status);
        Assert.Empty((await engine.GetAsync("/v1/agents/questions", Agent))["questions"]!.AsArray());
        foreach (var topic in new[] { "engagement.events", "engagement.rejects", "engagement.decisions" })
            Assert.DoesNotContain(await engine.ReadAllAsync(topic), r => r.ToJsonString().Contains("lovelace", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null, "text")]
    [InlineData("ok", "two\nlines", "replyTo")]
    public async Task Question_OutOfBounds_NamesTheField(string text, string? replyTo, string field)
    {
        await using var engine = await StartAsync();
        Assert.Equal(field, (string?)(await CallAsync(engine, HttpMethod.Post, "/v1/visitors/v1/questions", engine.TokenOf("v1"), new { text, replyTo }, "q")).Body["field"]);
    }
}
