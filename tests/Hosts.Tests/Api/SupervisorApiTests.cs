using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Decisions;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>What a supervisor's key may of other agents, and an agent's may not.</summary>
public sealed class SupervisorApiTests : IDisposable
{
    private static readonly string Agents = TestSites.AgentToken("demo");
    private static readonly string Supervisors = TestSites.SupervisorToken("demo");

    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync() => RunningEngine.StartAsync(_folder.File("engagement.db"));

    private static async Task<(HttpStatusCode, string?)> CodeOfAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : (string?)JsonNode.Parse(text)!["code"]);
    }

    private static Task<HttpResponseMessage> PauseAsync(RunningEngine engine, string agent, string by, bool paused, string key) =>
        engine.CallAsync(HttpMethod.Put, $"/v1/agents/{agent}/pause", key, new { by, paused });

    private static async Task<JsonArray> AgentsAsync(RunningEngine engine, string key)
    {
        using var answer = await engine.CallAsync(HttpMethod.Get, "/v1/agents", key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["agents"]!.AsArray();
    }

    [Fact]
    public async Task Supervisor_MayAllThatAnAgentMay()
    {
        await using var engine = await StartAsync();
        using var presence = await engine.CallAsync(HttpMethod.Put, "/v1/agents/lena/presence", Supervisors, new { status = "available" });
        Assert.Equal("supervisor", (string?)JsonNode.Parse(await presence.Content.ReadAsStringAsync())!["role"]);
        using var cards = await engine.CallAsync(HttpMethod.Get, "/v1/agents/cards", Supervisors);
        Assert.Equal(HttpStatusCode.OK, cards.StatusCode);
        using var hub = await engine.CallAsync(HttpMethod.Post, "/v1/conversations/hub/negotiate?negotiateVersion=1&agent=lena", Supervisors);
        Assert.Equal(HttpStatusCode.OK, hub.StatusCode);
        using var overview = await engine.CallAsync(HttpMethod.Get, "/v1/overview", Supervisors);
        Assert.Equal(HttpStatusCode.Forbidden, overview.StatusCode);
    }

    [Fact]
    public async Task ListAgents_WhatTheyHold_OnlyForSupervisors_AndNothingThatWasSaid()
    {
        await using var engine = await StartAsync();
        var id = await engine.ClaimedAsync();
        var anna = Assert.Single(await AgentsAsync(engine, Supervisors))!;
        Assert.Equal(("anna", "available", 2, 1), ((string?)anna["agent"], (string?)anna["status"], (int)anna["capacity"]!, (int)anna["freeSlots"]!));
        var seat = Assert.Single(anna["seats"]!.AsArray())!;
        Assert.Equal((id, "claimed"), ((string?)seat["id"], (string?)seat["status"]));
        Assert.Equal(["id", "since", "status"], seat.AsObject().Select(m => m.Key).Where(k => k is not ("language" or "skill")).Order());
        Assert.Null(Assert.Single(await AgentsAsync(engine, Agents))!["seats"]);
        // She takes no part in it: its words are not hers to read.
        using var transcript = await engine.CallAsync(HttpMethod.Get, $"/v1/conversations/{id}/transcript?agent=lena", Supervisors);
        Assert.Equal(HttpStatusCode.NotFound, transcript.StatusCode);
    }

    [Fact]
    public async Task Pause_BySupervisorOrHerself_NobodyIsInvitedOnHerBehalf()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        Assert.NotNull(await engine.OfferOfAsync("v1"));
        Assert.Equal((HttpStatusCode.OK, null), await CodeOfAsync(PauseAsync(engine, "anna", "lena", true, Supervisors)));
        await RunningEngine.UntilAsync(async () => await engine.CountAsync("invitation_withdrawn") == 1);
        Assert.Null(await engine.OfferOfAsync("v1"));
        using (var renewed = await engine.CallAsync(HttpMethod.Put, "/v1/agents/anna/presence", Agents, new { status = "available", capacity = 2 }))
        {
            var answer = JsonNode.Parse(await renewed.Content.ReadAsStringAsync())!;
            Assert.Equal(("available", "lena", 0, "agent"), ((string?)answer["status"], (string?)answer["pausedBy"], (int)answer["freeSlots"]!, (string?)answer["role"]));
        }
        Assert.Equal("lena", (string?)Assert.Single(await AgentsAsync(engine, Agents))!["pausedBy"]);
        // She may go on when she likes.
        Assert.Equal((HttpStatusCode.OK, null), await CodeOfAsync(PauseAsync(engine, "anna", "anna", false, TestSites.OwnAgentToken("demo", "anna"))));
        await engine.FlounderAsync("v2");
        Assert.NotNull(await engine.OfferOfAsync("v2"));
    }

    [Fact]
    public async Task OfAnother_OnlyWithASupervisorsKey()
    {
        await using var engine = await StartAsync();
        var id = await engine.ClaimedAsync();
        (string Path, HttpMethod Method, object Body)[] calls =
        [
            ("/v1/agents/anna/pause", HttpMethod.Put, new { by = "bert", paused = true }),
            ($"/v1/conversations/{id}/transfer", HttpMethod.Post, new { agent = "bert", holder = "anna", toAgent = "bert" }),
            ($"/v1/cards/{id}/end", HttpMethod.Post, new { agent = "bert", holder = "anna" }),
        ];
        foreach (var (path, method, body) in calls)
            Assert.Equal((path, (HttpStatusCode.Forbidden, "supervisors_only")), (path, await CodeOfAsync(engine.CallAsync(method, path, Agents, body))));
        // A key of one supervisor acts in her name alone.
        var lenas = TestSites.OwnSupervisorToken("demo", "lena");
        foreach (var (path, method, body) in calls)
            Assert.Equal((path, (HttpStatusCode.Forbidden, "another_agents_key")), (path, await CodeOfAsync(engine.CallAsync(method, path, lenas, body))));
        Assert.Equal((HttpStatusCode.OK, null), await CodeOfAsync(PauseAsync(engine, "anna", "lena", true, lenas)));
    }

    [Fact]
    public async Task Transfer_OfAnothersConversation_ToHerself_SheClaimsIt()
    {
        await using var engine = await StartAsync();
        var id = await engine.ClaimedAsync();
        object Take(string holder) => new { agent = "lena", holder, toAgent = "lena" };
        var path = $"/v1/conversations/{id}/transfer";
        Assert.Equal((HttpStatusCode.Conflict, "nobody_free"), await CodeOfAsync(engine.CallAsync(HttpMethod.Post, path, Supervisors, Take("anna"))));
        using (await engine.CallAsync(HttpMethod.Put, "/v1/agents/lena/presence", Supervisors, new { status = "available" })) { }
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await CodeOfAsync(engine.CallAsync(HttpMethod.Post, path, Supervisors, Take("bert"))));
        Assert.Equal((HttpStatusCode.OK, null), await CodeOfAsync(engine.CallAsync(HttpMethod.Post, path, Supervisors, Take("anna"))));
        using var claimed = await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/claim", Supervisors, new { agent = "lena" });
        Assert.Equal(HttpStatusCode.OK, claimed.StatusCode);
        // Now she takes part in it.
        using var transcript = await engine.CallAsync(HttpMethod.Get, $"/v1/conversations/{id}/transcript?agent=lena", Supervisors);
        Assert.Equal(HttpStatusCode.OK, transcript.StatusCode);
        using var before = await engine.CallAsync(HttpMethod.Get, $"/v1/conversations/{id}/transcript?agent=anna", Agents);
        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
    }

    [Fact]
    public async Task End_OfAnothersConversation_FreesHerSlot_AndSheSaysHowItWent()
    {
        await using var engine = await StartAsync();
        var id = await engine.ClaimedAsync();
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await CodeOfAsync(engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/end", Supervisors, new { agent = "lena" })));
        Assert.Equal((HttpStatusCode.OK, null), await CodeOfAsync(engine.CallAsync(HttpMethod.Post, $"/v1/cards/{id}/end", Supervisors, new { agent = "lena", holder = "anna" })));
        Assert.Empty(Assert.Single(await AgentsAsync(engine, Supervisors))!["seats"]!.AsArray());
        Assert.Equal((HttpStatusCode.OK, null), await CodeOfAsync(
            engine.CallAsync(HttpMethod.Post, $"/v1/conversations/{id}/wrap-up", Agents, new { agent = "anna", outcome = "resolved" })));
    }

    [Theory]
    [InlineData("anna", """{"paused": true}""", "by")]
    [InlineData("anna", """{"by": "le na", "paused": true}""", "by")]
    [InlineData("anna", """{"by": "lena"}""", "paused")]
    [InlineData("an%20na", """{"by": "lena", "paused": true}""", "agent")]
    public async Task Pause_OutOfBounds_NamesTheField(string agent, string body, string field)
    {
        await using var engine = await StartAsync();
        using var answer = await engine.CallAsync(HttpMethod.Put, $"/v1/agents/{agent}/pause", Supervisors, JsonNode.Parse(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["field"]);
    }

    [Fact]
    public async Task Pause_WhoIsNotThere_IsNotFound()
    {
        await using var engine = await StartAsync();
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await CodeOfAsync(PauseAsync(engine, "anna", "lena", true, Supervisors)));
    }
}
