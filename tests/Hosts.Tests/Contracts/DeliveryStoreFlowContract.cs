using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>The way of an accepted card between agents, asks without an invitation, routing, wrap-up, and questions that were left.</summary>
public abstract class DeliveryStoreFlowContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    private async Task PresentAsync(string agent, int capacity = 1, string[]? skills = null, string[]? languages = null) =>
        await Store.SetPresenceAsync(
            new PresenceRequest(Site, agent, PresenceStatus.Available, capacity) { Skills = skills ?? [], Languages = languages ?? [] }, default);

    private async Task<OfferId> ClaimedAsync(VisitorKey visitor, string agent)
    {
        var offer = await AcceptedOfferAsync(visitor);
        Assert.Equal(ClaimOutcome.Claimed, await ClaimAsync(offer, agent));
        return offer;
    }

    private async Task<ClaimOutcome> ClaimAsync(OfferId offer, string agent) => (await Store.ClaimAsync(Site, offer, agent, default)).Outcome;

    private async Task<int> FreeAsync() => (await Store.GetAvailabilityAsync(Site, default)).FreeSlots;

    private async Task<string?> LastCauseAsync(OfferId offer) =>
        ConversationEntry.FromJson((await Store.GetConversationAsync(Site, offer, 0, default))!.Entries[^1].Span)!.Cause;

    private AskRequest AskOf(VisitorKey visitor, string? language = null, string? skill = null, byte session = 9) => new()
    {
        Site = Site, Visitor = visitor, Offer = OfferOf(visitor, 1, session), FullCard = Json($"asked card {visitor}"), Invitation = Json("asked"),
        Language = language, Skill = skill,
    };

    private async Task<AskOutcome> AskAsync(VisitorKey visitor, string? language = null, string? skill = null) =>
        (await Store.AskAsync(AskOf(visitor, language, skill), default)).Outcome;

    // Goes on, and comes back.

    [Fact]
    public async Task SweepAsync_UnclaimedForAWhile_GoesOnToOthers_ToldOnce_AlsoByAnotherProcess()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await PassAsync(Limits.ClaimNextAfter - TimeSpan.FromSeconds(2));
        await Store.SweepAsync(default);
        Assert.Equal(ClaimOutcome.ReservedForAnother, await ClaimAsync(offer, "bert"));

        await ReopenAsync();
        await using var cards = await ListenToCardsAsync();
        await PassAsync(TimeSpan.FromSeconds(3));
        Assert.Empty(await Store.SweepAsync(default));
        await Store.SweepAsync(default);
        var said = Assert.Single(await cards.TakeAsync(1));
        Assert.Equal((CardMessageKind.Queued, null, "goes_on"), CardMessage.FromJson(Encoding.UTF8.GetBytes(said)) is { } m ? (m.Kind, m.Agent, m.Cause) : default);
        Assert.Equal(ClaimOutcome.Claimed, await ClaimAsync(offer, "bert"));
    }

    [Fact]
    public async Task SweepAsync_AgentDisappears_ConversationWaitsForAnother_Once()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor, "anna");
        await Store.SendAsync(new SendRequest { Site = Site, Offer = offer, From = Participant.Of(visitor), Id = "1", Text = "hello", At = Now }, default);
        await using var cards = await ListenToCardsAsync();
        await using var page = await ListenToAsync(visitor);
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        await ReopenAsync();
        Assert.Empty(await Store.SweepAsync(default));
        Assert.Equal(OfferStatus.Accepted, (await Store.GetOfferAsync(Site, offer, default))!.Status);
        Assert.Equal("agent_left", await LastCauseAsync(offer));
        Assert.Equal(SendOutcome.NotFound, (await Store.SendAsync(
            new SendRequest { Site = Site, Offer = offer, From = Participant.Of("anna"), Id = "x", Text = "x", At = Now }, default)).Outcome);

        await PresentAsync("bert");
        Assert.Equal(ClaimOutcome.Claimed, await ClaimAsync(offer, "bert"));
        Assert.Equal(5, (await Store.GetConversationAsync(Site, offer, 0, default))!.Last + 1);
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        var ending = Assert.Single(await Store.SweepAsync(default));
        Assert.Equal((offer, OfferStatus.Ended, "agent_left"), (ending.Offer, ending.Outcome, ending.Cause));
        Assert.Equal(("agent_left", OfferStatus.Ended), (await LastCauseAsync(offer), (await Store.GetConversationAsync(Site, offer, 0, default))!.Status));
    }

    [Fact]
    public async Task SweepAsync_AgentDisappears_CardsAndPageHear_AndNobodyComing_IsGivenUp()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor, "anna");
        await using var cards = await ListenToCardsAsync();
        await using var page = await ListenToAsync(visitor);
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        await Store.SweepAsync(default);
        Assert.Contains("\"queued\"", Assert.Single(await cards.TakeAsync(1)), StringComparison.Ordinal);
        Assert.Contains("\"waiting\"", Assert.Single(await page.TakeAsync(1)), StringComparison.Ordinal);
        Assert.Contains((await Store.GetCardsAsync(Site, default)).Select(Text), c => c.Contains("agent_left", StringComparison.Ordinal));
        await PassAsync(Limits.ClaimGiveUpAfter + TimeSpan.FromSeconds(1));
        Assert.Equal("unclaimed", Assert.Single(await Store.SweepAsync(default)).Cause);
        Assert.Contains("\"unclaimed\"", Assert.Single(await page.TakeAsync(1)), StringComparison.Ordinal);
        Assert.Equal(ClaimOutcome.GivenUp, await ClaimAsync(offer, "bert"));
    }

    [Fact]
    public async Task SweepAsync_AgentOnlyAway_KeepsHerConversation()
    {
        await PresentAsync("anna");
        var offer = await ClaimedAsync(NewVisitor(), "anna");
        await Store.SetPresenceAsync(new PresenceRequest(Site, "anna", PresenceStatus.Away, 0), default);
        await PassAsync(TimeSpan.FromSeconds(20));
        await Store.SweepAsync(default);
        Assert.Equal(OfferStatus.Claimed, (await Store.GetOfferAsync(Site, offer, default))!.Status);
    }

    // Asking.

    [Fact]
    public async Task AskAsync_SomebodyFree_HoldsHerSlot_TellsAgentsAndPage_AndIsOneOffer()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        await using var cards = await ListenToCardsAsync();
        Assert.Equal(AskOutcome.Asked, await AskAsync(visitor));
        Assert.Equal(AskOutcome.Asked, await AskAsync(visitor));
        Assert.Equal(0, await FreeAsync());
        var said = await cards.TakeAsync(2);
        Assert.Contains("asked card", said[0], StringComparison.Ordinal);
        Assert.Contains("\"anna\"", said[1], StringComparison.Ordinal);
        var offer = (await Store.GetOfferOfAsync(Site, visitor, default))!;
        Assert.Equal(OfferStatus.Accepted, offer.Status);
        Assert.Equal(ClaimOutcome.Claimed, await ClaimAsync(offer.Offer, "anna"));
        Assert.True(await Store.EndConversationAsync(Site, offer.Offer, "anna", default));
        Assert.Equal(1, await FreeAsync());
    }

    [Fact]
    public async Task AskAsync_NobodyFree_LeasesNothing_AndCountsInNoCap()
    {
        await PresentAsync("anna");
        Assert.Equal(AskOutcome.Asked, await AskAsync(NewVisitor()));
        Assert.Equal(AskOutcome.NobodyFree, await AskAsync(NewVisitor()));
        await PresentAsync("bert");
        Assert.Equal(OfferResolution.Reserved, (await Store.ReserveAsync(Wish(NewVisitor()) with { OffersPerHourMax = 1 }, default)).Resolution);
    }

    [Fact]
    public async Task AskAsync_WhileAnInvitationIsOpen_ItGivesWay_WhileInConversation_ItIsThatOne()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        var invited = await OpenOfferAsync(visitor);
        var asked = await Store.AskAsync(AskOf(visitor), default);
        Assert.Equal((AskOutcome.Asked, invited, "asked"), (asked.Outcome, asked.Withdrawn!.Offer, asked.Withdrawn.Cause));
        Assert.Equal(AnswerOutcome.Lapsed, await AnswerAsync(visitor, invited, InvitationAnswer.Accepted));
        var again = await Store.AskAsync(AskOf(visitor, session: 10), default);
        Assert.Equal((AskOutcome.InConversation, asked.Offer), (again.Outcome, again.Offer));
        Assert.Equal(OfferResolution.AlreadyOffered, (await ReserveAsync(visitor, session: 3)).Resolution);
    }

    [Fact]
    public async Task EraseAsync_AfterAnAskAndAQuestion_ForgetsBoth_AndFreesTheSlot()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        await AskAsync(visitor);
        await Store.LeaveQuestionAsync(QuestionOf(visitor, "q_1"), default);
        await Store.EraseAsync(Site, visitor, default);
        Assert.Null(await Store.GetOfferOfAsync(Site, visitor, default));
        Assert.Empty(await Store.GetQuestionsAsync(Site, default));
        Assert.Equal(1, await FreeAsync());
    }

    // Routing.

    [Fact]
    public async Task ReserveAsync_LanguageAndSkill_OnlyWhoFits_TheLongestIdle()
    {
        await PresentAsync("anna", 2, languages: ["en"]);
        await PresentAsync("bert", 1, ["returns"], ["de", "en"]);
        await PresentAsync("cleo", 1, ["payment"], ["de"]);
        Assert.Equal("bert", (await Store.ReserveAsync(Wish(NewVisitor()) with { Language = "de", Skill = "returns" }, default)).Agent);
        var none = await Store.ReserveAsync(Wish(NewVisitor()) with { Language = "de", Skill = "returns" }, default);
        Assert.Equal((OfferResolution.NobodyFree, true), (none.Resolution, none.OthersAreFree));
        Assert.Equal("anna", (await Store.ReserveAsync(Wish(NewVisitor()) with { Language = "en", Skill = "returns" }, default)).Agent);
        Assert.Equal("cleo", (await Store.ReserveAsync(Wish(NewVisitor()) with { Language = "de" }, default)).Agent);
        Assert.Equal("anna", (await Store.ReserveAsync(Wish(NewVisitor()) with { Language = "en" }, default)).Agent);
        Assert.False((await Store.ReserveAsync(Wish(NewVisitor()), default)).OthersAreFree);
    }

    [Fact]
    public async Task ClaimAsync_AfterItGoesOn_ByWhoFitsOnly_AlsoAfterReopening()
    {
        await PresentAsync("anna", languages: ["de"]);
        await PresentAsync("bert", languages: ["en"]);
        await PresentAsync("cleo", languages: ["de"]);
        var visitor = NewVisitor();
        await AskAsync(visitor, "de");
        var offer = (await Store.GetOfferOfAsync(Site, visitor, default))!;
        var other = offer.Agent == "anna" ? "cleo" : "anna";
        Assert.Equal(ClaimOutcome.ReservedForAnother, await ClaimAsync(offer.Offer, other));
        await PassAsync(Limits.ClaimNextAfter + TimeSpan.FromSeconds(1));
        await ReopenAsync();
        Assert.Equal(ClaimOutcome.DoesNotFit, await ClaimAsync(offer.Offer, "bert"));
        Assert.Equal(ClaimOutcome.Claimed, await ClaimAsync(offer.Offer, other));
    }

    [Fact]
    public async Task AskAsync_HundredAtOnceOfHundredAgents_NoneOverLeased_NoneLeaked()
    {
        const int Agents = 100;
        for (var i = 0; i < Agents; i++) await PresentAsync($"agent{i}");
        var visitors = Enumerable.Range(0, Agents + 20).Select(_ => NewVisitor()).ToArray();
        var results = await Task.WhenAll(visitors.Select(v => AskAsync(v)));
        Assert.Equal((Agents, 20), (results.Count(r => r == AskOutcome.Asked), results.Count(r => r == AskOutcome.NobodyFree)));
        var offers = new List<StoredOffer>();
        foreach (var visitor in visitors) if (await Store.GetOfferOfAsync(Site, visitor, default) is { } offer) offers.Add(offer);
        Assert.Equal(Agents, offers.Select(o => o.Agent).Distinct().Count());
        Assert.Equal(0, await FreeAsync());

        // Everybody claims one and the same after a while, and each her own.
        await PassAsync(Limits.ClaimNextAfter + TimeSpan.FromSeconds(1));
        var claims = await Task.WhenAll(Enumerable.Range(0, Agents).Select(i => ClaimAsync(offers[0].Offer, $"agent{i}")));
        Assert.Single(claims, c => c == ClaimOutcome.Claimed);
        Assert.Equal(Agents - 1, claims.Count(c => c == ClaimOutcome.Taken));
        var holder = (await Store.GetConversationAsync(Site, offers[0].Offer, 0, default))!.Holder!;
        await Task.WhenAll(offers.Skip(1).Select(o => ClaimAsync(o.Offer, o.Agent)));
        for (var i = 0; i < Agents; i++) await PresentAsync($"agent{i}");
        foreach (var offer in offers)
            Assert.True(await Store.EndConversationAsync(Site, offer.Offer, offer == offers[0] ? holder : offer.Agent, default));
        Assert.Equal(new AgentAvailability(Agents, Agents), await Store.GetAvailabilityAsync(Site, default));
    }

    // Transfer and wrap-up.

    [Fact]
    public async Task TransferAsync_ToAnAgentOrASkill_HoldsTheOthersSlot_AndSheClaims()
    {
        await PresentAsync("anna");
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor, "anna");
        await PresentAsync("bert");
        await PresentAsync("cleo", 1, ["payment"]);
        Assert.Equal(TransferOutcome.NotFound, await TransferAsync(offer, "bert", toAgent: "cleo"));
        Assert.Equal(TransferOutcome.NobodyFree, await TransferAsync(offer, "anna", toAgent: "nobody"));
        Assert.Equal(TransferOutcome.NobodyFree, await TransferAsync(offer, "anna", toSkill: "returns"));
        await using var cards = await ListenToCardsAsync();
        Assert.Equal(TransferOutcome.Transferred, await TransferAsync(offer, "anna", toSkill: "payment"));
        var said = CardMessage.FromJson(Encoding.UTF8.GetBytes(Assert.Single(await cards.TakeAsync(1))))!;
        Assert.Equal((CardMessageKind.Queued, "cleo", "transferred"), (said.Kind, said.Agent, said.Cause));
        // Anna's slot is free, Cleo's is taken.
        Assert.Equal(new AgentAvailability(3, 2), await Store.GetAvailabilityAsync(Site, default));
        Assert.Equal(ClaimOutcome.ReservedForAnother, await ClaimAsync(offer, "bert"));
        Assert.Equal(ClaimOutcome.Claimed, await ClaimAsync(offer, "cleo"));
        Assert.Equal(TransferOutcome.NobodyFree, await TransferAsync(offer, "cleo", toAgent: "anna-gone"));
        Assert.Equal("transferred", ConversationEntry.FromJson((await Store.GetConversationAsync(Site, offer, 1, default))!.Entries[0].Span)!.Cause);
        Assert.Equal(new AgentAvailability(3, 2), await Store.GetAvailabilityAsync(Site, default));
    }

    [Fact]
    public async Task TransferAsync_ManyAtOnceToOneSlot_OneSucceeds()
    {
        const int Many = 20;
        await PresentAsync("anna", Many);
        var offers = new List<OfferId>();
        for (var i = 0; i < Many; i++) offers.Add(await ClaimedAsync(NewVisitor(), "anna"));
        await PresentAsync("bert");
        var outcomes = await Task.WhenAll(offers.Select(o => TransferAsync(o, "anna", toAgent: "bert")));
        Assert.Single(outcomes, o => o == TransferOutcome.Transferred);
        Assert.Equal(new AgentAvailability(2, 1), await Store.GetAvailabilityAsync(Site, default));
    }

    private async Task<TransferOutcome> TransferAsync(OfferId offer, string agent, string? toAgent = null, string? toSkill = null) =>
        await Store.TransferAsync(new TransferRequest { Site = Site, Offer = offer, Agent = agent, ToAgent = toAgent, ToSkill = toSkill, At = Now }, default);

    [Fact]
    public async Task WrapUpAsync_EndsAndFrees_OnceAndByItsAgentOnly_AlsoAfterTheVisitorClosed()
    {
        await PresentAsync("anna", 2);
        var (first, second) = (NewVisitor(), NewVisitor());
        var open = await ClaimedAsync(first, "anna");
        var closed = await ClaimedAsync(second, "anna");
        await Store.CloseConversationAsync(Site, closed, Participant.Of(second), Now, default);
        Assert.Equal(WrapUpOutcome.NotFound, (await WrapUpAsync(open, "bert", "resolved")).Outcome);
        Assert.Equal(new WrapUpResult(WrapUpOutcome.Done, first, true), await WrapUpAsync(open, "anna", "resolved"));
        Assert.Equal(WrapUpOutcome.Repeated, (await WrapUpAsync(open, "anna", "resolved")).Outcome);
        Assert.Equal(WrapUpOutcome.AlreadyWrappedUp, (await WrapUpAsync(open, "anna", "converted")).Outcome);
        Assert.Equal(new WrapUpResult(WrapUpOutcome.Done, second, false), await WrapUpAsync(closed, "anna", "not_helpful"));
        Assert.Equal(2, await FreeAsync());
        await ReopenAsync();
        var kept = (await Store.GetConversationAsync(Site, open, 0, default))!;
        Assert.Equal(("resolved", "a note\nof two lines"), (kept.WrapUp, kept.Note));
    }

    private ValueTask<WrapUpResult> WrapUpAsync(OfferId offer, string agent, string outcome) =>
        Store.WrapUpAsync(new WrapUpRequest(Site, offer, agent, outcome, "a note\nof two lines", Now), default);

    // Questions.

    private StoredQuestion QuestionOf(VisitorKey visitor, string id) => new(Site, id, visitor, Now, Json($"question {id}"));

    [Fact]
    public async Task Questions_AreListedOldestFirst_TakenByOne_AndForgottenWhenDone()
    {
        var visitor = NewVisitor();
        await using var cards = await ListenToCardsAsync();
        Assert.Equal(QuestionOutcome.Done, await Store.LeaveQuestionAsync(QuestionOf(visitor, "q_2"), default));
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(QuestionOutcome.Done, await Store.LeaveQuestionAsync(QuestionOf(visitor, "q_1"), default));
        Assert.Equal(QuestionOutcome.Done, await Store.LeaveQuestionAsync(QuestionOf(visitor, "q_1"), default));
        await cards.TakeAsync(2);
        Assert.Equal(["q_2", "q_1"], (await Store.GetQuestionsAsync(Site, default)).Select(q => q.Id));

        var takes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => await Store.TakeQuestionAsync(Site, "q_1", $"agent{i}", default)));
        var won = Assert.Single(takes, t => t.Outcome == QuestionOutcome.Done);
        Assert.Equal("\"question q_1\"", Text(won.Question!.Json));
        Assert.All(takes.Where(t => t.Outcome == QuestionOutcome.Taken), t => Assert.True(t.Question!.Json.IsEmpty && t.Question.Holder == won.Question.Holder));
        await ReopenAsync();
        Assert.Equal(won.Question.Holder, (await Store.GetQuestionsAsync(Site, default)).Single(q => q.Id == "q_1").Holder);
        Assert.Equal(QuestionOutcome.Taken, await Store.FinishQuestionAsync(Site, "q_1", "stranger", default));
        Assert.Equal(QuestionOutcome.Done, await Store.FinishQuestionAsync(Site, "q_1", won.Question.Holder!, default));
        Assert.Equal(["q_2"], (await Store.GetQuestionsAsync(Site, default)).Select(q => q.Id));
        Assert.Equal(QuestionOutcome.NotFound, (await Store.TakeQuestionAsync(Site, "q_1", "anna", default)).Outcome);
    }

    [Fact]
    public async Task Questions_HeldTooLong_AreAnybodysAgain_AndTooOld_AreForgotten()
    {
        await Store.LeaveQuestionAsync(QuestionOf(NewVisitor(), "q_1"), default);
        await Store.TakeQuestionAsync(Site, "q_1", "anna", default);
        await PassAsync(Limits.QuestionHoldMax + TimeSpan.FromSeconds(1));
        Assert.Null((await Store.GetQuestionsAsync(Site, default)).Single().Holder);
        Assert.Equal(QuestionOutcome.Done, (await Store.TakeQuestionAsync(Site, "q_1", "bert", default)).Outcome);
        await PassAsync(Limits.QuestionRetention);
        await Store.SweepAsync(default);
        Assert.Empty(await Store.GetQuestionsAsync(Site, default));
    }

    [Fact]
    public async Task Questions_MoreThanOneVisitorMayLeave_TooMany()
    {
        var visitor = NewVisitor();
        for (var i = 0; i < Limits.QuestionsPerVisitorMax; i++) Assert.Equal(QuestionOutcome.Done, await Store.LeaveQuestionAsync(QuestionOf(visitor, $"q_{i}"), default));
        Assert.Equal(QuestionOutcome.TooMany, await Store.LeaveQuestionAsync(QuestionOf(visitor, "q_x"), default));
        Assert.Equal(QuestionOutcome.Done, await Store.LeaveQuestionAsync(QuestionOf(NewVisitor(), "q_y"), default));
    }
}
