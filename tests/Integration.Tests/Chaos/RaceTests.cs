using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Integration.Tests.Chaos;

/// <summary>
/// A hundred agents with one slot each, visitors who race for them on two engines over a real Redis, two agents who race for each card, and the engines killed
/// one after the other: no slot is given twice, none is lost, and each card has one winner.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class RaceTests(ITestOutputHelper output)
{
    private const int Seed = 20261130;
    private const int Pages = 40;
    private static readonly int Offers = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 10_000 : 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 40 : 3);
    private static readonly AgentTeam Team = new([.. Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"agent{i}"))], 1, Pace: 4, HasRivals: true);

    [Fact]
    public async Task Offers_RacedForByAHundredAgents_WhileEnginesAreKilled_NoSlotIsOverLeasedAndNoneLeaks()
    {
        await using var cluster = await ChaosCluster.StartAsync(withNetwork: false);
        using var client = new ClusterClient();
        var collector = cluster.Nodes[ChaosCluster.Collector].Address;
        var events = new EventSenders(client, collector, Seed);
        var pages = new PageVisitors(client, events, collector, cluster.Addresses, Seed, Pages, pace: 4);
        var desk = new AgentDesk(client, cluster.Addresses, Team, Seed);
        var leases = new LeaseSampler(cluster.Store.CommandAsync, Team);
        var probe = new RecoveryProbe(cluster, client, events, TimeSpan.FromSeconds(30));
        using var stopLoad = new CancellationTokenSource();
        using var stopDesk = new CancellationTokenSource();
        Task[] staff = [desk.RunAsync(stopDesk.Token), leases.RunAsync(stopDesk.Token)];
        Task load = Task.CompletedTask;
        var clock = Stopwatch.StartNew();
        IReadOnlyDictionary<int, long> durableTo;
        try
        {
            load = pages.RunAsync(stopLoad.Token);
            foreach (var (engine, share) in ChaosCluster.Engines.Zip([1.0 / 3, 2.0 / 3]))
            {
                await CardsAsync((int)(Offers * share));
                await cluster.Nodes[engine].KillAsync();
                await probe.TakenOverAsync(ChaosCluster.Engines.Single(e => e != engine));
                await cluster.Nodes[engine].StartAsync();
                await probe.RecoverAsync(Stopwatch.StartNew());
            }
            await CardsAsync(Offers);
            await stopLoad.CancelAsync();
            await load;
            await leases.EveryFreeAsync(cluster, client);
            await probe.RecoverAsync(Stopwatch.StartNew());
            durableTo = await probe.GetPositionsAsync();
        }
        finally
        {
            await stopLoad.CancelAsync();
            await stopDesk.CancelAsync();
            await Task.WhenAll([load, .. staff]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await using var log = await cluster.OpenLogAsync();
        var audit = await LogAudit.OfAsync(log, durableTo, cluster.ReadSites());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{audit.Offers.Count} offers in {clock.Elapsed.TotalSeconds:F0} s, {desk.Claimed.Count} claimed, {pages.Visits.Count} visitors; {leases.Samples} looks at the leases: at most {leases.Most} of {Team.Capacity} slots of one agent taken"));
        var offered = audit.Offers.Keys.Select(o => o.ToString()).ToHashSet();
        Assert.Empty(audit.Faults);
        Assert.Empty(desk.Cards.Keys.Except(offered));
        Assert.Empty(desk.ClaimedTwice);
        Assert.Empty(leases.OverGranted);
        Assert.All(pages.Visits, visit => Assert.Empty(visit.HeardAfterNo));
        Assert.InRange(audit.Offers.Count, Offers, int.MaxValue);
        Assert.InRange(desk.Claimed.Count, Offers / 10, int.MaxValue);
        Assert.Equal(Team.Capacity, leases.Most);

        async Task CardsAsync(int count)
        {
            while (desk.Cards.Count < count)
            {
                if (load.IsFaulted) await load;
                Assert.True(clock.Elapsed < Patience, $"{desk.Cards.Count} of {count} cards within {Patience}\n{cluster.Tails}");
                await Task.Delay(100);
            }
        }
    }
}
