using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>Who is there, what each holds, and who lets nothing new come to whom.</summary>
public abstract class DeliveryStoreTeamContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    private async Task<PresenceResult> PresentAsync(string agent, int capacity = 1, PresenceStatus status = PresenceStatus.Available) =>
        await Store.SetPresenceAsync(new PresenceRequest(Site, agent, status, capacity), default);

    private async Task<PauseResult> PauseAsync(string agent, string? by) => await Store.SetPauseAsync(new PauseRequest(Site, agent, by), default);

    private async Task<StoredAgent> AgentAsync(string agent) => Assert.Single(await Store.GetAgentsAsync(Site, default), a => a.Agent == agent);

    private async Task<AgentAvailability> AvailabilityAsync() => await Store.GetAvailabilityAsync(Site, default);

    private static (CardMessageKind, string, string?) HeadOf(string message) =>
        CardMessage.FromJson(Encoding.UTF8.GetBytes(message)) is { } m ? (m.Kind, m.Offer, m.Agent) : default;

    [Fact]
    public async Task GetAgentsAsync_NobodySaidAnything_NobodyIsThere() => Assert.Empty(await Store.GetAgentsAsync(Site, default));

    [Fact]
    public async Task GetAgentsAsync_ByName_EachAsSheSaysOfHerself()
    {
        await PresentAsync("bert", 0, PresenceStatus.Away);
        await Store.SetPresenceAsync(new PresenceRequest(Site, "anna", PresenceStatus.Available, 3) { Skills = ["returns", "payment"], Languages = ["de", "en"] }, default);
        var agents = await Store.GetAgentsAsync(Site, default);
        Assert.Equal(["anna", "bert"], agents.Select(a => a.Agent));
        Assert.Equal((PresenceStatus.Available, 3, 3, null), (agents[0].Status, agents[0].Capacity, agents[0].FreeSlots, agents[0].PausedBy));
        Assert.Equal(["returns", "payment"], agents[0].Skills);
        Assert.Equal(["de", "en"], agents[0].Languages);
        Assert.InRange(Now - agents[0].SeenAt, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal((PresenceStatus.Away, 0, 0), (agents[1].Status, agents[1].Capacity, agents[1].FreeSlots));
    }

    [Fact]
    public async Task GetAgentsAsync_SlotsTaken_SayHowAndSinceWhen_OldestFirst()
    {
        await PresentAsync("anna", 4);
        var claimed = await AcceptedOfferAsync(NewVisitor());
        Assert.Equal(ClaimOutcome.Claimed, (await Store.ClaimAsync(Site, claimed, "anna", default)).Outcome);
        await PassAsync(TimeSpan.FromSeconds(20));
        await PresentAsync("anna", 4);
        var asker = NewVisitor();
        var asked = OfferOf(asker, 1, 9);
        var ask = new AskRequest
        {
            Site = Site, Visitor = asker, Offer = asked, FullCard = Json("card"), Invitation = Json("asked"), Language = "de", Skill = "returns",
        };
        Assert.Equal(AskOutcome.Asked, (await Store.AskAsync(ask, default)).Outcome);
        await PassAsync(TimeSpan.FromSeconds(5));
        await PresentAsync("anna", 4);
        var open = await OpenOfferAsync(NewVisitor());
        var agent = await AgentAsync("anna");
        Assert.Equal(1, agent.FreeSlots);
        Assert.Equal([(claimed, OfferStatus.Claimed), (asked, OfferStatus.Accepted), (open, OfferStatus.Open)], agent.Seats.Select(s => (s.Offer, s.Status)));
        Assert.Equal([(null, null), ("de", "returns"), (null, null)], agent.Seats.Select(s => (s.Language, s.Skill)));
        // A real server's clock goes on while this runs.
        Assert.InRange(Now - agent.Seats[0].Since, TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(60));
        Assert.InRange(Now - agent.Seats[1].Since, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(30));
        Assert.InRange(Now - agent.Seats[2].Since, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(20));
        Assert.True(await Store.EndConversationAsync(Site, claimed, "anna", default));
        Assert.Equal([asked, open], (await AgentAsync("anna")).Seats.Select(s => s.Offer));
    }

    [Fact]
    public async Task GetAgentsAsync_PresenceLapsed_GoneOnceSheHoldsNothing()
    {
        await PresentAsync("anna");
        await PresentAsync("bert");
        var offer = await AcceptedOfferAsync(NewVisitor());
        var holder = (await Store.GetOfferAsync(Site, offer, default))!.Agent;
        await Store.ClaimAsync(Site, offer, holder, default);
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        var left = Assert.Single(await Store.GetAgentsAsync(Site, default));
        Assert.Equal((holder, PresenceStatus.Away, 0), (left.Agent, left.Status, left.FreeSlots));
        Assert.Equal((offer, OfferStatus.Claimed), (left.Seats[0].Offer, left.Seats[0].Status));
        Assert.True(await Store.EndConversationAsync(Site, offer, holder, default));
        Assert.Empty(await Store.GetAgentsAsync(Site, default));
    }

    [Fact]
    public async Task SweepAsync_AgentNotHeardOfForHours_IsForgotten_NotWhoIsThere()
    {
        await PresentAsync("zenobia");
        await PauseAsync("zenobia", "theodora");
        await PassAsync(Limits.OfferRetention + TimeSpan.FromSeconds(1));
        await PresentAsync("anna-who-stays");
        await Store.SweepAsync(default);
        if (await DumpAsync() is not { } dump) return; // a cluster's keys lie in several places; a single node tells the same
        Assert.Contains("anna-who-stays", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("zenobia", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("theodora", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetPauseAsync_NothingNewComes_WhatSheHasStays_AndHeartbeatsLeaveItSo()
    {
        await PresentAsync("anna", 3);
        var claimed = await AcceptedOfferAsync(NewVisitor());
        await Store.ClaimAsync(Site, claimed, "anna", default);
        var asked = NewVisitor();
        var open = await OpenOfferAsync(asked);
        await using var page = await ListenToAsync(asked);

        var paused = await PauseAsync("anna", "lena");
        Assert.True(paused.IsPresent);
        var ending = Assert.Single(paused.Endings);
        Assert.Equal((open, OfferStatus.Withdrawn, "agent_left"), (ending.Offer, ending.Outcome, ending.Cause));
        Assert.Contains("withdrawn", Assert.Single(await page.TakeAsync(1)), StringComparison.Ordinal);
        Assert.Equal(new AgentAvailability(0, 0), await AvailabilityAsync());
        Assert.Equal(OfferResolution.NobodyFree, (await ReserveAsync(NewVisitor())).Resolution);
        Assert.Equal("lena", (await PresentAsync("anna", 3)).PausedBy);
        var agent = await AgentAsync("anna");
        Assert.Equal(("lena", 0, claimed), (agent.PausedBy, agent.FreeSlots, Assert.Single(agent.Seats).Offer));
        Assert.Equal((0, 0), (await Store.GetOverviewAsync(Site, default)) is { } o ? (o.Load.Available, o.Load.FreeSlots) : (-1, -1));

        // Another's pause stands in nobody's way: she may be resumed by whoever may.
        Assert.Empty((await PauseAsync("anna", null)).Endings);
        Assert.Equal(new AgentAvailability(1, 2), await AvailabilityAsync());
        Assert.Null((await PresentAsync("anna", 3)).PausedBy);
        Assert.Equal(OfferResolution.Reserved, (await ReserveAsync(NewVisitor())).Resolution);
    }

    [Fact]
    public async Task SetPauseAsync_WhoeverIsNotThere_IsNotPaused()
    {
        Assert.False((await PauseAsync("anna", "lena")).IsPresent);
        await PresentAsync("anna");
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        Assert.False((await PauseAsync("anna", "lena")).IsPresent);
        Assert.Null((await PresentAsync("anna")).PausedBy);
    }

    [Fact]
    public async Task SetPauseAsync_OutlastsAReopenedStore_AndEndsWithHerPresence()
    {
        await PresentAsync("anna");
        await PauseAsync("anna", "lena");
        await ReopenAsync();
        Assert.Equal(new AgentAvailability(0, 0), await AvailabilityAsync());
        Assert.Equal("lena", (await AgentAsync("anna")).PausedBy);
        Assert.Equal("lena", (await PresentAsync("anna")).PausedBy);
        await PassAsync(Limits.AgentPresenceTtl + TimeSpan.FromSeconds(1));
        Assert.Null((await PresentAsync("anna")).PausedBy);
        Assert.Equal(new AgentAvailability(1, 1), await AvailabilityAsync());
    }

    [Fact]
    public async Task SetPauseAsync_AcceptedCardThatWaitsForHer_StaysWithHer()
    {
        await PresentAsync("anna");
        var offer = await AcceptedOfferAsync(NewVisitor());
        Assert.Empty((await PauseAsync("anna", "lena")).Endings);
        Assert.Equal(ClaimOutcome.Claimed, (await Store.ClaimAsync(Site, offer, "anna", default)).Outcome);
    }

    [Fact]
    public async Task Changes_AreToldToTheAgents_RenewalsAreNot()
    {
        await PresentAsync("anna");
        await using var cards = await ListenToCardsAsync();
        await PresentAsync("anna");
        await PauseAsync("anna", null);
        Assert.Empty(await cards.TakeAsync(0));
        await PauseAsync("anna", "lena");
        await PauseAsync("anna", "lena");
        await PresentAsync("anna", 2);
        await PresentAsync("anna", 2, PresenceStatus.Away);
        Assert.Equal(Enumerable.Repeat((CardMessageKind.Presence, "", (string?)"anna"), 3), (await cards.TakeAsync(3)).Select(HeadOf));
    }

    [Fact]
    public async Task SetPauseAsync_AFreedSlotIsTold()
    {
        await PresentAsync("anna");
        await PauseAsync("anna", "lena");
        await using var freed = await ListenAsync(Channels.AvailabilityOf(Site));
        await PauseAsync("anna", null);
        Assert.Single(await freed.TakeAsync(1));
    }
}
