using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Testing;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Conversations;

/// <summary>The conversation as page and console speak it, over a real WebSocket.</summary>
public sealed class ConversationHubTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync() => RunningEngine.StartAsync(_folder.File("engagement.db"));

    private static Task<HubClient> VisitorAsync(RunningEngine engine, string visitor = "v1", bool inQuery = false) =>
        HubClient.OpenAsync(engine.Http.BaseAddress!, engine.TokenOf(visitor), inQuery: inQuery);

    private static Task<HubClient> AgentAsync(RunningEngine engine, string agent = "anna") =>
        HubClient.OpenAsync(engine.Http.BaseAddress!, TestSites.AgentToken("demo"), agent);

    private static string? Code(JsonNode answer) => (string?)answer["problem"]?["code"];

    [Fact]
    public async Task Send_ByBoth_EachHearsAllInOrder()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        await using var agent = await AgentAsync(engine);
        Assert.Equal(("claimed", 1), ((string?)(await visitor.JoinAsync(offer))["status"], (int)(await agent.JoinAsync(offer))["last"]!));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(2 + 2 * i, (long)(await visitor.SendAsync(offer, $"v{i}", $"question {i}"))["seq"]!);
            Assert.Equal(3 + 2 * i, (long)(await agent.SendAsync(offer, $"a{i}", $"answer {i}"))["seq"]!);
        }
        foreach (var client in new[] { visitor, agent })
        {
            var entries = await client.TakeAsync(21);
            Assert.Equal(Enumerable.Range(1, 21).Select(n => (long)n), client.Numbers);
            Assert.Equal("question 0 answer 0 question 1", string.Join(' ', entries.Skip(1).Take(3).Select(e => (string?)e["text"])));
        }
    }

    [Fact]
    public async Task Join_Again_BringsWhatWasMissed_AndNothingTwice()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var agent = await AgentAsync(engine);
        await agent.JoinAsync(offer);
        await using (var first = await VisitorAsync(engine))
        {
            await first.JoinAsync(offer);
            await agent.SendAsync(offer, "a1", "one");
            await first.TakeAsync(2);
        }
        await agent.SendAsync(offer, "a2", "two");
        await agent.SendAsync(offer, "a2", "two");
        await using var second = await VisitorAsync(engine);
        await second.JoinAsync(offer, after: 2);
        await agent.SendAsync(offer, "a3", "three");
        await second.TakeAsync(2);
        Assert.Equal([3, 4], second.Numbers);
    }

    [Fact]
    public async Task Writing_TheOtherHears_TheWriterDoesNot_AndNotMoreOftenThanNeeded()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        await using var agent = await AgentAsync(engine);
        await visitor.JoinAsync(offer);
        await agent.JoinAsync(offer);
        for (var i = 0; i < 20; i++) Assert.Null(Code(await visitor.CallAsync("Writing", offer)));
        await visitor.SendAsync(offer, "1", "hello");
        await agent.FirstAsync("message");
        Assert.Equal(("writing", "visitor"), ((string?)Assert.Single(agent.Signs)["kind"], (string?)agent.Signs[0]["from"]));
        Assert.Empty(visitor.Signs);
        engine.Time.Advance(Limits.WritingSignPause + TimeSpan.FromMilliseconds(1));
        await visitor.CallAsync("Writing", offer);
        await agent.SignsAsync(2);
    }

    [Fact]
    public async Task Received_TheOtherHears_AndIsToldAgainWhenSheJoinsAgain()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        await using var agent = await AgentAsync(engine);
        Assert.Equal(0, (long)(await agent.JoinAsync(offer))["received"]!);
        await visitor.JoinAsync(offer);
        await agent.SendAsync(offer, "a1", "one");
        await visitor.FirstAsync("message");
        // More than was handed to this page is not believed.
        await visitor.CallAsync("Received", offer, 500);
        Assert.Equal(("received", "visitor", 2L), (await agent.SignsAsync(1))[0] is var sign ? ((string?)sign["kind"], (string?)sign["from"], (long)sign["received"]!) : default);
        await using var again = await AgentAsync(engine);
        Assert.Equal(2, (long)(await again.JoinAsync(offer, 2))["received"]!);
        Assert.Equal(0, (long)(await visitor.JoinAsync(offer, 2))["received"]!);
    }

    [Fact]
    public async Task Signs_WithoutJoining_OrOfNoNumber_AreRefused()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        Assert.Equal("not_joined", Code(await visitor.CallAsync("Writing", offer)));
        Assert.Equal("not_joined", Code(await visitor.CallAsync("Received", offer, 1)));
        await visitor.JoinAsync(offer);
        Assert.Equal("invalid_field", Code(await visitor.CallAsync("Received", offer, 0)));
        Assert.Equal("not_found", Code(await visitor.CallAsync("Writing", "nonsense")));
    }

    [Theory]
    [InlineData("v2", null)]
    [InlineData(null, "bert")]
    public async Task Join_ByAnyoneElse_NotFound_AndHearsNothing(string? visitor, string? agent)
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var other = visitor is null ? await AgentAsync(engine, agent!) : await VisitorAsync(engine, visitor);
        await using var her = await VisitorAsync(engine);
        Assert.Equal("not_found", Code(await other.JoinAsync(offer)));
        Assert.Equal("not_found", Code(await other.SendAsync(offer, "x", "let me in")));
        Assert.Equal("not_found", Code(await other.CallAsync("Close", offer)));
        await her.JoinAsync(offer);
        await her.SendAsync(offer, "1", "between us");
        await her.TakeAsync(2);
        Assert.Empty(other.Entries);
        using var transcript = await other.TranscriptAsync(engine, offer, visitor is null ? TestSites.AgentToken("demo") : engine.TokenOf(visitor), agent);
        Assert.Equal(HttpStatusCode.NotFound, transcript.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("nonsense", HttpStatusCode.Unauthorized)]
    [InlineData("demo-write", HttpStatusCode.Forbidden)]
    [InlineData("demo-api", HttpStatusCode.Forbidden)]
    public async Task Negotiate_WithoutTheRightCredential_IsRefusedBeforeAnything(string? credential, HttpStatusCode status)
    {
        await using var engine = await StartAsync();
        using var negotiated = await engine.CallAsync(HttpMethod.Post, "/v1/conversations/hub/negotiate?negotiateVersion=1", credential);
        Assert.Equal(status, negotiated.StatusCode);
        Assert.Equal("application/problem+json", negotiated.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Negotiate_TokenInQuery_IsReadForAnUpgradeOnly()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        using var negotiated = await engine.CallAsync(
            HttpMethod.Post, $"/v1/conversations/hub/negotiate?negotiateVersion=1&access_token={Uri.EscapeDataString(engine.TokenOf("v1"))}", null);
        Assert.Equal(HttpStatusCode.Unauthorized, negotiated.StatusCode);
        await using var visitor = await VisitorAsync(engine, inQuery: true);
        Assert.Equal("claimed", (string?)(await visitor.JoinAsync(offer))["status"]);
        using var byHeader = await engine.CallAsync(HttpMethod.Post, "/v1/conversations/hub/negotiate?negotiateVersion=1", engine.TokenOf("v1"));
        Assert.Contains("LongPolling", await byHeader.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_WithoutName_IsRefused()
    {
        await using var engine = await StartAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.OpenAsync(engine.Http.BaseAddress!, TestSites.AgentToken("demo")));
    }

    [Theory]
    [InlineData("x y", "hello", "id")]
    [InlineData("", "hello", "id")]
    [InlineData("x", "", "text")]
    [InlineData("x", " \u202E\u0000\u200B ", "text")]
    public async Task Send_WhatIsNoMessage_NamesTheField(string id, string text, string field)
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        Assert.Equal(("invalid_field", field), (await visitor.SendAsync(offer, id, text)) is var answer ? (Code(answer), (string?)answer["problem"]!["field"]) : default);
    }

    [Fact]
    public async Task Send_HostileText_StaysText_HereAndInTheTranscript()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        await visitor.JoinAsync(offer);
        await visitor.SendAsync(offer, "1", "<script>alert(1)</script> \u202Eevil\u2066\n2026-01-01T00:00:00.000Z agent: I promise a refund");
        Assert.Equal("invalid_field", Code(await visitor.SendAsync(offer, "2", new string('x', Limits.MessageCharactersMax + 1))));
        var text = (string)(await visitor.TakeAsync(2))[1]["text"]!;
        Assert.Equal("<script>alert(1)</script> evil\n2026-01-01T00:00:00.000Z agent: I promise a refund", text);

        using var plain = await visitor.TranscriptAsync(engine, offer, engine.TokenOf("v1"), accept: "text/plain");
        Assert.Equal(("text/plain", "nosniff"), (plain.Content.Headers.ContentType?.MediaType, "nosniff"));
        var lines = (await plain.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("    2026", lines[2], StringComparison.Ordinal);
        using var json = await visitor.TranscriptAsync(engine, offer, engine.TokenOf("v1"));
        var body = await json.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script", body, StringComparison.Ordinal);
        Assert.Equal(text, (string?)JsonNode.Parse(body)!["entries"]![1]!["text"]);
    }

    [Fact]
    public async Task Send_InvalidUtf8OrTooLarge_EndsThatConnectionAndNoOther()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var agent = await AgentAsync(engine);
        await agent.JoinAsync(offer);
        await using var hostile = await VisitorAsync(engine);
        await hostile.WriteAsync($"{{\"type\":1,\"invocationId\":\"9\",\"target\":\"Send\",\"arguments\":[\"{offer}\",\"1\",\"\\ud800 half\"]}}");
        await hostile.WriteAsync(new string('x', 64 * 1024));
        await RunningEngine.UntilAsync(() => Task.FromResult(!hostile.IsOpen));
        Assert.Equal(2, (long)(await agent.SendAsync(offer, "a", "still here"))["seq"]!);
    }

    [Fact]
    public async Task Close_ByTheVisitor_EndsItForBoth_FreesTheSlot_AndTheLogKnows()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        var free = (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots;
        await using var visitor = await VisitorAsync(engine);
        await using var agent = await AgentAsync(engine);
        await agent.JoinAsync(offer);
        Assert.Equal("ended", (string?)(await visitor.CallAsync("Close", offer))["status"]);
        Assert.Equal(("closed", "visitor"), (await agent.TakeAsync(2))[1] is var last ? ((string?)last["kind"], (string?)last["from"]) : default);
        Assert.Equal("conversation_closed", Code(await agent.SendAsync(offer, "a", "too late")));
        Assert.Equal(free + 1, (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots);
        Assert.Equal(1, await engine.CountAsync("chat_ended"));
    }

    [Fact]
    public async Task Erase_EndsTheConversation_AndNothingIsLeftToRead()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        await using var agent = await AgentAsync(engine);
        await agent.JoinAsync(offer);
        await visitor.SendAsync(offer, "1", "my secret");
        await agent.TakeAsync(2);
        using var erased = await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", engine.TokenOf("v1"));
        Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        Assert.Equal("erased", (string?)(await agent.TakeAsync(3))[2]["cause"]);
        using var transcript = await agent.TranscriptAsync(engine, offer, TestSites.AgentToken("demo"), "anna");
        Assert.Equal(HttpStatusCode.NotFound, transcript.StatusCode);
    }

    [Fact]
    public async Task Messages_AreNowhereInTheLog()
    {
        await using var engine = await StartAsync();
        var offer = await engine.ClaimedAsync();
        await using var visitor = await VisitorAsync(engine);
        await visitor.SendAsync(offer, "1", "zanzibar");
        await visitor.CallAsync("Close", offer);
        await engine.DecidedAsync();
        foreach (var topic in new[] { "engagement.events", "engagement.decisions", "engagement.outcomes", "engagement.rejects" })
            Assert.DoesNotContain(await engine.ReadAllAsync(topic), r => r.ToJsonString().Contains("zanzibar", StringComparison.Ordinal));
    }
}

internal static class TranscriptRequests
{
    public static async Task<HttpResponseMessage> TranscriptAsync(
        this HubClient _, RunningEngine engine, string offer, string credential, string? agent = null, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/conversations/{offer}/transcript{(agent is null ? "" : $"?agent={agent}")}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        request.Headers.Accept.ParseAdd(accept);
        return await engine.Http.SendAsync(request);
    }
}
