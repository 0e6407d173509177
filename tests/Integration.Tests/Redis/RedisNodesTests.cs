using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine.Delivery.Redis;
using static Integration.Tests.Redis.RedisStoreSteps;

namespace Integration.Tests.Redis;

/// <summary>Two nodes on one Redis.</summary>
public sealed class RedisNodesTests : IClassFixture<SingleRedis>, IAsyncLifetime
{
    private readonly SingleRedis _redis;
    private readonly string _site = $"shop-{Random.Shared.Next():x}";
    private RedisDeliveryStore _one = null!;
    private RedisDeliveryStore _two = null!;

    public RedisNodesTests(SingleRedis redis) => _redis = redis;

    public async Task InitializeAsync()
    {
        await _redis.Server.CommandAsync("FLUSHALL");
        (_one, _two) = (await OpenAsync(_redis.Server.Address), await OpenAsync(_redis.Server.Address));
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Reserve_ThirtyTwoAtOnceForThreeSlots_ThreeLeases()
    {
        for (var round = 0; round < 20; round++)
        {
            var site = $"{_site}-{round}";
            await _one.AvailableAsync(site, "anna", 1);
            await _two.AvailableAsync(site, "bert", 2);
            var leases = await Task.WhenAll(Enumerable.Range(1, 32).Select(i => Task.Run(async () => await (i % 2 == 0 ? _one : _two).ReserveAsync(site, i))));
            Assert.Equal(3, leases.Count(l => l.Resolution == OfferResolution.Reserved));
            Assert.Equal(1, leases.Count(l => l.Agent == "anna"));
            Assert.Equal(29, leases.Count(l => l.Resolution == OfferResolution.NobodyFree));
        }
    }

    [Fact]
    public async Task Commit_OwnerOvertakenByAnotherNode_FencedAndHisAssessmentsRefused()
    {
        var first = await _one.TakePartitionAsync(1, default);
        var second = await _two.TakePartitionAsync(1, default);
        var (late, current) = (CommitOf(1, first.Epoch, 50), CommitOf(1, second.Epoch, 40));
        late.Assessments.Add(AssessmentOf(_site, 1, step: 9));
        current.Assessments.Add(AssessmentOf(_site, 1, step: 8));
        Assert.Equal(CommitOutcome.Done, await _two.CommitAsync(current, default));
        Assert.Equal(CommitOutcome.Fenced, await _one.CommitAsync(late, default));
        Assert.Equal(8, (await _one.GetAssessmentAsync(_site, Visitor(1), default))!.Step);
        Assert.Equal(40, (await _one.TakePartitionAsync(1, default)).Checkpoint!.Position);
    }

    [Fact]
    public async Task Assessment_ReadAgain_IsTheSameObjectUntilItIsWrittenAgainAndGoneOnceErased()
    {
        var owner = await _one.TakePartitionAsync(1, default);
        var first = await WriteAsync(step: 1);
        Assert.Same(first, await _two.GetAssessmentAsync(_site, Visitor(1), default));
        var second = await WriteAsync(step: 2);
        Assert.Equal(2, second.Step);
        // The same step once more, as something else: what Redis says decides, not what was remembered.
        Assert.Equal(OfferStatus.Seen, (await WriteAsync(step: 2, OfferStatus.Seen)).Offer);
        await _one.EraseAsync(_site, Visitor(1), default);
        Assert.Null(await _two.GetAssessmentAsync(_site, Visitor(1), default));

        async Task<Assessment> WriteAsync(int step, OfferStatus offer = OfferStatus.Open)
        {
            var commit = CommitOf(1, owner.Epoch, step);
            commit.Assessments.Add(AssessmentOf(_site, 1, step) with { Offer = offer });
            Assert.Equal(CommitOutcome.Done, await _one.CommitAsync(commit, default));
            return (await _two.GetAssessmentAsync(_site, Visitor(1), default))!;
        }
    }

    /// <summary>The owner that is overtaken after he was asked for his epoch: as if he had been slow between two of his writes.</summary>
    [Fact]
    public async Task Commit_OvertakenBetweenItsWrites_EffectsOfTheLowerEpochAreRefused()
    {
        await _one.AvailableAsync(_site, "anna", 5);
        var first = await _one.TakePartitionAsync(1, default);
        var second = await _two.TakePartitionAsync(1, default);
        var current = CommitOf(1, second.Epoch, 10, DeliveryOf(_site, 1, await _two.ReserveAsync(_site, 1)));
        current.Assessments.Add(AssessmentOf(_site, 1, step: 2));
        await _two.CommitAsync(current, default);
        // What a fail-over that lost the second taking would leave: the first owner's epoch, beside what the second wrote.
        await _redis.Server.CommandAsync("SET", "engagement:{partition:1}:epoch", first.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture), "EX", "100");
        var late = CommitOf(1, first.Epoch, 11, DeliveryOf(_site, 2, await _one.ReserveAsync(_site, 2)));
        late.Assessments.Add(AssessmentOf(_site, 1, step: 3));
        Assert.Equal(CommitOutcome.Fenced, await _one.CommitAsync(late, default));
        Assert.Null(await _one.GetOfferOfAsync(_site, Visitor(2), default));
        Assert.Equal(2, (await _one.GetAssessmentAsync(_site, Visitor(1), default))!.Step);
        Assert.Equal(CommitOutcome.Done, await _two.CommitAsync(CommitOf(1, second.Epoch, 12), default));
        Assert.Equal(12, (await _two.TakePartitionAsync(1, default)).Checkpoint!.Position);
    }

