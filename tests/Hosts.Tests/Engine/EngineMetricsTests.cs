using Engagement.Core.Contracts;
using Engagement.Engine.Stream;
using Hosts.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Engine;

/// <summary>What an operator reads off the exported metrics is what happened.</summary>
public sealed class EngineMetricsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningEngine _engine = null!;
    private CollectedMetrics _metrics = null!;

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        _metrics = new CollectedMetrics(_engine.Services);
        await _engine.DecidedAsync();
    }

    public async Task DisposeAsync()
    {
        _metrics.Dispose();
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Records_EveryOneThatWasRead_HasAnOutcome()
    {
        // What the workers read before anybody collected is nobody's figure.
        var before = (Read: (double)_engine.State.Partitions.Sum(p => p.Position), Counted: _metrics.Sum("engagement.engine.records"));
        await _engine.FlounderAsync("v1");
        await _engine.AppendAsync(new LogAppend("demo:x"u8.ToArray(), "not json"u8.ToArray()));
        await _engine.DecidedAsync();
        var read = _engine.State.Partitions.Sum(p => p.Position) - before.Read;
        await RunningEngine.UntilAsync(() => Task.FromResult(_metrics.Sum("engagement.engine.records") - before.Counted >= read));
        Assert.Equal(read, _metrics.Sum("engagement.engine.records") - before.Counted);
        Assert.Equal(1, _metrics.Sum("engagement.engine.records", "outcome=rejected"));
        Assert.Equal(1, _metrics.Sum("engagement.engine.sessions.live"));
    }

    [Fact]
    public async Task Offer_Made_ShowsInSlotsOffersAndCardLatency()
    {
        await _engine.AgentAsync(capacity: 2);
        using var page = _engine.OpenPage("v1");
        Assert.Equal(2, _metrics.Sum("engagement.engine.slots.free", "site=demo"));
        await _engine.FlounderAsync("v1");
        Assert.NotNull(await _engine.OfferOfAsync("v1"));
        Assert.Equal(1, _metrics.Sum("engagement.engine.offers", "status=open"));
        Assert.Equal(1, _metrics.Count("engagement.engine.card.latency"));
        Assert.True(_metrics.Count("engagement.engine.decision.latency") > 1);
        await _engine.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(1, _metrics.Sum("engagement.engine.slots.free", "site=demo"));
        Assert.Equal(1, _metrics.Sum("engagement.engine.agents.available", "site=demo"));
    }

    [Fact]
    public async Task Partitions_AfterAFault_WereRebuiltAndRestartedOnce()
    {
        Assert.Equal(_engine.Log.PartitionCount, _metrics.Sum("engagement.engine.partitions", "phase=live"));
        _engine.Faults.Set(StorageCall.Commit, FaultKind.Breaks, 1);
        await _engine.AppendAsync(_engine.Record("v1", "page_viewed"));
        await _engine.RecoveredAsync();
        Assert.Equal(1, _metrics.Sum("engagement.engine.restarts"));
        Assert.True(_metrics.Count("engagement.engine.rebuild.duration") >= 1);
        Assert.Equal(_engine.Log.PartitionCount, _metrics.Sum("engagement.engine.partitions"));
    }

    [Fact]
    public async Task Partition_TakenByALaterOwner_IsFenced()
    {
        var partition = 0;
        await _engine.Store.TakePartitionAsync(partition, default);
        await _engine.AppendAsync(_engine.Record("v1", "page_viewed") with { Partition = partition });
        await RunningEngine.UntilAsync(() => Task.FromResult(_metrics.Sum("engagement.engine.fenced") == 1));
        Assert.Equal(1, _metrics.Sum("engagement.engine.partitions", "phase=fenced"));
    }

    [Fact]
    public async Task Consumer_ThatBreaks_IsCounted()
    {
        _engine.Faults.Set(StorageCall.Next, FaultKind.Throws, 1);
        await _engine.AppendAsync(_engine.Record("v1", "page_viewed"));
        await _engine.RecoveredAsync();
        Assert.Equal(1, _metrics.Sum("engagement.engine.consumer.faults"));
    }

    [Fact]
    public async Task Lag_WhileTheStoreIsAway_TellsRecordsAndAgeThenNone()
    {
        var look = ActivatorUtilities.CreateInstance<LagService>(_engine.Services);
        _engine.Faults.Set(StorageCall.Commit, FaultKind.Throws);
        await _engine.AppendAsync(_engine.Record("v1", "page_viewed"), _engine.Record("v1", "heartbeat"));
        await look.LookAsync(default);
        _engine.Time.Advance(TimeSpan.FromSeconds(20));
        await look.LookAsync(default);
        Assert.Equal(2, _metrics.Sum("engagement.engine.lag"));
        Assert.InRange(_metrics.Sum("engagement.engine.lag.seconds"), 20, 25);
        await RunningEngine.UntilAsync(() => Task.FromResult(_metrics.Sum("engagement.engine.call.failures", "pipeline=delivery-commit") >= 1));

        _engine.Faults.Mend();
        await _engine.RecoveredAsync();
        await look.LookAsync(default);
        await look.LookAsync(default);
        Assert.Equal((0, 0), (_metrics.Sum("engagement.engine.lag"), _metrics.Sum("engagement.engine.lag.seconds")));
    }

    [Fact]
    public async Task Streams_OpenAndClosed_AreCounted()
    {
        using (await EventStreamClient.OpenAsync(_engine, "/v1/agents/cards/stream", TestSites.AgentToken("demo")))
        using (await EventStreamClient.OpenAsync(_engine, "/v1/visitors/v1/invitations/stream", _engine.TokenOf("v1")))
        {
            Assert.Equal((1, 1), (_metrics.Sum("engagement.engine.streams.open", "audience=agent"), _metrics.Sum("engagement.engine.streams.open", "audience=visitor")));
        }
        await RunningEngine.UntilAsync(() => Task.FromResult(_metrics.Sum("engagement.engine.streams.open") == 0));
    }

    [Fact]
    public async Task Answers_WhileTheStoreIsAway_AreCountedAsUnavailable()
    {
        _engine.Faults.Set(StorageCall.Ask, FaultKind.Throws);
        await _engine.ShouldEngageAsync("v1");
        Assert.Equal(1, _metrics.Sum("engagement.engine.answers.unavailable"));
    }
}
