using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using static Integration.Tests.Redis.RedisStoreSteps;

namespace Integration.Tests.Redis;

/// <summary>A master of the Cluster dies under load: its replica takes over, nobody is given a slot twice, and it goes on by itself.</summary>
public sealed class RedisFailoverTests(ClusterRedis redis) : IClassFixture<ClusterRedis>
{
    private const int Slots = 40;

    [Fact]
    public async Task MasterKilled_UnderLoad_NoSlotTwiceAndItGoesOnByItself()
    {
        const string site = "shop";
        await using var one = await OpenAsync(redis.Cluster.Addresses);
        await using var two = await OpenAsync(redis.Cluster.Addresses);
        var heard = await two.HearAsync(Channels.CardsOf(site));
        await one.AvailableAsync(site, "anna", Slots);
        var owner = await one.TakePartitionAsync(0, default);
        var leases = new ConcurrentBag<(int Visitor, ReserveResult Lease)>();
        using var stop = new CancellationTokenSource();
        var position = 0L;
        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var visitor = worker + 1; !stop.IsCancellationRequested; visitor += 4)
            {
                var store = visitor % 2 == 0 ? one : two;
                var lease = await UntilItWorksAsync(() => store.ReserveAsync(site, visitor));
                if (lease.Resolution == OfferResolution.Reserved) leases.Add((visitor, lease));
                var commit = CommitOf(0, owner.Epoch, Interlocked.Increment(ref position));
                if (lease.Resolution == OfferResolution.Reserved) commit.Offers.Add(DeliveryOf(site, visitor, lease));
                commit.Assessments.Add(AssessmentOf(site, visitor));
                Assert.Equal(CommitOutcome.Done, await UntilItWorksAsync(() => store.CommitAsync(commit, default)));
                // Slowly at first, so that slots are left when the master dies.
                if (leases.Count < Slots) await Task.Delay(25);
            }
        })).ToArray();

        await UntilAsync(() => Task.FromResult(leases.Count >= Slots / 4));
        var dead = await redis.Cluster.KillMasterOfAsync("engagement:{shop}:leases");
        var before = leases.Count;
        await UntilAsync(async () =>
        {
            await UntilItWorksAsync(async () =>
            {
                await one.AvailableAsync(site, "anna", Slots);
                return true;
            });
            return leases.Count > before && leases.Count >= Slots;
        });
        await Task.Delay(500);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.Equal(Slots, leases.Count);
        Assert.Equal(new AgentAvailability(1, 0), await one.GetAvailabilityAsync(site, default));
        foreach (var (visitor, _) in leases)
            Assert.Equal(OfferStatus.Open, (await one.GetOfferOfAsync(site, Visitor(visitor), default))!.Status);
        Assert.Equal(position, (await one.TakePartitionAsync(0, default)).Checkpoint!.Position);
        // Whoever was subscribed at the dead node hears again.
        heard.Clear();
        await UntilAsync(async () =>
        {
            var stored = leases.First();
            await one.SetPresenceAsync(new PresenceRequest(site, "anna", PresenceStatus.Away, 0), default);
            await one.AvailableAsync(site, "bert", 1_000);
            var again = await one.ReserveAsync(site, 1_000_000 + heard.Count + Random.Shared.Next(1_000_000));
            Assert.NotEqual(default, stored);
            return !heard.IsEmpty || again.Resolution != OfferResolution.Reserved;
        });
        await dead.StartAgainAsync();
        await redis.Cluster.SettledAsync();
        await one.CheckAsync(default);
    }
}