    [Fact]
    public async Task Sweep_OnBothNodesAtOnce_EachEndingToldOnce()
    {
        await _one.AvailableAsync(_site, "anna", 20);
        var owner = await _one.TakePartitionAsync(0, default);
        for (var i = 1; i <= 20; i++)
            await _one.CommitAsync(CommitOf(0, owner.Epoch, i, DeliveryOf(_site, i, await _one.ReserveAsync(_site, i))), default);
        (_one.TimeOffset, _two.TimeOffset) = (Limits.AgentPresenceTtl, Limits.AgentPresenceTtl);
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await (i % 2 == 0 ? _one : _two).SweepAsync(default))));
        Assert.Equal(20, told.Sum(t => t.Count));
        Assert.Equal(20, told.SelectMany(t => t).Select(e => e.Offer).Distinct().Count());
    }

    [Fact]
    public async Task Sweep_SitesOfANodeThatDied_AreSweptByTheOther()
    {
        await _one.AvailableAsync(_site, "anna", 1);
        var owner = await _one.TakePartitionAsync(0, default);
        Assert.Equal(CommitOutcome.Done, await _one.CommitAsync(CommitOf(0, owner.Epoch, 1, DeliveryOf(_site, 1, await _one.ReserveAsync(_site, 1))), default));
        await _one.DisposeAsync();
        _two.TimeOffset = Limits.AgentPresenceTtl;
        Assert.Equal(OfferOf(1), Assert.Single(await _two.SweepAsync(default)).Offer);
    }

    [Fact]
    public async Task PageOpen_OnTwoNodes_ThereUntilBothHaveClosedIt()
    {
        await _one.SetPageOpenAsync(_site, Visitor(1), default);
        await _two.SetPageOpenAsync(_site, Visitor(1), default);
        await _one.SetPageClosedAsync(_site, Visitor(1), default);
        Assert.True(await _one.IsPageOpenAsync(_site, Visitor(1), default));
        await _two.SetPageClosedAsync(_site, Visitor(1), default);
        Assert.False(await _one.IsPageOpenAsync(_site, Visitor(1), default));
    }

    [Fact]
    public async Task Subscriber_Slow_KeepsNobodyWaitingAndMessagesKeepTheirOrder()
    {
        using var released = new ManualResetEventSlim();
        await _one.AvailableAsync(_site, "anna", 200);
        await _two.SubscribeAsync(Channels.CardsOf(_site), _ => released.Wait(), default);
        var heard = await _two.HearAsync(Channels.CardsOf(_site));
        var owner = await _one.TakePartitionAsync(0, default);
        for (var i = 1; i <= 200; i++)
            await _one.CommitAsync(CommitOf(0, owner.Epoch, i, DeliveryOf(_site, i, await _one.ReserveAsync(_site, i))), default);
        await UntilAsync(() => Task.FromResult(heard.Count == 200));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => $"\"reserved {i}\""), heard);
        Assert.NotNull(await _two.GetOfferOfAsync(_site, Visitor(1), default));
        released.Set();
    }

    [Fact]
    public async Task MixedRun_EveryKeyExpires()
    {
        await RunAsync();
        var keys = (await _redis.Server.CommandAsync("KEYS", "*")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(keys.Length >= 15, string.Join('\n', keys));
        foreach (var key in keys)
            Assert.True(long.Parse(await _redis.Server.CommandAsync("PTTL", key), System.Globalization.CultureInfo.InvariantCulture) > 0, $"{key} never expires");
    }

    [Fact]
    public async Task Assessment_ComesBackWhole()
    {
        var written = AssessmentOf(_site, 1, step: 7);
        var owner = await _one.TakePartitionAsync(0, default);
        var commit = CommitOf(0, owner.Epoch, 1);
        commit.Assessments.Add(written);
        await _one.CommitAsync(commit, default);
        var read = (await _two.GetAssessmentAsync(_site, Visitor(1), default))!;
        Assert.Equal(written.Features, read.Features);
        Assert.Equal(written.Articles.ToArray(), read.Articles.ToArray());
        Assert.Equal(written, read with { Features = written.Features, Articles = written.Articles });
    }

    /// <summary>A bit of everything, some of it by the log's clock.</summary>
    private async Task RunAsync()
    {
        await _one.AvailableAsync(_site, "anna", 50);
        var owner = await _one.TakePartitionAsync(0, default);
        for (var i = 1; i <= 40; i++)
        {
            var commit = CommitOf(0, owner.Epoch, i, DeliveryOf(_site, i, await _one.ReserveAsync(_site, i)));
            commit.Assessments.Add(AssessmentOf(_site, i));
            if (i % 7 == 0) commit.Cards.Add(new CardUpdate(_site, OfferOf(i), "\"card\""u8.ToArray()));
            if (i % 5 == 0) commit.Endings.Add(new OfferEnding(_site, Visitor(i), OfferOf(i), OfferStatus.Withdrawn, "left_site"));
            if (i % 9 == 0) commit.SessionsEnded.Add((_site, Visitor(i), OfferOf(i).Session));
            await _one.CommitAsync(commit, default);
            await _two.AnswerAsync(new AnswerRequest { Site = _site, Visitor = Visitor(i), Offer = OfferOf(i), Answer = (InvitationAnswer)(i % 4) }, default);
            if (i % 3 == 0) await _two.ClaimAsync(_site, OfferOf(i), "anna", default);
            if (i % 6 == 0) await _two.EndConversationAsync(_site, OfferOf(i), "anna", default);
            await _two.SetPageOpenAsync(_site, Visitor(i), default);
        }
        await _two.EraseAsync(_site, Visitor(1), default);
        await _one.AvailableAsync("replayed", "bert", 3);
        await _one.ReserveAsync(new ReserveRequest
        {
            Site = "replayed", Visitor = Visitor(1), Offer = OfferOf(1), Lease = TimeSpan.FromSeconds(45), OffersPerHourMax = 9, LogTime = new Instant(1_500_000_000_000),
        }, default);
        await _one.SweepAsync(default);
        await _one.WithdrawOffersAsync(_site, "site_off", default);
    }
}
