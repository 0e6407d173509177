using Engagement.Server.Replay;
using Engagement.Testing;
using Xunit.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>The same code path: a real shop's night, in one process and over a collector and two engines, decides alike.</summary>
public sealed class ClusterReplayTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    [RecordedDataFact]
    public async Task Replay_EmbeddedAndCluster_SameDecisionsOfEveryVisitorTimersIncluded()
    {
        var recording = ReplayTests.Read();
        var data = Directory.CreateTempSubdirectory("engagement-replay-");
        try
        {
            ReplayServer.WriteSecret(data.FullName);
            ReplayReport embedded;
            await using (var alone = await ServerProcess.StartAsync(data.FullName)) embedded = await ReplayTests.RunAsync(alone.Address, recording, _ => { });

            await using var collector = await cluster.StartNodeAsync("collector");
            await using var first = await cluster.StartNodeAsync("engine");
            await using var second = await cluster.StartNodeAsync("engine");
            // Both have partitions before anything is decided: else one of them might do it all.
            await ClusterFixture.SharedAsync(first, second);
            var shared = await ReplayTests.RunAsync(collector.Address, recording, _ => { }, first.Address, second.Address);

            output.WriteLine($"{shared.Decisions} decisions, {shared.DecisionsByTimer} by timer, {shared.Offers} offers");
            foreach (var report in new[] { embedded, shared })
            {
                Assert.Equal((ReplayTests.EventsOfTheNight, 0, ReplayTests.EventsOfTheNight), (report.Accepted, report.Rejected, report.Events));
                Assert.Equal(0, report.OffersTwice);
                Assert.InRange(report.Offers, 50, ReplayTests.EventsOfTheNight);
                Assert.InRange(report.DecisionsByTimer, 10, report.Decisions);
            }
            ReplayTests.AssertSameLines(embedded.Canonical, shared.Canonical);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
