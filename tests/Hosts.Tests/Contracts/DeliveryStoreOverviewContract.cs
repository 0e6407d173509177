using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>What is counted for the owner's page: each once, in its hour, whoever counts it and however often it is told.</summary>
public abstract class DeliveryStoreOverviewContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    private const long Begin = 100;

    private int Hour => Tallies.HourOf(Now);

    private async Task<StoredOverview> OverviewAsync() => await Store.GetOverviewAsync(Site, default);

    private async Task<long> CountAsync(Tally tally, int? hour = null) =>
        (await OverviewAsync()).Tallies.Where(t => t.Tally == tally && (hour is null || t.Hour == hour)).Sum(t => t.Count);

    /// <summary>A commit up to <paramref name="position"/> that counts a visit at each of these offsets.</summary>
    private PartitionCommit Counting(long epoch, long position, int hour, params long[] offsets) => new()
    {
        Checkpoint = Checkpoint(epoch, position),
        Tallies = [TallyOf([.. offsets.Select(o => new TallyEntry(hour, Tally.Visits, o))])],
    };

    private SiteTally TallyOf(IReadOnlyList<TallyEntry> entries, bool byLog = false, params int[] standing) =>
        new(Site, byLog, entries, standing.Length == 0 ? [0, 0, 0, 0, 0] : [.. standing]);

    private async Task<long> TakeAsync() => (await Store.TakePartitionAsync(Partition, default)).Epoch;

    private async Task CommitAsync(PartitionCommit commit) => Assert.Equal(CommitOutcome.Done, await Store.CommitAsync(commit, default));

    [Fact]
    public async Task CommitAsync_Tallies_CountInTheirHours_AndOutliveAReopening()
    {
        var epoch = await TakeAsync();
        await CommitAsync(Counting(epoch, Begin + 3, Hour, Begin, Begin + 1, Begin + 1));
        await CommitAsync(Counting(epoch, Begin + 5, Hour - 1, Begin + 3));
        await ReopenAsync();
        Assert.Equal((3L, 1L), (await CountAsync(Tally.Visits, Hour), await CountAsync(Tally.Visits, Hour - 1)));
    }

    [Fact]
    public async Task CommitAsync_TalliesRepeated_CountOnce()
    {
        var commit = Counting(await TakeAsync(), Begin + 3, Hour, Begin, Begin + 2);
        await CommitAsync(commit);
        await CommitAsync(commit);
        Assert.Equal(2, await CountAsync(Tally.Visits));
    }

    [Fact]
    public async Task CommitAsync_ByTheNextOwnerInOtherBatches_CountsWhatWasNot()
    {
        await CommitAsync(Counting(await TakeAsync(), Begin + 3, Hour, Begin, Begin + 2));
        // It reads again from before what was counted, as after a checkpoint that was lost, and cuts its batches elsewhere.
        var next = await TakeAsync();
        await CommitAsync(Counting(next, Begin + 1, Hour, Begin));
        await CommitAsync(Counting(next, Begin + 5, Hour, Begin + 2, Begin + 3, Begin + 4));
        Assert.Equal(4, await CountAsync(Tally.Visits));
    }

    [Fact]
    public async Task CommitAsync_OfAnEarlierOwner_CountsNothing()
    {
        var late = Counting(await TakeAsync(), Begin + 1, Hour, Begin);
        await TakeAsync();
        Assert.Equal(CommitOutcome.Fenced, await Store.CommitAsync(late, default));
        Assert.Equal(0, await CountAsync(Tally.Visits));
    }

    [Fact]
    public async Task CommitAsync_HoursTooOldOrOfAWrongClock_AreNotKept()
    {
        var epoch = await TakeAsync();
        await CommitAsync(Counting(epoch, Begin + 1, Hour - Limits.TallyHours, Begin));
        await CommitAsync(Counting(epoch, Begin + 2, Hour + Limits.TallyHours, Begin + 1));
        Assert.Equal(0, await CountAsync(Tally.Visits));

        var now = Hour;
        await CommitAsync(Counting(epoch, Begin + 3, now, Begin + 2));
        await PassAsync(TimeSpan.FromHours(Limits.TallyHours));
        epoch = await TakeAsync();
        await CommitAsync(Counting(epoch, Begin + 4, Hour, Begin + 3));
        Assert.Equal((0L, 1L), (await CountAsync(Tally.Visits, now), await CountAsync(Tally.Visits, Hour)));
    }

    [Fact]
    public async Task CommitAsync_BySiteOfTheLogsClock_KeepsTheLatestHours()
    {
        var epoch = await TakeAsync();
        var then = Hour - 10_000;
        await CommitAsync(new PartitionCommit
        {
            Checkpoint = Checkpoint(epoch, Begin + 2),
            Tallies = [TallyOf([new(then, Tally.Visits, Begin), new(then + Limits.TallyHours, Tally.Visits, Begin + 1)], byLog: true)],
        });
        Assert.Equal((0L, 1L), (await CountAsync(Tally.Visits, then), await CountAsync(Tally.Visits, then + Limits.TallyHours)));
    }

    [Fact]
    public async Task Standing_OfAllPartitions_IsTheLastSaid_AndNotBelievedForEver()
    {
        var (first, second) = (await TakeAsync(), (await Store.TakePartitionAsync(Partition + 1, default)).Epoch);
        await CommitAsync(new PartitionCommit { Checkpoint = Checkpoint(first, Begin), Tallies = [TallyOf([], false, 9, 9, 9, 9, 9)] });
        await CommitAsync(new PartitionCommit { Checkpoint = Checkpoint(first, Begin + 1), Tallies = [TallyOf([], false, 1, 0, 0, 0, 2)] });
        await CommitAsync(new PartitionCommit { Checkpoint = Checkpoint(second, Begin) with { Partition = Partition + 1 }, Tallies = [TallyOf([], false, 3, 0, 0, 4, 0)] });
        var standing = (await OverviewAsync()).Standing;
        Assert.Equal([4, 0, 0, 4, 2], standing.ToArray());
        await PassAsync(Limits.StandingMax);
        standing = (await OverviewAsync()).Standing;
        Assert.Equal([0, 0, 0, 0, 0], standing.ToArray());
    }

    [Fact]
    public async Task Offers_EachStep_CountsOnce()
    {
        await AvailableAsync("anna", 4);
        var (yes, no, quiet, gone) = (NewVisitor(), NewVisitor(), NewVisitor(), NewVisitor());
        var accepted = await OpenOfferAsync(yes);
        foreach (var answer in (InvitationAnswer[])[InvitationAnswer.Shown, InvitationAnswer.Shown, InvitationAnswer.Accepted, InvitationAnswer.Accepted])
            await AnswerAsync(yes, accepted, answer);
        await AnswerAsync(no, await OpenOfferAsync(no), InvitationAnswer.Declined);
        await AnswerAsync(quiet, await OpenOfferAsync(quiet), InvitationAnswer.Ignored);
        var withdrawn = await CommitOf();
        withdrawn.Endings.Add(new OfferEnding(Site, gone, await OpenOfferAsync(gone), OfferStatus.Withdrawn, "lapsed"));
        withdrawn = new PartitionCommit { Checkpoint = (await CommitOf()).Checkpoint, Endings = withdrawn.Endings };
        await CommitAsync(withdrawn);
        await CommitAsync(withdrawn);
        await Store.ClaimAsync(Site, accepted, "anna", default);
        await Store.ClaimAsync(Site, accepted, "anna", default);
        await Store.WrapUpAsync(new WrapUpRequest(Site, accepted, "anna", "not_helpful", null, Now), default);
        await Store.WrapUpAsync(new WrapUpRequest(Site, accepted, "anna", "not_helpful", null, Now), default);
        Assert.Equal(
            [Tally.Shown, Tally.Accepted, Tally.Declined, Tally.Ignored, Tally.Withdrawn, Tally.Claimed, Tally.NotHelpful],
            (await OverviewAsync()).Tallies.OrderBy(t => t.Tally).Select(t => t.Count == 1 && t.Hour == Hour ? t.Tally : Tally.Visits));
    }

    [Fact]
    public async Task Reservation_ThatLapsedUnseenByAnybody_CountsNothing()
    {
        await AvailableAsync("anna");
        await ReserveAsync(NewVisitor());
        await Store.WithdrawOffersAsync(Site, "site_off", default);
        Assert.Empty((await OverviewAsync()).Tallies);
    }

    [Fact]
    public async Task Asked_AndNobodyCame_CountsBoth_AndNoAcceptance()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var ask = new AskRequest { Site = Site, Visitor = visitor, Offer = OfferOf(visitor), FullCard = Json("card"), Invitation = Json("asked") };
        await Store.AskAsync(ask, default);
        await Store.AskAsync(ask, default);
        var asked = Now;
        var load = (await OverviewAsync()).Load;
        Assert.Equal((1, 1, 0, 1, 1), (load.Available, load.Capacity, load.FreeSlots, load.SlotsHeld, load.Waiting));
        Assert.InRange((asked - load.WaitingSince!.Value).TotalSeconds, -2, 2);

        await PassAsync(Limits.ClaimGiveUpAfter + TimeSpan.FromSeconds(1));
        await Store.SweepAsync(default);
        await Store.SweepAsync(default);
        Assert.Equal((1L, 1L, 0L), (await CountAsync(Tally.Asked), await CountAsync(Tally.Unclaimed), await CountAsync(Tally.Accepted)));
        load = (await OverviewAsync()).Load;
        Assert.Equal((0, null, 0, 0), (load.Waiting, load.WaitingSince, load.SlotsHeld, load.Available));
    }

    [Fact]
    public async Task HandedOver_IsNotAcceptedAgain()
    {
        await AvailableAsync("anna");
        await AvailableAsync("bert");
        var offer = await AcceptedOfferAsync(NewVisitor());
        var holder = (await Store.GetOfferAsync(Site, offer, default))!.Agent;
        await Store.ClaimAsync(Site, offer, holder, default);
        var other = holder == "anna" ? "bert" : "anna";
        Assert.Equal(TransferOutcome.Transferred, await Store.TransferAsync(new TransferRequest { Site = Site, Offer = offer, Agent = holder, ToAgent = other, At = Now }, default));
        await Store.ClaimAsync(Site, offer, other, default);
        Assert.Equal((1L, 2L), (await CountAsync(Tally.Accepted), await CountAsync(Tally.Claimed)));
    }

    [Fact]
    public async Task Questions_LeftAndAnswered_CountOnce_AndTheOldestIsKnown()
    {
        var asked = Now;
        StoredQuestion Question(string id, int after) => new(Site, id, NewVisitor(), asked + TimeSpan.FromSeconds(after), Json("text"));
        foreach (var question in (StoredQuestion[])[Question("q_1", 0), Question("q_2", 1), Question("q_1", 0)]) await Store.LeaveQuestionAsync(question, default);
        Assert.Equal((2, asked), ((await OverviewAsync()).Load.Questions, (await OverviewAsync()).Load.OldestQuestionAt));
        await Store.TakeQuestionAsync(Site, "q_1", "anna", default);
        await Store.FinishQuestionAsync(Site, "q_1", "anna", default);
        await Store.FinishQuestionAsync(Site, "q_1", "anna", default);
        Assert.Equal((2L, 1L), (await CountAsync(Tally.QuestionsLeft), await CountAsync(Tally.QuestionsAnswered)));
        Assert.Equal((1, asked + TimeSpan.FromSeconds(1)), ((await OverviewAsync()).Load.Questions, (await OverviewAsync()).Load.OldestQuestionAt));
    }

    [Fact]
    public async Task OfAnotherSite_IsNotToldHere()
    {
        await CommitAsync(Counting(await TakeAsync(), Begin + 1, Hour, Begin));
        var other = await Store.GetOverviewAsync($"{Site}-other", default);
        Assert.Empty(other.Tallies);
        Assert.Equal(new SiteLoad(0, 0, 0, 0, 0, null, 0, null), other.Load);
    }
}
