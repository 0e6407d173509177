using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Integration.Tests.Chaos;

/// <summary>
/// The cluster under a steady load while its parts are killed, stopped, emptied and cut off from one another: nothing acknowledged is lost, nobody is
/// offered twice, no slot is leaked or given twice, and every part is back to work by itself.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1";
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("ENGAGEMENT_SEED") ?? "20261122", CultureInfo.InvariantCulture);
    private static readonly int Actions = int.Parse(Environment.GetEnvironmentVariable("ENGAGEMENT_CHAOS") ?? (Long ? "200" : "12"), CultureInfo.InvariantCulture);

    /// <summary>Any part's recovery: an old broker tells a lost engine's partitions to the other only after its session of 6 s.</summary>
    private static readonly TimeSpan RecoveryBound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Cluster_WhateverIsKilledOrCut_LosesNothingAndOffersNothingTwice()
    {
        var random = new Random(Seed);
        var refusal = await ChaosNetwork.RefusalAsync();
        Assert.True(refusal is null || Environment.GetEnvironmentVariable("ENGAGEMENT_CI") is null, $"network cuts must be tested here, and cannot: {refusal}");
        Say(refusal is null ? "each party in a network namespace of its own" : $"WITHOUT network cuts: {refusal}");
        var schedule = ChaosSchedule.Draw(Actions, withNetwork: refusal is null, random);
        Say($"seed {Seed}, {schedule.Count} actions");

        await using var cluster = await ChaosCluster.StartAsync(withNetwork: refusal is null);
        using var client = new ClusterClient();
        var collector = cluster.Nodes[ChaosCluster.Collector].Address;
        var events = new EventSenders(client, collector, Seed);
        var pages = new PageVisitors(client, events, collector, cluster.Addresses, Seed);
        var desk = new AgentDesk(client, cluster.Addresses, AgentTeam.Three, Seed);
        var leases = new LeaseSampler(cluster.Store.CommandAsync, AgentTeam.Three);
        var probe = new RecoveryProbe(cluster, client, events, RecoveryBound);
        var recoveries = new RecoveryTable();

        IReadOnlyDictionary<int, long> durableTo;
        var done = 0;
        using var stopLoad = new CancellationTokenSource();
        using var stopDesk = new CancellationTokenSource();
        Task[] load = [events.RunAsync(stopLoad.Token), pages.RunAsync(stopLoad.Token)];
        Task[] staff = [desk.RunAsync(stopDesk.Token), leases.RunAsync(stopDesk.Token)];
        try
        {
            await probe.RecoverAsync(Stopwatch.StartNew());
            var actions = new ChaosActions(cluster, probe, recoveries, random);
            for (; done < schedule.Count; done++)
            {
                var kind = schedule[done];
                await Task.Delay(TimeSpan.FromSeconds(0.1 + 0.6 * random.NextDouble()));
                cluster.Note($"{done + 1}. {ChaosSchedule.Name(kind)}");
                var clock = await actions.RunAsync(kind);
                var recovery = await probe.RecoverAsync(clock);
                recoveries.Add(ChaosSchedule.Name(kind), recovery);
                cluster.Note(string.Create(CultureInfo.InvariantCulture, $"   recovered in {recovery.TotalSeconds:F1} s"));
                foreach (var fallen in load.Concat(staff).Where(t => t.IsFaulted)) await fallen;
                Assert.All(cluster.Nodes.Values, node => Assert.True(node.IsRunning, $"{node.Name} ended by itself:\n{node.Tail}"));
            }
            await stopLoad.CancelAsync();
            await Task.WhenAll(load);
            await leases.EveryFreeAsync(cluster, client);
            await probe.RecoverAsync(Stopwatch.StartNew());
            durableTo = await probe.GetPositionsAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {Seed}, after {done} actions ({string.Join(' ', schedule.Take(done + 1))}):\n{recoveries}\n{e.Message}\n{cluster.Tails}", e);
        }
        finally
        {
            await stopLoad.CancelAsync();
            await stopDesk.CancelAsync();
            await Task.WhenAll(load.Concat(staff)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await using var log = await cluster.OpenLogAsync();
        if (ChaosCluster.Keeps) await cluster.DumpAsync(log);
        var audit = await LogAudit.OfAsync(log, durableTo, cluster.ReadSites());
        Say(recoveries.ToString());
        Say($"{events.Acknowledged.Count} events acknowledged, {audit.EventIds.Count} in the log; {audit.Offers.Count} offers, {audit.Offers.Values.Sum()} records of them; "
            + $"{audit.Decisions} decisions, {audit.DecisionRecords} records of them; {audit.OffersLate} records of offers came too late to count; {pages.Visits.Count} pages heard {pages.Visits.Sum(v => v.Invitations.Count)} invitations; "
            + $"{desk.Cards.Count} cards seen, {desk.Claimed.Count} claimed; {leases.Samples} looks at the leases: at most {leases.Most} of {AgentTeam.Three.Capacity} slots taken");
        Judge(audit, events, pages, desk, leases, recoveries);
    }

    private static void Judge(LogAudit audit, EventSenders events, PageVisitors pages, AgentDesk desk, LeaseSampler leases, RecoveryTable recoveries)
    {
        var faults = new List<string>(audit.Faults);
        faults.AddRange(events.Acknowledged.Except(audit.EventIds).Select(id => $"{id} was acknowledged and is not in the log"));
        faults.AddRange(audit.EventIds.Except(events.Sent).Select(id => $"{id} is in the log and was never sent"));
        var offered = audit.Offers.Keys.Select(o => o.ToString()).ToHashSet();
        foreach (var visit in pages.Visits)
        {
            faults.AddRange(visit.HeardAfterNo.Select(id => $"{visit.Visitor} said no and then heard {id}"));
            faults.AddRange(visit.Invitations.Except(offered).Select(id => $"{visit.Visitor} heard {id}, which the log does not know"));
            if (visit.Invitations.Count > Engagement.Core.Limits.OffersPerSessionMax) faults.Add($"{visit.Visitor} heard {visit.Invitations.Count} invitations");
        }
        faults.AddRange(desk.Cards.Keys.Except(offered).Select(id => $"a card of {id} was seen, which the log does not know"));
        faults.AddRange(desk.ClaimedTwice.Select(id => $"two agents were told they have {id}"));
        faults.AddRange(leases.OverGranted.Select(text => $"more slots taken than there are: {text}"));
        Assert.True(faults.Count == 0, $"seed {Seed}, {Actions} actions: {faults.Count} faults, the first:\n{string.Join('\n', faults.Take(20))}\n{recoveries}");
        Assert.NotEmpty(audit.Offers);
        Assert.NotEmpty(desk.Claimed);
        Assert.InRange(leases.Most, 1, AgentTeam.Three.Capacity);
        Assert.InRange(recoveries.MaxSeconds, 0, RecoveryBound.TotalSeconds);
    }

    private void Say(string text) => output.WriteLine(text);
}

/// <summary>Recoveries are timed: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosCollection
{
    public const string Name = "Chaos";
}
