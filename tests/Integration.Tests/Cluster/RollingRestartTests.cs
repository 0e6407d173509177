using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engagement.Testing;
using Xunit.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>Nodes stopped with SIGTERM and started again, one after another, while visitors come: nobody is lost, nobody is invited twice.</summary>
public sealed class RollingRestartTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What a stop may take by design.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Restart_OneNodeAfterAnother_EveryVisitorIsInvitedOnceAndStreamsCloseWithAHint()
    {
        await using var collector = await cluster.StartNodeAsync("collector");
        await using var first = await cluster.StartNodeAsync("engine");
        await using var second = await cluster.StartNodeAsync("engine");
        ServerProcess[] nodes = [collector, first, second];
        using var stop = new CancellationTokenSource();
        var presence = KeepPresentAsync(nodes, stop.Token);
        var invited = FollowAsync(nodes, stop.Token);
        var visitors = new List<string>();
        var coming = ComeAsync(collector, visitors, stop.Token);

        foreach (var node in new[] { first, second, collector })
        {
            await Task.Delay(1_000);
            using var stream = await ServerStream.OpenAsync(node, "/v1/agents/cards/stream", ServerProcess.AgentToken);
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, await node.StopAsync());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stopped in {clock.Elapsed.TotalSeconds:F1} s"));
            Assert.True(clock.Elapsed < StopMax, $"the stop took {clock.Elapsed}");
            await stream.Ended;
            Assert.True(stream.IsClosedWithHint, string.Join("; ", stream.Received));
            await node.StartAgainAsync();
        }

        await Task.Delay(500);
        await stop.CancelAsync();
        await coming;
        await presence;
        await ClusterFixture.SharedAsync(first, second);
        await first.CaughtUpAsync(Patience);
        await second.CaughtUpAsync(Patience);

        // By the log, which is the truth: of every acknowledged visitor one offer, of nobody two.
        var offers = await OffersAsync();
        output.WriteLine($"{visitors.Count} visitors, {offers.Count} offers recorded, {(await invited).Count} cards seen on some stream");
        Assert.True(visitors.Count > 10, $"{visitors.Count} visitors came");
        Assert.Equal(offers.Count, offers.Distinct().Count());
        foreach (var visitor in visitors) Assert.Equal((visitor, "floundering"), (visitor, (await ClusterVisitor.AskAsync(first, visitor, Patience)).GetProperty("state").GetString()));
        Assert.Equal(visitors.Count, offers.Count);
    }

    /// <summary>One visitor after another, each with three searches in vain that are sent until they are taken.</summary>
    private static async Task ComeAsync(ServerProcess collector, List<string> visitors, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var visitor = ClusterVisitor.Named(string.Create(CultureInfo.InvariantCulture, $"rolling-{visitors.Count}"));
            for (var search = 0; search < 3; search++)
            {
                using var answer = await collector.PostUntilTakenAsync(visitor.Search());
            }
            visitors.Add(visitor.Id);
            await Task.Delay(30, CancellationToken.None);
        }
    }

    private static async Task KeepPresentAsync(ServerProcess[] nodes, CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var isHeard = await nodes[turn % nodes.Length].TrySetPresenceAsync("ada", 100_000);
            await Task.Delay(isHeard ? 2_000 : 50, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A console that goes to the next node whenever its stream ends; the offers of the cards that it saw.</summary>
    private static async Task<HashSet<string>> FollowAsync(ServerProcess[] nodes, CancellationToken stop)
    {
        var seen = new HashSet<string>();
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            try
            {
                using var stream = await ServerStream.OpenAsync(nodes[turn % nodes.Length], "/v1/agents/cards/stream", ServerProcess.AgentToken);
                await Task.WhenAny(stream.Ended, Task.Delay(Timeout.Infinite, stop));
                foreach (var (_, data) in stream.Received.Where(r => r.Name == "reserved"))
                    seen.Add(JsonSerializer.Deserialize<JsonElement>(data).GetProperty("offer").GetString()!);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
        return seen;
    }

    /// <summary>Every <c>invitation_offered</c> in the log.</summary>
    private async Task<List<string>> OffersAsync()
    {
        await using var log = await cluster.OpenLogAsync();
        var offers = new List<string>();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            foreach (var record in await Kill.UninterruptedRun.ReadAllAsync(log, Engagement.Core.Contracts.Topics.Events, partition))
            {
                using var json = JsonDocument.Parse(record);
                if (json.RootElement.GetProperty("type").GetString() == "invitation_offered") offers.Add(json.RootElement.GetProperty("id").GetString()!);
            }
        }
        return offers;
    }
}
