using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>Offers: answers, claims, conversations, presence, erasure, and what is said about them on the channels.</summary>
public abstract class DeliveryStoreOfferContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    [Fact]
    public async Task CommitAsync_Offer_StoredThenPublishedOnce()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        await using var page = await ListenToAsync(visitor);
        await using var cards = await ListenToCardsAsync();
        var lease = await ReserveAsync(visitor);
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
        var commit = await CommitOf(DeliveryOf(visitor, OfferOf(visitor), lease));
        await Store.CommitAsync(commit, default);
        await Store.CommitAsync(commit, default);
        Assert.Equal([$"\"invitation {OfferOf(visitor)}\""], await page.TakeAsync(1));
        Assert.Equal([$"\"reserved card {OfferOf(visitor)}\""], await cards.TakeAsync(1));
        var stored = await Store.GetOfferOfAsync(Site, visitor, default);
        Assert.Equal((OfferStatus.Open, "anna", lease.ExpiresAt), (stored!.Status, stored.Agent, stored.ExpiresAt));
        Assert.Equal($"\"reserved card {OfferOf(visitor)}\"", Text(Assert.Single(await Store.GetCardsAsync(Site, default))));
    }

    [Fact]
    public async Task AnswerAsync_Shown_Seen()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Shown));
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Shown));
        Assert.Equal(OfferStatus.Seen, (await Store.GetOfferAsync(Site, offer, default))!.Status);
    }

    [Fact]
    public async Task AnswerAsync_Accepted_FullCardPublishedOnceAndSlotStaysTaken()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await using var cards = await ListenToCardsAsync();
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "full card, struck"));
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "full card, struck"));
        Assert.Equal(["\"full card, struck\""], await cards.TakeAsync(1));
        Assert.Equal("\"full card, struck\"", Text((await Store.GetOfferOfAsync(Site, visitor, default))!.Card));
        Assert.Equal("\"full card, struck\"", Text(Assert.Single(await Store.GetCardsAsync(Site, default))));
        Assert.Equal(0, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
    }

    [Fact]
    public async Task AnswerAsync_Declined_SlotFreeAndWithdrawnForPageAndAgents()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await using var page = await ListenToAsync(visitor);
        await using var cards = await ListenToCardsAsync();
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Declined));
        Assert.Equal(AnswerOutcome.Done, await AnswerAsync(visitor, offer, InvitationAnswer.Declined));
        Assert.Equal(AnswerOutcome.AlreadyAnswered, await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "card"));
        Assert.Contains("declined", Assert.Single(await page.TakeAsync(1)));
        Assert.Contains("declined", Assert.Single(await cards.TakeAsync(1)));
        Assert.Equal(1, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
        Assert.Empty(await Store.GetCardsAsync(Site, default));
    }

    [Fact]
    public async Task AnswerAsync_AnotherVisitorsOffer_NotFound()
    {
        await AvailableAsync("anna");
        var offer = await OpenOfferAsync(NewVisitor());
        Assert.Equal(AnswerOutcome.NotFound, await AnswerAsync(NewVisitor(), offer, InvitationAnswer.Accepted));
        Assert.Equal(AnswerOutcome.NotFound, await AnswerAsync(NewVisitor(), OfferOf(NewVisitor()), InvitationAnswer.Accepted));
    }

    [Fact]
    public async Task AnswerAsync_LeaseLapsed_LapsedAndNothingSaid()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await using var cards = await ListenToCardsAsync();
        await PassAsync(TimeSpan.FromSeconds(46));
        Assert.Equal(AnswerOutcome.Lapsed, await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "card"));
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
        await cards.TakeAsync(0);
    }

    [Fact]
    public async Task AnswerAsync_Withdrawn_Lapsed()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await Store.WithdrawOffersAsync(Site, "site_off", default);
        Assert.Equal(AnswerOutcome.Lapsed, await AnswerAsync(visitor, offer, InvitationAnswer.Accepted, "card"));
    }

    [Fact]
    public async Task ClaimAsync_LeasedAgent_HasCardAndEveryoneIsTold()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await using var page = await ListenToAsync(visitor);
        await using var cards = await ListenToCardsAsync();
        var claim = await Store.ClaimAsync(Site, offer, "anna", default);
        Assert.Equal((ClaimOutcome.Claimed, "anna", visitor, "\"full card, struck\""), (claim.Outcome, claim.Holder, claim.Visitor, Text(claim.Card)));
        Assert.Equal(ClaimOutcome.Claimed, (await Store.ClaimAsync(Site, offer, "anna", default)).Outcome);
        Assert.Contains("claimed", Assert.Single(await page.TakeAsync(1)));
        Assert.Contains("anna", Assert.Single(await cards.TakeAsync(1)));
    }

    [Fact]
    public async Task ClaimAsync_AnotherAgent_OnlyAfterTwentySeconds()
    {
        await AvailableAsync("anna");
        var offer = await AcceptedOfferAsync(NewVisitor());
        Assert.Equal(ClaimOutcome.ReservedForAnother, (await Store.ClaimAsync(Site, offer, "bert", default)).Outcome);
        await PassAsync(Limits.ClaimNextAfter);
        Assert.Equal(ClaimOutcome.Claimed, (await Store.ClaimAsync(Site, offer, "bert", default)).Outcome);
        var late = await Store.ClaimAsync(Site, offer, "anna", default);
        Assert.Equal((ClaimOutcome.Taken, "bert", 0), (late.Outcome, late.Holder, late.Card.Length));
    }

    [Fact]
    public async Task ClaimAsync_NotAcceptedOrUnknown_SaysSo()
    {
        await AvailableAsync("anna");
        var offer = await OpenOfferAsync(NewVisitor());
        Assert.Equal(ClaimOutcome.NotAccepted, (await Store.ClaimAsync(Site, offer, "anna", default)).Outcome);
        Assert.Equal(ClaimOutcome.NotFound, (await Store.ClaimAsync(Site, OfferOf(NewVisitor()), "anna", default)).Outcome);
        Assert.Equal(ClaimOutcome.NotFound, (await Store.ClaimAsync("elsewhere", offer, "anna", default)).Outcome);
    }

    [Fact]
    public async Task ClaimAsync_HundredAtOnce_ExactlyOneWins()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await PassAsync(Limits.ClaimNextAfter);
        await using var page = await ListenToAsync(visitor);
        var claims = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await Store.ClaimAsync(Site, offer, $"agent-{i}", default))));
        var winner = Assert.Single(claims, c => c.Outcome == ClaimOutcome.Claimed);
        Assert.All(claims, c => Assert.Equal(winner.Holder, c.Holder));
        Assert.Equal(99, claims.Count(c => c.Outcome == ClaimOutcome.Taken));
        await page.TakeAsync(1);
    }

    [Fact]
    public async Task SweepAsync_AcceptedAndUnclaimed_GivenUpAndVisitorIsTold()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await using var page = await ListenToAsync(visitor);
        await PassAsync(Limits.ClaimGiveUpAfter);
        var ending = Assert.Single(await Store.SweepAsync(default));
        Assert.Equal((offer, OfferStatus.Ended, "unclaimed"), (ending.Offer, ending.Outcome, ending.Cause));
        Assert.Contains("unclaimed", Assert.Single(await page.TakeAsync(1)));
        Assert.Equal(ClaimOutcome.GivenUp, (await Store.ClaimAsync(Site, offer, "anna", default)).Outcome);
        Assert.Empty(await Store.SweepAsync(default));
    }

    [Fact]
    public async Task EndConversationAsync_Holder_SlotFree()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await Store.ClaimAsync(Site, offer, "anna", default);
        await PassAsync(TimeSpan.FromMinutes(10));
        await AvailableAsync("anna");
        Assert.Equal(0, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
        Assert.False(await Store.EndConversationAsync(Site, offer, "bert", default));
        Assert.True(await Store.EndConversationAsync(Site, offer, "anna", default));
        Assert.Equal(1, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
    }

    [Fact]
    public async Task SetPresenceAsync_Leaves_OpenOffersWithdrawnAndSaid()
    {
        await AvailableAsync("anna", 2);
        await AvailableAsync("bert", 2);
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        await using var page = await ListenToAsync(visitor);
        var leaver = (await Store.GetOfferAsync(Site, offer, default))!.Agent;
        var ending = Assert.Single((await Store.SetPresenceAsync(new PresenceRequest(Site, leaver, PresenceStatus.Away, 0), default)).Endings);
        Assert.Equal((offer, OfferStatus.Withdrawn, visitor), (ending.Offer, ending.Outcome, ending.Visitor));
        Assert.Contains("withdrawn", Assert.Single(await page.TakeAsync(1)));
        Assert.Equal(new AgentAvailability(1, 2), await Store.GetAvailabilityAsync(Site, default));
    }

    /// <summary>Nobody was told of it yet: an end that came before its offer would be told in that order.</summary>
    [Theory]
    [InlineData("lapsed")]
    [InlineData("off")]
    [InlineData("asked")]
    public async Task Withdrawal_WhileTheSlotIsOnlyReserved_IsNoEnding_AndNothingIsDelivered(string how)
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var lease = await ReserveAsync(visitor);
        if (how == "lapsed") await PassAsync(Limits.AgentPresenceTtl);
        Assert.Empty(how switch
        {
            "lapsed" => await Store.SweepAsync(default),
            "off" => await Store.WithdrawOffersAsync(Site, "site_off", default),
            _ => (await Store.AskAsync(new AskRequest { Site = Site, Visitor = visitor, Offer = OfferOf(visitor, 2), FullCard = Json("full card"), Invitation = Json("asked") }, default))
                .Withdrawn is { } ending ? [ending] : [],
        });
        await using var page = await ListenToAsync(visitor);
        await DeliverAsync(visitor, OfferOf(visitor), lease);
        Assert.Equal(OfferStatus.Withdrawn, (await Store.GetOfferAsync(Site, OfferOf(visitor), default))!.Status);
        Assert.Empty(await page.TakeAsync(0));
    }

    [Fact]
    public async Task SetPresenceAsync_NotRenewed_LapsesAndSweepWithdraws()
    {
        await AvailableAsync("anna");
        var offer = await OpenOfferAsync(NewVisitor());
        Assert.Empty(await Store.SweepAsync(default));
        await PassAsync(Limits.AgentPresenceTtl);
        Assert.Equal(new AgentAvailability(0, 0), await Store.GetAvailabilityAsync(Site, default));
        Assert.Equal(offer, Assert.Single(await Store.SweepAsync(default)).Offer);
        Assert.Empty(await Store.SweepAsync(default));
        Assert.Equal(OfferStatus.Withdrawn, (await Store.GetOfferAsync(Site, offer, default))!.Status);
    }

    [Fact]
    public async Task WithdrawOffersAsync_SiteOff_EveryOpenOfferOfThatSite()
    {
        await AvailableAsync("anna", 5);
        var open = new[] { await OpenOfferAsync(NewVisitor()), await OpenOfferAsync(NewVisitor()) };
        var accepted = await AcceptedOfferAsync(NewVisitor());
        var endings = await Store.WithdrawOffersAsync(Site, "site_off", default);
        Assert.Equal(open.Order(Comparer<OfferId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))),
            endings.Select(e => e.Offer).Order(Comparer<OfferId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
        Assert.All(endings, e => Assert.Equal("site_off", e.Cause));
        Assert.Equal(OfferStatus.Accepted, (await Store.GetOfferAsync(Site, accepted, default))!.Status);
    }

    [Fact]
    public async Task EraseAsync_KnownVisitor_NothingLeftAndWithdrawn()
    {
        await AvailableAsync("anna", 2);
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        var commit = await CommitOf();
        commit.Assessments.Add(AssessmentOf(visitor));
        await Store.CommitAsync(commit, default);
        await using var page = await ListenToAsync(visitor);
        Assert.Equal(new EraseResult(1, 1), await Store.EraseAsync(Site, visitor, default));
        Assert.Contains("withdrawn", Assert.Single(await page.TakeAsync(1)));
        Assert.Null(await Store.GetAssessmentAsync(Site, visitor, default));
        Assert.Null(await Store.GetOfferAsync(Site, offer, default));
        Assert.Empty(await Store.GetCardsAsync(Site, default));
        Assert.Equal(2, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
        Assert.Equal(new EraseResult(0, 0), await Store.EraseAsync(Site, visitor, default));
    }

    /// <summary>Not what the store answers, but what it holds: no key and no value of it names her or what she wrote.</summary>
    [Fact]
    public async Task EraseAsync_WhateverIsHeld_NamesHerNoMore()
    {
        await AvailableAsync("anna", 2);
        var (visitor, other) = (NewVisitor(), NewVisitor());
        var offer = await OpenOfferAsync(visitor);
        await OpenOfferAsync(other);
        var commit = await CommitOf();
        commit.Assessments.Add(AssessmentOf(visitor));
        await Store.CommitAsync(commit, default);
        if (await DumpAsync() is not { } before) return; // a cluster's keys lie in several places; a single node tells the same
        foreach (var hers in new[] { visitor.ToString(), offer.ToString() }) Assert.Contains(hers, before, StringComparison.Ordinal);
        await Store.EraseAsync(Site, visitor, default);
        var after = (await DumpAsync())!;
        foreach (var hers in new[] { visitor.ToString(), offer.ToString(), $"card {offer}" }) Assert.DoesNotContain(hers, after, StringComparison.Ordinal);
        Assert.Contains(other.ToString(), after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubscribeAsync_Disposed_HearsNothingMore()
    {
        await AvailableAsync("anna", 2);
        var cards = await ListenToCardsAsync();
        await OpenOfferAsync(NewVisitor());
        await cards.TakeAsync(1);
        await cards.DisposeAsync();
        await OpenOfferAsync(NewVisitor());
        await cards.TakeAsync(0);
    }

    [Fact]
    public async Task GetCardsAsync_SeveralOpen_OldestFirst()
    {
        await AvailableAsync("anna", 3);
        var offers = new List<OfferId>();
        for (var i = 0; i < 3; i++)
        {
            offers.Add(await OpenOfferAsync(NewVisitor()));
            await PassAsync(TimeSpan.FromMilliseconds(50));
        }
        Assert.Equal(offers.Select(o => $"\"reserved card {o}\""), (await Store.GetCardsAsync(Site, default)).Select(Text));
    }
}
