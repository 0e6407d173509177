using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>Ownership of partitions, and effects that come with their checkpoint or not at all.</summary>
public abstract class DeliveryStoreCommitContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    [Fact]
    public async Task TakePartitionAsync_EachTime_HigherEpoch()
    {
        var first = await Store.TakePartitionAsync(Partition, default);
        var second = await Store.TakePartitionAsync(Partition, default);
        Assert.True(second.Epoch > first.Epoch);
        await ReopenAsync();
        Assert.True((await Store.TakePartitionAsync(Partition, default)).Epoch > second.Epoch);
    }

    [Fact]
    public async Task CommitAsync_Checkpoint_ComesBackWholeToTheNextOwner()
    {
        var ownership = await Store.TakePartitionAsync(Partition, default);
        ImmutableArray<CheckpointSplit> splits = [new(new VisitorKey(1, 2), 30), new(new VisitorKey(ulong.MaxValue, 4), 31)];
        await Store.CommitAsync(new PartitionCommit { Checkpoint = Checkpoint(ownership.Epoch, 42) with { OldestLive = 17, Splits = splits } }, default);
        await ReopenAsync();
        var found = (await Store.TakePartitionAsync(Partition, default)).Checkpoint!;
        Assert.Equal((42L, 17L, ownership.Epoch, PartitionCheckpoint.CurrentStateVersion), (found.Position, found.OldestLive, found.Epoch, found.StateVersion));
        Assert.Equal(splits, found.Splits.ToArray());
    }

    [Fact]
    public async Task CommitAsync_EarlierEpoch_FencedAndNothingWritten()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var lease = await ReserveAsync(visitor);
        var late = await CommitOf(DeliveryOf(visitor, OfferOf(visitor), lease));
        late.Assessments.Add(AssessmentOf(visitor));
        var owner = await Store.TakePartitionAsync(Partition, default);
        await using var cards = await ListenToCardsAsync();
        Assert.Equal(CommitOutcome.Fenced, await Store.CommitAsync(late, default));
        await cards.TakeAsync(0);
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
        Assert.Null(await Store.GetAssessmentAsync(Site, visitor, default));
        Assert.Equal(owner.Checkpoint, (await Store.TakePartitionAsync(Partition, default)).Checkpoint);
    }

    [Fact]
    public async Task CommitAsync_Repeated_ChangesNothingAndDoesNotMoveBack()
    {
        var first = await CommitOf();
        await Store.CommitAsync(first, default);
        var second = new PartitionCommit { Checkpoint = first.Checkpoint with { Position = first.Checkpoint.Position + 5 } };
        await Store.CommitAsync(second, default);
        Assert.Equal(CommitOutcome.Done, await Store.CommitAsync(first, default));
        Assert.Equal(second.Checkpoint.Position, (await Store.TakePartitionAsync(Partition, default)).Checkpoint!.Position);
    }

    [Fact]
    public async Task CommitAsync_AfterTheAgentLeft_OfferIsNotDelivered()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var lease = await ReserveAsync(visitor);
        Assert.Empty((await Store.SetPresenceAsync(new PresenceRequest(Site, "anna", PresenceStatus.Away, 0), default)).Endings);
        await using var page = await ListenToAsync(visitor);
        await DeliverAsync(visitor, OfferOf(visitor), lease);
        await page.TakeAsync(0);
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
    }

    [Fact]
    public async Task CommitAsync_Endings_WithdrawOnceAndNeverWhatWasAccepted()
    {
        await AvailableAsync("anna", 2);
        var (open, talking) = (NewVisitor(), NewVisitor());
        var offer = await OpenOfferAsync(open);
        var accepted = await AcceptedOfferAsync(talking);
        await using var page = await ListenToAsync(open);
        await using var other = await ListenToAsync(talking);
        var commit = await CommitOf();
        commit.Endings.Add(new OfferEnding(Site, open, offer, OfferStatus.Withdrawn, "lapsed"));
        commit.Endings.Add(new OfferEnding(Site, talking, accepted, OfferStatus.Withdrawn, "left_site"));
        await Store.CommitAsync(commit, default);
        await Store.CommitAsync(commit, default);
        Assert.Contains("lapsed", Assert.Single(await page.TakeAsync(1)));
        await other.TakeAsync(0);
        Assert.Equal(OfferStatus.Accepted, (await Store.GetOfferAsync(Site, accepted, default))!.Status);
    }

    [Fact]
    public async Task CommitAsync_CardUpdate_NewCardWhileOpenAndNotAfterAcceptance()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await UpdateAsync("later card");
        Assert.Equal("\"later card\"", Text((await Store.GetOfferAsync(Site, offer, default))!.Card));
        await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "struck card");
        await UpdateAsync("still later card");
        Assert.Equal("\"struck card\"", Text((await Store.GetOfferAsync(Site, offer, default))!.Card));

        async Task UpdateAsync(string card)
        {
            var commit = await CommitOf();
            commit.Cards.Add(new CardUpdate(Site, offer, Json(card)));
            await Store.CommitAsync(commit, default);
        }
    }

    [Fact]
    public async Task CommitAsync_Assessments_LatestStepStaysAndGoesWithItsSession()
    {
        var visitor = NewVisitor();
        var early = await CommitOf();
        early.Assessments.Add(AssessmentOf(visitor, step: 1));
        var late = await CommitOf();
        late.Assessments.Add(AssessmentOf(visitor, step: 2));
        await Store.CommitAsync(late, default);
        Assert.Equal(2, (await Store.GetAssessmentAsync(Site, visitor, default))!.Step);
        var ended = await CommitOf();
        ended.SessionsEnded.Add((Site, visitor, OfferOf(visitor, 1, session: 9).Session));
        await Store.CommitAsync(ended, default);
        Assert.NotNull(await Store.GetAssessmentAsync(Site, visitor, default));
        ended = await CommitOf();
        ended.SessionsEnded.Add((Site, visitor, OfferOf(visitor).Session));
        await Store.CommitAsync(ended, default);
        Assert.Null(await Store.GetAssessmentAsync(Site, visitor, default));
    }

    [Fact]
    public async Task CommitAsync_Reopened_OffersAnswersAndConversationsStand()
    {
        await AvailableAsync("anna", 3);
        var (open, declined, talking) = (NewVisitor(), NewVisitor(), NewVisitor());
        var offer = await OpenOfferAsync(open);
        await AnswerAsync(declined, await OpenOfferAsync(declined), InvitationAnswer.Declined);
        var conversation = await AcceptedOfferAsync(talking);
        await Store.ClaimAsync(Site, conversation, "anna", default);
        await ReopenAsync();
        Assert.Equal(offer, (await Store.GetOfferOfAsync(Site, open, default))!.Offer);
        Assert.Equal((OfferStatus.Claimed, "anna"), ((await Store.GetOfferOfAsync(Site, talking, default))!.Status, (await Store.GetOfferOfAsync(Site, talking, default))!.Agent));
        await AvailableAsync("anna", 3);
        Assert.Equal(new AgentAvailability(1, 1), await Store.GetAvailabilityAsync(Site, default));
        Assert.Equal(OfferResolution.AlreadyOffered, (await ReserveAsync(declined, 2)).Resolution);
        Assert.True(await Store.EndConversationAsync(Site, conversation, "anna", default));
    }

    [Fact]
    public async Task CheckAsync_Healthy_DoesNotThrow() => await Store.CheckAsync(default);
}
