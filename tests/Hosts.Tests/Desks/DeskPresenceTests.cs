using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Desks;
using Engagement.Desks.Presence;
using Engagement.Engine.Stream;
using Engagement.Testing;
using Hosts.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Desks;

/// <summary>Who is there, as the desk says; whoever it does not say so of is away.</summary>
public sealed class DeskPresenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<RunningEngine> StartAsync(SiteDesk desk, bool workers = false)
    {
        var engine = await RunningEngine.StartWithAsync(
            _folder.File("engagement.db"), null, workers, services => services.AddDesks(new DeskOptions { AllowPrivateAddresses = true }), TestSites.Live(desk: desk));
        await RunningEngine.UntilAsync(() => Task.FromResult(engine.Services.GetRequiredService<DeskAssignment>().IsOurs("demo")));
        return engine;
    }

    private static async Task<AgentAvailability> ReadAsync(RunningEngine engine)
    {
        await engine.Services.GetRequiredService<DeskPresenceService>().ReadAllAsync(default);
        return await engine.Store.GetAvailabilityAsync("demo", default);
    }

    [Fact]
    public async Task Read_AgentsOfTheDesk_AreAvailableWithTheirRoomUntilTheyLeave()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        chatwoot.Agents.Add(chatwoot.Agent(1, "available"));
        chatwoot.Agents.Add(chatwoot.Agent(2, "available"));
        await using var engine = await StartAsync(DeskCases.Chatwoot(chatwoot.Url));
        Assert.Equal(new AgentAvailability(2, 4), await ReadAsync(engine));
        chatwoot.Agents[1]!["availability_status"] = "busy";
        Assert.Equal(new AgentAvailability(1, 2), await ReadAsync(engine));
    }

    [Fact]
    public async Task Read_BusyAgent_GetsNothingNew_AndKeepsHerConversation()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        chatwoot.Agents.Add(chatwoot.Agent(1, "available"));
        await using var engine = await StartAsync(DeskCases.Chatwoot(chatwoot.Url), workers: true);
        await ReadAsync(engine);
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer;
        using (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "accepted" })) { }
        Assert.Equal(ClaimOutcome.Claimed, (await engine.Store.ClaimAsync("demo", offer, "chatwoot-1", default)).Outcome);
        chatwoot.Agents[0]!["availability_status"] = "busy";
        // Four times a presence's life.
        for (var i = 0; i < 12; i++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(0, (await ReadAsync(engine)).FreeSlots);
            await engine.Store.SweepAsync(default);
        }
        Assert.Equal(OfferStatus.Claimed, (await engine.Store.GetOfferAsync("demo", offer, default))!.Status);
        chatwoot.Agents[0]!["availability_status"] = "offline";
        for (var i = 0; i < 4; i++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(10));
            await ReadAsync(engine);
            await engine.Store.SweepAsync(default);
        }
        Assert.NotEqual(OfferStatus.Claimed, (await engine.Store.GetOfferAsync("demo", offer, default))!.Status);
    }

    /// <summary>Of the 30 s that presence holds, a node that died has used up ten and the group as many to notice: the next may not wait for its turn.</summary>
    [Fact]
    public async Task Read_AsSoonAsTheDeskIsThisNodes_BeforeItsTurnComes()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        chatwoot.Agents.Add(chatwoot.Agent(1, "available"));
        await using var engine = await StartAsync(DeskCases.Chatwoot(chatwoot.Url));
        await RunningEngine.UntilAsync(async () => (await engine.Store.GetAvailabilityAsync("demo", default)).Available == 1);
        // Asked once by the node that has it, however many partitions come along.
        Assert.Single(chatwoot.Calls);
    }

    [Fact]
    public async Task Read_WhatIsOlderThanAMinute_IsAway()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        chatwoot.Agents.Add(chatwoot.Agent(1, "available"));
        chatwoot.Age = 60;
        await using var engine = await StartAsync(DeskCases.Chatwoot(chatwoot.Url));
        Assert.Equal(1, (await ReadAsync(engine)).Available);
        chatwoot.Age = 61;
        Assert.Equal(0, (await ReadAsync(engine)).Available);
        Assert.Contains("61 s old", engine.Services.GetRequiredService<NoticeState>().Of("demo", "desk chatwoot").PresenceFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DeskDoesNotAnswer_IsNotRenewedAndLapsesWithinAMinute()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        chatwoot.Agents.Add(chatwoot.Agent(1, "available"));
        await using var engine = await StartAsync(DeskCases.Chatwoot(chatwoot.Url));
        Assert.Equal(1, (await ReadAsync(engine)).Available);
        await chatwoot.DisposeAsync();
        Assert.Equal(1, (await ReadAsync(engine)).Available);
        engine.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, (await ReadAsync(engine)).Available);
        Assert.NotNull(engine.Services.GetRequiredService<NoticeState>().Of("demo", "desk chatwoot").PresenceFault);
    }

    [Fact]
    public async Task Hours_Within_TheTeamIsOfferedAndTheInvitationNamesNobody()
    {
        OpeningHours[] always = [.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningHours(day, TimeOnly.MinValue, TimeOnly.MaxValue))];
        await using var engine = await StartAsync(new SiteDesk { Kind = DeskKind.Hours, Capacity = 3, Hours = [.. always] }, workers: true);
        Assert.Equal(new AgentAvailability(1, 3), await ReadAsync(engine));
        await engine.FlounderAsync("v1");
        var offer = await engine.OfferOfAsync("v1");
        Assert.Equal(TeamHours.Team, offer!.Agent);
        Assert.Null(JsonNode.Parse(offer.Invitation.Span)!["agent"]);
        Assert.DoesNotContain($"\"{TeamHours.Team}\"", JsonNode.Parse(offer.Invitation.Span)!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assignment_SiteOfAPartitionThatIsNotOurs_IsNotAsked()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        chatwoot.Agents.Add(chatwoot.Agent(1, "available"));
        await using var engine = await StartAsync(DeskCases.Chatwoot(chatwoot.Url));
        var assignment = engine.Services.GetRequiredService<DeskAssignment>();
        for (var partition = 0; partition < engine.Log.PartitionCount; partition++) assignment.Leave(partition);
        // A round that was under way may still have asked, and what it heard holds until it lapses.
        await ReadAsync(engine);
        var asked = chatwoot.Calls.Count();
        engine.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, (await ReadAsync(engine)).Available);
        Assert.Equal(asked, chatwoot.Calls.Count());
    }
}
