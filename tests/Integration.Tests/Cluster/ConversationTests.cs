using Engagement.Testing;

namespace Integration.Tests.Cluster;

/// <summary>A conversation over two nodes, one of which dies.</summary>
public sealed class ConversationTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ClusterFixture _cluster = new();
    private ServerProcess _a = null!;
    private ServerProcess _b = null!;

    public async Task InitializeAsync()
    {
        await _cluster.InitializeAsync();
        var nodes = await Task.WhenAll(_cluster.StartNodeAsync("all"), _cluster.StartNodeAsync("all"));
        (_a, _b) = (nodes[0], nodes[1]);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in new[] { _a, _b }) await node.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Conversation_VisitorAtOneNodeAgentAtAnother_TenEachInOrder_AndWithoutLossWhenTheAgentsNodeIsKilled()
    {
        var visitor = await ClusterVisitor.ArriveAsync(_a);
        using var page = await visitor.ListenAsync(_a);
        Assert.True(await _b.TrySetPresenceAsync("anna", 1));
        await visitor.FlounderAsync(_a);
        var offer = (await page.FindAsync("invitation", Patience)).GetProperty("id").GetString()!;
        Assert.Equal(200, (await visitor.AnswerAsync(_a, offer, "accepted")).Status);
        Assert.Equal(200, (await ClusterVisitor.CallAsync(_b, HttpMethod.Post, $"/v1/cards/{offer}/claim", ServerProcess.AgentToken, new { agent = "anna" })).Status);

        await using var her = await HubClient.OpenAsync(_a.Client.BaseAddress!, visitor.Token);
        var desk = await HubClient.OpenAsync(_b.Client.BaseAddress!, ServerProcess.AgentToken, "anna");
        await her.JoinAsync(offer);
        await desk.JoinAsync(offer);
        for (var i = 0; i < 10; i++)
        {
            await her.SendAsync(offer, $"v{i}", $"question {i}");
            await desk.SendAsync(offer, $"a{i}", $"answer {i}");
        }
        foreach (var client in new[] { her, desk })
        {
            await client.TakeAsync(21);
            Assert.Equal(Enumerable.Range(1, 21).Select(n => (long)n), client.Numbers);
        }
        Assert.Equal(Texts("question", "answer"), her.Entries.Skip(1).Select(e => (string)e["text"]!));
        // Across nodes each hears that the other writes, and up to where things have arrived.
        await her.CallAsync("Writing", offer);
        await her.CallAsync("Received", offer, 21);
        Assert.Equal(["writing", "received"], (await desk.SignsAsync(2)).Select(s => (string)s["kind"]!));
        Assert.Equal(21, (long)desk.Signs[1]["received"]!);

        var seen = desk.Numbers[^1];
        await _b.KillAsync();
        await desk.DisposeAsync();
        for (var i = 10; i < 13; i++) Assert.NotNull((await her.SendAsync(offer, $"v{i}", $"question {i}"))["seq"]);
        await using var again = await HubClient.OpenAsync(_a.Client.BaseAddress!, ServerProcess.AgentToken, "anna");
        await again.JoinAsync(offer, seen);
        await again.SendAsync(offer, "a9", "answer 9");
        Assert.NotNull((await again.SendAsync(offer, "a10", "answer 10"))["seq"]);
        await again.TakeAsync(4);
        Assert.Equal(["question 10", "question 11", "question 12", "answer 10"], again.Entries.Select(e => (string)e["text"]!));
        await her.TakeAsync(25);
        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), her.Numbers);
    }

    private static IEnumerable<string> Texts(string asked, string answered) =>
        Enumerable.Range(0, 10).SelectMany(i => new[] { $"{asked} {i}", $"{answered} {i}" });
}
