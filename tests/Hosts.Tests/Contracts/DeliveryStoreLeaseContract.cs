using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using FsCheck;
using FsCheck.Fluent;

namespace Hosts.Tests.Contracts;

/// <summary>Leases: whom they go to, when they end, and that no slot is ever given twice.</summary>
public abstract class DeliveryStoreLeaseContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    [Fact]
    public async Task ReserveAsync_NobodyThere_NobodyFree() =>
        Assert.Equal(OfferResolution.NobodyFree, (await ReserveAsync(NewVisitor())).Resolution);

    [Fact]
    public async Task ReserveAsync_AgentFree_LeasesHerSlotForTheLease()
    {
        await AvailableAsync("anna");
        var before = Now;
        var lease = await ReserveAsync(NewVisitor());
        Assert.Equal((OfferResolution.Reserved, "anna"), (lease.Resolution, lease.Agent));
        Assert.InRange(lease.ExpiresAt.UnixMs, (before + TimeSpan.FromSeconds(45)).UnixMs, (Now + TimeSpan.FromSeconds(45)).UnixMs);
        Assert.Equal(new AgentAvailability(1, 0), await Store.GetAvailabilityAsync(Site, default));
        Assert.Equal(OfferResolution.NobodyFree, (await ReserveAsync(NewVisitor())).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_AskedAgainWhileTheLeaseLasts_SameAnswerAndOneSlot()
    {
        await AvailableAsync("anna", 2);
        var visitor = NewVisitor();
        var first = await ReserveAsync(visitor);
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(first, await ReserveAsync(visitor));
        Assert.Equal(1, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
    }

    [Fact]
    public async Task ReserveAsync_LeaseLapsed_SlotIsFreeByTimeAlone()
    {
        await AvailableAsync("anna");
        await ReserveAsync(NewVisitor());
        await PassAsync(TimeSpan.FromSeconds(25));
        await AvailableAsync("anna");
        await PassAsync(TimeSpan.FromSeconds(21));
        Assert.Equal(new AgentAvailability(1, 1), await Store.GetAvailabilityAsync(Site, default));
        Assert.Equal(OfferResolution.Reserved, (await ReserveAsync(NewVisitor())).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_SeveralFree_LeastLoadedThenLongestWaiting()
    {
        await AvailableAsync("anna", 3);
        await AvailableAsync("bert", 3);
        var agents = new List<string?>();
        for (var i = 0; i < 6; i++)
        {
            agents.Add((await ReserveAsync(NewVisitor())).Agent);
            await PassAsync(TimeSpan.FromMilliseconds(20));
        }
        Assert.Equal(["anna", "bert", "anna", "bert", "anna", "bert"], agents);
    }

    [Fact]
    public async Task ReserveAsync_HeldOutOrObserving_SaysSoAndLeasesNothing()
    {
        await AvailableAsync("anna");
        Assert.Equal(OfferResolution.Holdout, (await Store.ReserveAsync(Wish(NewVisitor()) with { HeldOut = true }, default)).Resolution);
        Assert.Equal(OfferResolution.Observed, (await Store.ReserveAsync(Wish(NewVisitor()) with { ObserveOnly = true }, default)).Resolution);
        Assert.Equal(new AgentAvailability(1, 1), await Store.GetAvailabilityAsync(Site, default));
    }

    [Fact]
    public async Task ReserveAsync_HeldOutAndNobodyThere_NobodyFree() =>
        Assert.Equal(OfferResolution.NobodyFree, (await Store.ReserveAsync(Wish(NewVisitor()) with { HeldOut = true }, default)).Resolution);

    [Fact]
    public async Task ReserveAsync_CapOfTheHourReached_OfferCapUntilTheHourHasPassed()
    {
        await AvailableAsync("anna", 10);
        Assert.Equal(OfferResolution.Reserved, (await Capped()).Resolution);
        Assert.Equal(OfferResolution.Reserved, (await Capped()).Resolution);
        Assert.Equal(OfferResolution.OfferCap, (await Capped()).Resolution);
        await PassAsync(TimeSpan.FromMinutes(61));
        await AvailableAsync("anna", 10);
        Assert.Equal(OfferResolution.Reserved, (await Capped()).Resolution);

        ValueTask<ReserveResult> Capped() => Store.ReserveAsync(Wish(NewVisitor()) with { OffersPerHourMax = 2 }, default);
    }

    [Theory]
    [InlineData(InvitationAnswer.Declined)]
    [InlineData(InvitationAnswer.Ignored)]
    public async Task ReserveAsync_AfterANo_AlreadyOffered(InvitationAnswer no)
    {
        await AvailableAsync("anna", 5);
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await AnswerAsync(visitor, offer, InvitationAnswer.Shown);
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, no));
        Assert.Equal(OfferResolution.AlreadyOffered, (await ReserveAsync(visitor, 2)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_WhileOneIsOpen_AlreadyOfferedAlsoToAnotherSessionOfTheVisitor()
    {
        await AvailableAsync("anna", 5);
        var visitor = NewVisitor();
        await OpenOfferAsync(visitor);
        Assert.Equal(OfferResolution.AlreadyOffered, (await ReserveAsync(visitor, 2)).Resolution);
        Assert.Equal(OfferResolution.AlreadyOffered, (await ReserveAsync(visitor, 1, session: 1)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_NewSessionAfterANo_Reserved()
    {
        await AvailableAsync("anna", 5);
        var visitor = NewVisitor();
        await AnswerAsync(visitor, await OpenOfferAsync(visitor), InvitationAnswer.Declined);
        Assert.Equal(OfferResolution.Reserved, (await ReserveAsync(visitor, 1, session: 1)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_AfterWithdrawal_OneMore()
    {
        await AvailableAsync("anna", 5);
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        var commit = await CommitOf();
        commit.Endings.Add(new OfferEnding(Site, visitor, offer, OfferStatus.Withdrawn, "lapsed"));
        await Store.CommitAsync(commit, default);
        Assert.Equal(OfferResolution.Reserved, (await ReserveAsync(visitor, 2)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_LapsedUnseenBeforeItsEndingCame_OneMore()
    {
        await AvailableAsync("anna", 5);
        var visitor = NewVisitor();
        await OpenOfferAsync(visitor);
        await PassAsync(TimeSpan.FromSeconds(46));
        await AvailableAsync("anna", 5);
        Assert.Equal(OfferResolution.Reserved, (await ReserveAsync(visitor, 2)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_LapsedThoughSeen_AlreadyOffered()
    {
        await AvailableAsync("anna", 5);
        var visitor = NewVisitor();
        await AnswerAsync(visitor, await OpenOfferAsync(visitor), InvitationAnswer.Shown);
        await PassAsync(TimeSpan.FromSeconds(46));
        await AvailableAsync("anna", 5);
        Assert.Equal(OfferResolution.AlreadyOffered, (await ReserveAsync(visitor, 2)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_LogTime_LeaseLapsesByTheLogsClockAlone()
    {
        await AvailableAsync("anna");
        var then = new Instant(1_500_000_000_000);
        var lease = await Store.ReserveAsync(Wish(NewVisitor()) with { LogTime = then }, default);
        Assert.Equal(then + TimeSpan.FromSeconds(45), lease.ExpiresAt);
        Assert.Equal(OfferResolution.NobodyFree, (await Store.ReserveAsync(Wish(NewVisitor()) with { LogTime = then + TimeSpan.FromSeconds(44) }, default)).Resolution);
        Assert.Equal(OfferResolution.Reserved, (await Store.ReserveAsync(Wish(NewVisitor()) with { LogTime = then + TimeSpan.FromSeconds(46) }, default)).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_Reopened_LeaseStands()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var lease = await ReserveAsync(visitor);
        await ReopenAsync();
        Assert.Equal(lease, await ReserveAsync(visitor));
        await AvailableAsync("anna");
        Assert.Equal(OfferResolution.NobodyFree, (await ReserveAsync(NewVisitor())).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_ReopenedWithinAPresence_AgentsAreStillThere()
    {
        await AvailableAsync("anna", 2);
        await ReopenAsync();
        Assert.Equal(OfferResolution.Reserved, (await ReserveAsync(NewVisitor())).Resolution);
    }

    [Fact]
    public async Task ReserveAsync_ReopenedAfterAPresence_NobodyIsFree()
    {
        await AvailableAsync("anna", 2);
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        await ReopenAsync();
        Assert.Equal(OfferResolution.NobodyFree, (await ReserveAsync(NewVisitor())).Resolution);
    }

    /// <summary>A batch may be long in the log's time: killed before its offers were recorded, it is decided again from before the first of them.</summary>
    [Fact]
    public async Task ReserveAsync_LogTime_TwoOffersOfOneBatchWishedAgain_BothAsTheFirstTime()
    {
        await AvailableAsync("anna", 5);
        var (visitor, then) = (NewVisitor(), Now - TimeSpan.FromHours(2));
        var first = await WishAsync(1, 0);
        var second = await WishAsync(2, 46);
        Assert.Equal((OfferResolution.Reserved, OfferResolution.Reserved), (first.Resolution, second.Resolution));

        var (firstAgain, secondAgain) = (await WishAsync(1, 0), await WishAsync(2, 46));
        Assert.Equal((OfferResolution.Reserved, first.ExpiresAt), (firstAgain.Resolution, firstAgain.ExpiresAt));
        Assert.Equal((OfferResolution.Reserved, second.ExpiresAt), (secondAgain.Resolution, secondAgain.ExpiresAt));

        ValueTask<ReserveResult> WishAsync(int ordinal, int seconds) =>
            Store.ReserveAsync(Wish(visitor, ordinal) with { LogTime = then + TimeSpan.FromSeconds(seconds) }, default);
    }

    [Fact]
    public async Task ReserveAsync_LogTimesOfTwoPartitions_LeaseFromTheWishersOwn()
    {
        await AvailableAsync("anna", 3);
        var then = Now - TimeSpan.FromDays(30);
        await Store.ReserveAsync(Wish(NewVisitor()) with { LogTime = then + TimeSpan.FromSeconds(20) }, default);
        var behind = await Store.ReserveAsync(Wish(NewVisitor()) with { LogTime = then }, default);
        Assert.Equal((OfferResolution.Reserved, then + TimeSpan.FromSeconds(45)), (behind.Resolution, behind.ExpiresAt));
    }

    [Fact]
    public async Task ReserveAsync_ManyAtOnce_AsManyLeasesAsSlots()
    {
        await AvailableAsync("anna", 3);
        await AvailableAsync("bert", 4);
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () => await ReserveAsync(NewVisitor()))));
        Assert.Equal(7, results.Count(r => r.Resolution == OfferResolution.Reserved));
        Assert.Equal(3, results.Count(r => r.Agent == "anna"));
        Assert.Equal(93, results.Count(r => r.Resolution == OfferResolution.NobodyFree));
    }

    /// <summary>Whatever happens in whatever order, an agent never holds more than her capacity.</summary>
    [Fact]
    public void ReserveAsync_AnyCourseOfEvents_NeverMoreThanCapacity() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps => RunAsync(steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(PropertyRuns));

    /// <summary>Cases of the property.</summary>
    protected virtual int PropertyRuns => 40;

    private async Task<bool> RunAsync(byte[] steps)
    {
        const int capacity = 3;
        var site = $"{Site}-{NewVisitor().Low}";
        var held = new Dictionary<OfferId, (VisitorKey Visitor, Instant Until)>();
        var accepted = new HashSet<OfferId>();
        foreach (var step in steps)
        {
            await Store.SetPresenceAsync(new PresenceRequest(site, "anna", PresenceStatus.Available, capacity), default);
            switch (step % 5)
            {
                case 0 or 1:
                    var wishes = Enumerable.Range(0, 1 + step % 4).Select(_ => Wish(NewVisitor()) with { Site = site }).ToArray();
                    var leases = await Task.WhenAll(wishes.Select(w => Store.ReserveAsync(w, default).AsTask()));
                    foreach (var (wish, lease) in wishes.Zip(leases).Where(p => p.Second.Resolution == OfferResolution.Reserved))
                    {
                        held[wish.Offer] = (wish.Visitor, lease.ExpiresAt);
                        await DeliverAsync(wish.Visitor, wish.Offer, lease, site);
                    }
                    break;
                case 2:
                    await PassAsync(TimeSpan.FromSeconds(step));
                    break;
                case 3 when held.Count > 0:
                    var (offer, (visitor, _)) = held.First();
                    var request = new AnswerRequest { Site = site, Visitor = visitor, Offer = offer, Answer = (InvitationAnswer)(step / 5 % 4) };
                    if (await Store.AnswerAsync(request, default) != AnswerOutcome.Done) break;
                    if (request.Answer is InvitationAnswer.Declined or InvitationAnswer.Ignored) held.Remove(offer);
                    if (request.Answer == InvitationAnswer.Accepted && accepted.Add(offer)) held[offer] = (visitor, Now + Limits.ClaimGiveUpAfter);
                    break;
                case 4 when held.Count > 0:
                    var last = held.Last().Key;
                    if ((await Store.ClaimAsync(site, last, "anna", default)).Outcome != ClaimOutcome.Claimed) break;
                    held[last] = (held[last].Visitor, Instant.Never);
                    if (step % 2 == 0 && await Store.EndConversationAsync(site, last, "anna", default)) held.Remove(last);
                    break;
            }
            if (held.Count(h => h.Value.Until > Now) > capacity) return false;
        }
        return true;
    }

    private async Task DeliverAsync(VisitorKey visitor, OfferId offer, ReserveResult lease, string site) =>
        await Store.CommitAsync(await CommitOf(DeliveryOf(visitor, offer, lease) with { Site = site }), default);
}
