using System.Diagnostics;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine.Delivery.Redis;
using Engagement.Testing;
using static Integration.Tests.Redis.RedisStoreSteps;

namespace Integration.Tests.Redis;

/// <summary>Redis goes away and comes back, with what it held or empty: the store goes on by itself.</summary>
public sealed class RedisOutageTests : IAsyncLifetime
{
    private const string Site = "shop";
    private RedisServer _server = null!;
    private RedisDeliveryStore _store = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync(new RedisServerSettings { AppendOnly = true });
        _store = await OpenAsync(_server.Address);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Away_Calls_FailAsAnOutageAtOnce()
    {
        await _server.KillAsync();
        await Assert.ThrowsAsync<IOException>(async () => await _store.GetAssessmentAsync(Site, Visitor(1), default));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<IOException>(async () => await _store.GetAssessmentAsync(Site, Visitor(1), default));
            await Assert.ThrowsAsync<IOException>(async () => await _store.GetAvailabilityAsync(Site, default));
        }
        await Assert.ThrowsAsync<IOException>(async () => await _store.CheckAsync(default));
        // 201 calls: none may wait for Redis to come back.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Frozen_Call_EndsWithTheCallersPatience()
    {
        await _store.CheckAsync(default);
        await _server.FreezeAsync();
        var clock = Stopwatch.StartNew();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(40));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _store.GetAssessmentAsync(Site, Visitor(1), patience.Token));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await _server.ThawAsync();
        await UntilItWorksAsync(() => _store.GetAssessmentAsync(Site, Visitor(1), default));
    }

    [Fact]
    public async Task OpenedWhileAway_ComesUpAndWorksOnceItIsThere()
    {
        await _server.KillAsync();
        await using var early = await OpenAsync(_server.Address);
        var heard = await early.HearAsync(Channels.AvailabilityOf(Site));
        await Assert.ThrowsAsync<IOException>(async () => await early.CheckAsync(default));
        await _server.StartAgainAsync();
        Assert.Equal(OfferResolution.NobodyFree, (await UntilItWorksAsync(() => early.ReserveAsync(Site, 1))).Resolution);
        await UntilAsync(async () =>
        {
            await early.AvailableAsync(Site, "anna", 0);
            await early.AvailableAsync(Site, "anna", 1);
            return !heard.IsEmpty;
        });
    }

    [Fact]
    public async Task Restarted_WithItsFile_ScriptsAreSentAgainAndAllStands()
    {
        await _store.AvailableAsync(Site, "anna", 2);
        var lease = await _store.ReserveAsync(Site, 1);
        var owner = await _store.TakePartitionAsync(3, default);
        await _server.RestartAsync(empty: false);
        // The server knows no script now: each is sent anew.
        Assert.Equal(lease, await UntilItWorksAsync(() => _store.ReserveAsync(Site, 1)));
        Assert.Equal(new AgentAvailability(1, 1), await _store.GetAvailabilityAsync(Site, default));
        Assert.Equal(CommitOutcome.Done, await _store.CommitAsync(CommitOf(3, owner.Epoch, 10, DeliveryOf(Site, 1, lease)), default));
        Assert.Equal(OfferStatus.Open, (await _store.GetOfferOfAsync(Site, Visitor(1), default))!.Status);
    }

    [Fact]
    public async Task ScriptsFlushed_NextCall_SendsThemAgain()
    {
        await _store.AvailableAsync(Site, "anna", 2);
        Assert.Equal("OK", (await _server.CommandAsync("SCRIPT", "FLUSH")).Trim());
        Assert.Equal(new AgentAvailability(1, 2), await _store.GetAvailabilityAsync(Site, default));
    }

    [Fact]
    public async Task Restarted_Empty_PartitionIsLostThenTakenUnderAHigherEpoch()
    {
        var first = await _store.TakePartitionAsync(3, default);
        Assert.Equal(CommitOutcome.Done, await _store.CommitAsync(CommitOf(3, first.Epoch, 10), default));
        await _server.RestartAsync(empty: true);
        var commit = CommitOf(3, first.Epoch, 20);
        commit.Assessments.Add(AssessmentOf(Site, 1));
        Assert.Equal(CommitOutcome.Lost, await UntilItWorksAsync(() => _store.CommitAsync(commit, default)));
        Assert.Null(await _store.GetAssessmentAsync(Site, Visitor(1), default));
        var second = await _store.TakePartitionAsync(3, default);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Null(second.Checkpoint);
        Assert.Equal(CommitOutcome.Fenced, await _store.CommitAsync(commit, default));
        Assert.Equal(CommitOutcome.Done, await _store.CommitAsync(CommitOf(3, second.Epoch, 20), default));
    }

    [Fact]
    public async Task Restarted_Empty_OfferIsMadeAgainUnderItsId()
    {
        await _store.AvailableAsync(Site, "anna", 1);
        var owner = await _store.TakePartitionAsync(0, default);
        await _store.CommitAsync(CommitOf(0, owner.Epoch, 1, DeliveryOf(Site, 1, await _store.ReserveAsync(Site, 1))), default);
        await _server.RestartAsync(empty: true);
        await UntilItWorksAsync(async () =>
        {
            await _store.AvailableAsync(Site, "anna", 1);
            return true;
        });
        var again = await _store.ReserveAsync(Site, 1);
        Assert.Equal((OfferResolution.Reserved, "anna"), (again.Resolution, again.Agent));
        owner = await _store.TakePartitionAsync(0, default);
        Assert.Equal(CommitOutcome.Done, await _store.CommitAsync(CommitOf(0, owner.Epoch, 1, DeliveryOf(Site, 1, again)), default));
        Assert.Equal(OfferOf(1), (await _store.GetOfferOfAsync(Site, Visitor(1), default))!.Offer);
        Assert.Equal(OfferResolution.NobodyFree, (await _store.ReserveAsync(Site, 2)).Resolution);
    }

    [Fact]
    public async Task Restarted_Subscribers_HearAgain()
    {
        var heard = await _store.HearAsync(Channels.CardsOf(Site));
        var page = await _store.HearAsync(Channels.VisitorOf(Site, Visitor(2)));
        for (var round = 1; round <= 2; round++)
        {
            await _server.RestartAsync(empty: true);
            await UntilItWorksAsync(async () =>
            {
                await _store.AvailableAsync(Site, "anna", 100);
                return true;
            });
            // Subscribing again takes the client its time; what is said meanwhile is read from the state instead.
            await UntilAsync(async () => int.Parse((await _server.CommandAsync("PUBSUB", "NUMSUB", Channels.CardsOf(Site))).Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture) == 1
                && int.Parse((await _server.CommandAsync("PUBSUB", "NUMSUB", Channels.VisitorOf(Site, Visitor(2)))).Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture) == 1);
            var owner = await _store.TakePartitionAsync(0, default);
            await _store.CommitAsync(CommitOf(0, owner.Epoch, round, DeliveryOf(Site, 2, await _store.ReserveAsync(Site, 2))), default);
            // Besides the cards the agents may hear that anna is there again.
            await UntilAsync(() => Task.FromResult(heard.Count(m => m.Contains("reserved", StringComparison.Ordinal)) == round && page.Count == round));
        }
    }
}
