using System.Diagnostics;
using System.Globalization;
using Engagement.Core;
using Engagement.Testing;
using Xunit.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>What one node knows and another must act on: an open page, an agent who becomes free. The collector works on no partition: the engines do.</summary>
public sealed class AcrossNodesTests(RolesFixture nodes, ITestOutputHelper output) : IClassFixture<RolesFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ServerProcess _collector = nodes.Collector;

    [Fact]
    public async Task Page_OpenOnAnotherNode_IsPresenceForTheWorkerAndForWhoeverAsks()
    {
        await FreeSlotsAsync("away", 0);
        var present = await ClusterVisitor.ArriveAsync(_collector);
        var gone = await ClusterVisitor.ArriveAsync(_collector);
        using var page = await present.ListenAsync(_collector);
        foreach (var visitor in new[] { present, gone }) await visitor.FlounderAsync(_collector);
        // Their last events say nothing any more of who is still there.
        await Task.Delay(Limits.PresenceAgeMax + TimeSpan.FromSeconds(2));
        foreach (var engine in new[] { nodes.First, nodes.Second })
        {
            Assert.DoesNotContain("stale", await BlockersAsync(engine, present));
            Assert.Contains("stale", await BlockersAsync(engine, gone));
        }

        await FreeSlotsAsync("available", 5);
        await page.FindAsync("invitation", Patience);
        using var late = await gone.ListenAsync(_collector);
        await Task.Delay(500);
        Assert.DoesNotContain(late.Received, r => r.Name == "invitation");
    }

    [Fact]
    public async Task AgentBecomesFree_AtAnotherNode_WakesTheWaitingAtOnce()
    {
        // By the sweep alone, once a second, half of them would take half a second and more.
        var bound = TimeSpan.FromMilliseconds(250);
        var times = new List<double>();
        for (var visit = 0; visit < 9; visit++)
        {
            await FreeSlotsAsync("away", 0);
            var visitor = await ClusterVisitor.ArriveAsync(_collector);
            using var page = await visitor.ListenAsync(_collector);
            await visitor.FlounderAsync(_collector);
            await UntilNobodyIsFreeAsync(visitor);
            var clock = Stopwatch.StartNew();
            await FreeSlotsAsync("available", 1);
            var offer = (await page.FindAsync("invitation", Patience)).GetProperty("id").GetString()!;
            times.Add(clock.Elapsed.TotalMilliseconds);
            await visitor.AnswerAsync(_collector, offer, "declined");
        }
        output.WriteLine(string.Join(" ", times.Select(t => t.ToString("F0", CultureInfo.InvariantCulture))) + " ms from the call to the page");
        Assert.InRange(times.Order().ElementAt(times.Count / 2), 0, bound.TotalMilliseconds);
    }

    /// <summary>Decided, and both engines have heard that nobody is free: what they then hear is news.</summary>
    private async Task UntilNobodyIsFreeAsync(ClusterVisitor visitor)
    {
        foreach (var engine in new[] { nodes.First, nodes.Second })
        {
            for (var clock = Stopwatch.StartNew(); ; await Task.Delay(20))
            {
                await engine.CaughtUpAsync(Patience);
                using var stats = await engine.GetJsonAsync("/v1/stats");
                if (stats.RootElement.GetProperty("freeSlots").GetInt32() == 0 && (await BlockersAsync(engine, visitor)).Contains("nobody_free")) break;
                if (clock.Elapsed > Patience) throw new TimeoutException($"Not waiting for an agent: {string.Join(", ", await BlockersAsync(engine, visitor))}");
            }
        }
    }

    private static async Task<string[]> BlockersAsync(ServerProcess node, ClusterVisitor visitor)
    {
        using var answer = await node.GetJsonAsync($"/v1/should-engage?visitor={visitor.Id}");
        return [.. answer.RootElement.GetProperty("blockers").EnumerateArray().Select(b => b.GetProperty("code").GetString()!)];
    }

    private async Task FreeSlotsAsync(string status, int capacity) => Assert.Equal(
        200, (await ClusterVisitor.CallAsync(_collector, HttpMethod.Put, "/v1/agents/ada/presence", ServerProcess.AgentToken, new { status, capacity })).Status);
}
