using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hosts.Tests.Engine;

/// <summary>What a partition keeps through stops, take-overs and repeated work.</summary>
public sealed class PartitionWorkerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync(ManualTimeProvider? time = null) => RunningEngine.StartAsync(_folder.File("engagement.db"), time);

    [Fact]
    public async Task Restart_InTheMiddle_KeepsEverything()
    {
        var time = new ManualTimeProvider();
        OfferId offer;
        await using (var engine = await StartAsync(time))
        {
            await engine.AgentAsync();
            await engine.FlounderAsync("v1");
            await engine.SearchAsync("v2", "opening hours");
            offer = (await engine.OfferOfAsync("v1"))!.Offer;
        }
        await using (var engine = await StartAsync(time))
        {
            await engine.DecidedAsync();
            Assert.Equal(offer, (await engine.OfferOfAsync("v1"))!.Offer);
            Assert.Equal("floundering", (string?)(await engine.ShouldEngageAsync("v1"))["state"]);
            await engine.AgentAsync();
            await engine.SearchAsync("v1", "return label once more");
            await engine.SearchAsync("v2", "opening hours today");
            Assert.Equal(1, await engine.CountAsync("invitation_offered"));
            Assert.Equal(2, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v2"), default))!.Step);
        }
    }

    [Fact]
    public async Task Backlog_OfManyBatches_LeavesEveryVisitorAsOfTheLastEvent()
    {
        const int visitors = 200, each = 150;
        await using var engine = await StartAsync();
        var records = Enumerable.Range(0, visitors * each).Select(n => engine.Record($"v{n % visitors}", "heartbeat"));
        await engine.AppendAsync([.. Enumerable.Range(0, visitors).Select(n => engine.Record($"v{n}", "page_viewed")), .. records,
            .. Enumerable.Range(0, visitors).Select(n => engine.Record($"v{n}", "article_viewed", new { article = new { id = "a1" } }))]);
        await engine.DecidedAsync();
        for (var n = 0; n < visitors; n++)
            Assert.Equal(2, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf($"v{n}"), default))!.Step);
        Assert.All(engine.State.Partitions, p => Assert.Equal(p.Position, p.AssessedTo));
    }

    [Fact]
    public async Task Rebuild_AfterEveryEvent_EqualsTheUninterruptedRun()
    {
        var uninterrupted = await PlayAsync("whole.db", restartEvery: int.MaxValue);
        var interrupted = await PlayAsync("parts.db", restartEvery: 3);
        Assert.NotEmpty(uninterrupted);
        Assert.Equal(uninterrupted, interrupted);
    }

    /// <summary>The decisions of a few visits, timers included, in the order of the log and each once.</summary>
    private async Task<List<string>> PlayAsync(string file, int restartEvery)
    {
        var time = new ManualTimeProvider();
        var engine = await RunningEngine.StartAsync(_folder.File(file), time);
        try
        {
            var sent = 0;
            async Task Step(string visitor, string type, object members, double afterSeconds)
            {
                if (++sent % restartEvery == 0)
                {
                    await engine.DisposeAsync();
                    engine = await RunningEngine.StartAsync(_folder.File(file), time);
                    await engine.DecidedAsync();
                }
                await engine.AgentAsync();
                await engine.SendAsync(visitor, type, members, afterSeconds: afterSeconds, id: $"{visitor}-{sent}");
            }
            foreach (var query in new[] { "return label", "print return label", "return label printer", "label" })
            {
                await Step("v1", "search_performed", new { search = new { query, resultCount = 0, scope = "help" } }, 8);
                await Step("v2", "article_viewed", new { article = new { id = query, title = query } }, 3);
            }
            await Step("v3", "product_viewed", new { product = new { id = "p1", name = "Lamp", price = 40 } }, 1);
            await engine.PassAsync(TimeSpan.FromSeconds(150));
            await Step("v1", "search_performed", new { search = new { query = "label again", resultCount = 0, scope = "help" } }, 8);
            await Step("v3", "order_completed", new { }, 8);
            await engine.PassAsync(TimeSpan.FromSeconds(5));

            // A batch that was cut short may be decided again under the same ids.
            return [.. (await engine.ReadAllAsync(Topics.Decisions))
                .Select(d => $"{d["visitor"]} {d["id"]} {d["at"]} {d["state"]} [{string.Join(',', d["blockers"]!.AsArray().Select(b => (string?)b))}] {d["offerStatus"]}")
                .Distinct().Order(StringComparer.Ordinal)];
        }
        finally
        {
            await engine.DisposeAsync();
        }
    }

    [Fact]
    public async Task TwoOwners_TheEarlierIsFencedAndWritesNothing()
    {
        await using var engine = await StartAsync();
        await engine.SendAsync("v1", "page_viewed");
        var (partition, position) = (engine.PartitionOf("v1").Partition, engine.PartitionOf("v1").Position);

        // Somebody else takes the partition behind the worker's back, as after a pause that outlived its membership.
        var later = await engine.Store.TakePartitionAsync(partition, default);
        engine.Time.Advance(TimeSpan.FromSeconds(1));
        await engine.AppendAsync(engine.Record("v1", "page_viewed"));
        await RunningEngine.UntilAsync(() => Task.FromResult(engine.State.Of(partition).Phase == WorkerPhase.Fenced));

        var owned = await engine.Store.TakePartitionAsync(partition, default);
        Assert.True(owned.Epoch > later.Epoch);
        Assert.Equal(position, owned.Checkpoint!.Position);
        Assert.Equal(1, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Step);
    }

    [Theory]
    [InlineData(1, OfferStatus.None)]
    [InlineData(2, OfferStatus.Open)]
    public async Task Rebuild_OfferThatLandedBehindTheNextOwner_CountsOnlyWhereItIsThatOwners(long epoch, OfferStatus expected)
    {
        var time = new ManualTimeProvider();
        Assessment refused;
        await using (var engine = await StartAsync(time))
        {
            await engine.FlounderAsync("v1");
            refused = (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!;
            Assert.Equal((Blockers.NobodyFree, OfferStatus.None), (refused.Blockers, refused.Offer));
        }
        await using (var engine = await StartAsync(time))
        {
            await engine.DecidedAsync();
            var record = EngineEventWriter.Offered(
                "demo", refused.Visitor, new OfferId(refused.Session, 1), refused.Step, epoch, engine.Now + TimeSpan.FromMinutes(1), engine.Now);
            await engine.AppendAsync(new LogAppend(RecordKeys.Of("demo", refused.Visitor), record));
            await engine.DecidedAsync();
        }
        await using (var engine = await StartAsync(time))
        {
            await engine.DecidedAsync();
            Assert.Equal(expected, (await engine.Store.GetAssessmentAsync("demo", refused.Visitor, default))!.Offer);
        }
    }

    [Fact]
    public async Task TwoMembers_DivideThePartitions_AndTheOtherTakesOver()
    {
        await using var engine = await StartAsync();
        var state = new EngineState();
        var parts = engine.PartsWith(state);
        var other = new EngineService(engine.Log, parts, state, parts.Options, engine.Time, NullLogger<EngineService>.Instance);
        await other.StartAsync(default);
        await RunningEngine.UntilAsync(() => Task.FromResult(state.Partitions.Count(p => p.Phase == WorkerPhase.Live) == 2));
        foreach (var query in new[] { "return label", "print return label", "return label printer", "label return" })
        {
            engine.Time.Advance(TimeSpan.FromSeconds(8));
            await engine.AgentAsync(capacity: 20);
            for (var i = 0; i < 8; i++)
                await engine.AppendAsync(engine.Record($"w{i}", "search_performed", new { search = new { query, resultCount = 0, scope = "help" } }));
            await RunningEngine.UntilAsync(() => AllDecidedAsync(engine, state));
        }
        Assert.Equal(8, await engine.CountAsync("invitation_offered"));

        await other.StopAsync(default);
        await RunningEngine.UntilAsync(() => Task.FromResult(engine.State.Partitions.All(p => p.Phase == WorkerPhase.Live)));
        await engine.SearchAsync("w0", "return label again");
        Assert.Equal(8, await engine.CountAsync("invitation_offered"));
    }

    private static async Task<bool> AllDecidedAsync(RunningEngine engine, EngineState other)
    {
        foreach (var (mine, theirs) in engine.State.Partitions.Zip(other.Partitions))
        {
            var end = (await engine.Log.GetBoundsAsync(Topics.Events, mine.Partition, default)).Next;
            if (!new[] { mine, theirs }.Any(p => p.Phase == WorkerPhase.Live && p.Position == end)) return false;
        }
        return true;
    }

    [Fact]
    public async Task CrashBetweenRecordAndCommit_DeliversTheRecordedOfferOnce()
    {
        var time = new ManualTimeProvider();
        OfferId offer;
        await using (var engine = await StartAsync(time))
        {
            await engine.AgentAsync();
            await engine.FlounderAsync("v1");
            offer = (await engine.OfferOfAsync("v1"))!.Offer;
        }
        // The same log with a store that has forgotten everything but time: as if the file behind it came back empty.
        await using (var engine = await RunningEngine.StartOnCopyOfLogAsync(_folder.File("engagement.db"), _folder.File("copy.db"), time))
        {
            await engine.DecidedAsync();
            await engine.AgentAsync();
            await engine.SearchAsync("v1", "return label once more");
            Assert.Equal(1, await engine.CountAsync("invitation_offered"));
            Assert.Equal(OfferStatus.Open, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Offer);
            Assert.Equal(1, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.OffersMade);
            Assert.Equal(offer.Session, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Session);
        }
    }

    [Fact]
    public async Task CatchingUp_InvitesNobodyIntoThePast()
    {
        var time = new ManualTimeProvider();
        await using (var engine = await StartAsync(time)) await engine.SendAsync("v1", "page_viewed");
        await using (var sender = await RunningEngine.StartAsync(_folder.File("engagement.db"), time, false))
        {
            foreach (var query in new[] { "return label", "print return label", "return label printer", "label for return" })
            {
                time.Advance(TimeSpan.FromSeconds(8));
                await sender.AppendAsync(sender.Record("v1", "search_performed", new { search = new { query, resultCount = 0, scope = "help" } }));
            }
            time.Advance(TimeSpan.FromMinutes(2));
        }
        await using (var engine = await StartAsync(time))
        {
            await engine.AgentAsync();
            await engine.DecidedAsync();
            await engine.PassAsync(TimeSpan.FromSeconds(5));
            Assert.Equal(0, await engine.CountAsync("invitation_offered"));
            Assert.Contains("stale", (await engine.ShouldEngageAsync("v1"))["blockers"]!.AsArray().Select(b => (string?)b!["code"]));
        }
    }

    [Fact]
    public async Task ObservingSite_AndHeldOutSession_AreRecordedAndShownNothing()
    {
        foreach (var (site, cause) in new[] { (TestSites.Live(mode: SiteMode.Observe), "observed"), (TestSites.Live(holdout: 1), "holdout") })
        {
            await using var engine = await RunningEngine.StartAsync(_folder.File($"{cause}.db"), null, site);
            await engine.AgentAsync();
            await engine.FlounderAsync("v1");
            var withheld = Assert.Single(await engine.ReadAllAsync(Topics.Events), r => (string?)r["type"] == "invitation_withheld");
            Assert.Equal(cause, (string?)withheld["cause"]);
            Assert.Equal(0, await engine.CountAsync("invitation_offered"));
            Assert.False((bool)(await engine.ShouldEngageAsync("v1"))["engage"]!);
        }
    }

    [Fact]
    public async Task LogClockSite_LivesByTheLog_AndOffersInIt()
    {
        var time = new ManualTimeProvider();
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), time, TestSites.Live(clock: SiteClock.Log));
        await engine.AgentAsync(capacity: 10);
        var at = new DateTimeOffset(2019, 10, 1, 9, 0, 0, TimeSpan.Zero);
        var key = VisitorIdentity.KeyOf(engine.Demo, "v1", Instant.FromDateTimeOffset(at));
        foreach (var (query, i) in new[] { "return label", "print return label", "return label printer", "label return" }.Select((q, i) => (q, i)))
        {
            var (id, text) = ($"r{i}", Instant.FromDateTimeOffset(at).ToString());
            await engine.AppendAsync(engine.Record("v1", "search_performed",
                new { occurredAt = text, receivedAt = text, visitor = key.ToString(), search = new { query, resultCount = 0, scope = "help" } }, id: id));
            at += TimeSpan.FromSeconds(8);
        }
        await engine.DecidedAsync();
        Assert.Equal(1, await engine.CountAsync("invitation_offered"));
    }

    [Fact]
    public async Task UnreadableRecords_ArePassedOver_AndCounted()
    {
        await using var engine = await StartAsync();
        await engine.AppendAsync([.. new[] { "", "{", "null", "\uFFFD", "{\"v\":99,\"type\":\"page_viewed\"}" }
            .Select(text => new LogAppend("demo:x"u8.ToArray(), Encoding.UTF8.GetBytes(text)))]);
        await engine.SendAsync("v1", "page_viewed");
        Assert.Equal(5, engine.State.Of(RecordOutcome.Rejected));
        Assert.Equal(1, engine.State.Of(RecordOutcome.Applied));
    }
}
