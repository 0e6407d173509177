using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Engine.Stream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hosts.Tests.Engine;

/// <summary>The log or the store fails in the middle of a worker's work: nothing is lost, nothing is offered twice, and it goes on by itself.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    /// <summary>Faults as <c>call kind times</c>.</summary>
    [Theory]
    [InlineData("Append Unavailable 3")]
    [InlineData("Append Busy 3")]
    [InlineData("Append DoneButUnavailable 2")]
    [InlineData("Append Breaks 1")]
    [InlineData("Commit Throws 1")]
    [InlineData("Commit Throws 4")]
    [InlineData("Commit DoneButThrows 2")]
    [InlineData("Commit Breaks 1")]
    [InlineData("Commit Breaks 3")]
    [InlineData("Reserve Throws 3")]
    [InlineData("Reserve DoneButThrows 1")]
    [InlineData("Reserve Breaks 1")]
    [InlineData("Mirror Throws 2")]
    [InlineData("Next Throws 1")]
    [InlineData("Next Throws 1", "Join Throws 2")]
    [InlineData("Commit Breaks 1", "Read Throws 3")]
    [InlineData("Commit Breaks 1", "Read Breaks 2")]
    [InlineData("Commit Breaks 1", "Bounds Throws 2", "Take Throws 2")]
    [InlineData("Reserve Breaks 1", "Take Breaks 1")]
    [InlineData("Commit Forgets 1")]
    [InlineData("Commit Forgets 1", "Take Forgets 1")]
    [InlineData("Commit Forgets 2", "Take Forgets 2")]
    [InlineData("Reserve DoneButThrows 1", "Append DoneButUnavailable 1", "Commit DoneButThrows 1")]
    public async Task Fault_WhileAnOfferIsMade_ChangesNothingButTheTimeItTakes(params string[] faults)
    {
        var undisturbed = await PlayAsync("whole.db", []);
        var disturbed = await PlayAsync("disturbed.db", faults);
        Assert.Contains("invitation_offered", undisturbed, StringComparison.Ordinal);
        Assert.Contains("1 cards", undisturbed, StringComparison.Ordinal);
        Assert.Equal(undisturbed, disturbed);
    }

    private async Task<string> PlayAsync(string file, string[] faults)
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File(file));
        await engine.AgentAsync(capacity: 3);
        using var page = engine.OpenPage("v1");
        await engine.SendAsync("v1", "page_viewed", id: "p1");
        await Search("return label", "s1");
        await Search("print return label", "s2");
        Assert.Null(await engine.OfferOfAsync("v1"));

        foreach (var fault in faults.Select(f => f.Split(' ')))
            engine.Faults.Set(Enum.Parse<StorageCall>(fault[0]), Enum.Parse<FaultKind>(fault[1]), int.Parse(fault[2], System.Globalization.CultureInfo.InvariantCulture));
        engine.Time.Advance(TimeSpan.FromSeconds(8));
        await engine.AppendAsync(SearchOf("v1", "return label printer", "s3"), SearchOf("v2", "opening hours", "o1"), engine.Record("v3", "page_viewed", id: "p3"));
        await engine.RecoveredAsync();
        foreach (var fault in faults)
            Assert.True(engine.Faults.Met(Enum.Parse<StorageCall>(fault.Split(' ')[0])) > 0, $"never met: {fault}");
        engine.Faults.Mend();
        await Search("label of return", "s4");
        await Search("label of return again", "s5");
        return await TellAsync(engine);

        LogAppend SearchOf(string visitor, string query, string id) =>
            engine.Record(visitor, "search_performed", new { search = new { query, resultCount = 0, scope = "help" } }, id: id);

        async Task Search(string query, string id)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(8));
            await engine.AppendAsync(SearchOf("v1", query, id));
            await engine.RecoveredAsync();
        }
    }

    /// <summary>All that anyone could tell of what happened, but for when.</summary>
    private static async Task<string> TellAsync(RunningEngine engine)
    {
        var told = new List<string>();
        foreach (var visitor in new[] { "v1", "v2", "v3" })
        {
            var a = await engine.Store.GetAssessmentAsync("demo", engine.KeyOf(visitor), default);
            told.Add($"{visitor}: {a!.State} step {a.Step} offer {a.Offer} made {a.OffersMade} searches {a.Features[(int)Feature.Searches]}");
        }
        told.Add($"{(await engine.OfferOfAsync("v1"))?.Status}, {(await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots} slots free");
        told.Add($"{(await engine.Store.GetCardsAsync("demo", default)).Count} cards");
        told.AddRange((await engine.ReadAllAsync(Topics.Events)).Where(r => ((string)r["type"]!).StartsWith("invitation_", StringComparison.Ordinal))
            .Select(r => $"{r["type"]} {r["offer"]} {r["step"]}").Distinct());
        told.AddRange((await engine.ReadAllAsync(Topics.Decisions))
            .Select(d => $"{d["id"]} {d["state"]} [{string.Join(',', d["blockers"]!.AsArray().Select(b => (string?)b))}] {d["offerStatus"]}")
            .Distinct().Order(StringComparer.Ordinal));
        return string.Join('\n', told);
    }

    /// <summary>Has v1 search in vain until she is invited.</summary>
    private static async Task<OfferId> InviteAsync(RunningEngine engine)
    {
        await engine.AgentAsync();
        await engine.SendAsync("v1", "page_viewed");
        foreach (var query in new[] { "return label", "print return label", "return label printer" }) await engine.SearchAsync("v1", query);
        return (await engine.OfferOfAsync("v1"))!.Offer;
    }

    /// <summary>The store forgets everything, the invitation that stands on her page too: it is made again under its own id, and agents see its card.</summary>
    [Fact]
    public async Task StoreComesBackEmpty_OpenOfferIsMadeAgainUnderItsId()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        using var page = engine.OpenPage("v1");
        var offer = await InviteAsync(engine);
        await engine.Store.EraseAsync("demo", engine.KeyOf("v1"), default);
        Assert.Null(await engine.OfferOfAsync("v1"));

        engine.Faults.Set(StorageCall.Commit, FaultKind.Forgets, 1);
        engine.Faults.Set(StorageCall.Take, FaultKind.Forgets, 1);
        await engine.AppendAsync(engine.Record("v1", "heartbeat"));
        await engine.RecoveredAsync();
        Assert.Equal(1, engine.Faults.Met(StorageCall.Take));
        Assert.Equal(offer, (await engine.OfferOfAsync("v1"))!.Offer);
        Assert.Single(await engine.Store.GetCardsAsync("demo", default));
        Assert.Single(await engine.ReadAllAsync(Topics.Events), r => (string?)r["type"] == "invitation_offered");
    }

    /// <summary>The store forgets everything, and who had the partition is gone, too: the next does not decide about all that the log holds.</summary>
    [Fact]
    public async Task StoreComesBackEmpty_ForANewOwner_GoesOnWhereTheGroupWas_AndMakesTheOpenOfferAgain()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        using var page = engine.OpenPage("v1");
        var offer = await InviteAsync(engine);
        await engine.RecoveredAsync();
        var decided = (await engine.ReadAllAsync(Topics.Decisions)).Count;
        await StopOwnAsync(engine);
        await engine.Store.EraseAsync("demo", engine.KeyOf("v1"), default);

        engine.Faults.Set(StorageCall.Take, FaultKind.Forgets, engine.Log.PartitionCount);
        using var other = await StartAnotherAsync(engine);
        Assert.Equal(engine.Log.PartitionCount, engine.Faults.Met(StorageCall.Take));
        Assert.Equal(decided, (await engine.ReadAllAsync(Topics.Decisions)).Count);
        Assert.Equal(offer, (await engine.OfferOfAsync("v1"))!.Offer);
        Assert.Single(await engine.Store.GetCardsAsync("demo", default));
        Assert.Equal(VisitorState.Floundering, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.State);
        await other.StopAsync(default);
    }

    /// <summary>Sixty flounder while no engine runs, and one of them is still there: who is, is asked for many at once.</summary>
    [Fact]
    public async Task CatchingUp_AsksAtOnceWhoIsStillThere_AndInvitesHerAlone()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        await StopOwnAsync(engine);
        var visitors = Enumerable.Range(0, 60).Select(n => $"v{n}").ToArray();
        await engine.AppendAsync([.. visitors.Select(v => engine.Record(v, "page_viewed", new { page = new { url = "https://help.example/", language = "en" } }))]);
        foreach (var query in (string[])["return label", "print return label", "return label printer", "where is the return label"])
        {
            engine.Time.Advance(TimeSpan.FromSeconds(8));
            await engine.AppendAsync([.. visitors.Select(v => engine.Record(v, "search_performed", new { search = new { query, resultCount = 0, scope = "help" } }))]);
        }
        engine.Time.Advance(TimeSpan.FromMinutes(5));
        await engine.AgentAsync(capacity: 10);
        await engine.Store.SetPageOpenAsync("demo", engine.KeyOf("v7"), default);

        using var other = await StartAnotherAsync(engine);
        Assert.NotNull(await engine.OfferOfAsync("v7"));
        Assert.Equal(1, await engine.CountAsync("invitation_offered"));
        // As many questions as partitions that hold any of them, and one more where a batch was cut.
        Assert.InRange(engine.Faults.Calls(StorageCall.Pages), 1, 2 * engine.Log.PartitionCount);
        await other.StopAsync(default);
    }

    /// <summary>She said no, and the store forgets it: the log remembers.</summary>
    [Fact]
    public async Task StoreComesBackEmpty_DeclinedOfferIsNotMadeAgain()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        using var page = engine.OpenPage("v1");
        var offer = await InviteAsync(engine);
        await engine.AppendAsync(new LogAppend(
            RecordKeys.Of("demo", engine.KeyOf("v1")),
            Engagement.Core.Events.EngineEventWriter.Answered("demo", engine.KeyOf("v1"), offer, InvitationAnswer.Declined, engine.Now)));
        await engine.RecoveredAsync();
        await engine.Store.EraseAsync("demo", engine.KeyOf("v1"), default);

        engine.Faults.Set(StorageCall.Commit, FaultKind.Forgets, 1);
        engine.Faults.Set(StorageCall.Take, FaultKind.Forgets, 1);
        await engine.AppendAsync(engine.Record("v1", "heartbeat"));
        await engine.RecoveredAsync();
        Assert.Equal(1, engine.Faults.Met(StorageCall.Take));
        Assert.Null(await engine.OfferOfAsync("v1"));
        Assert.Empty(await engine.Store.GetCardsAsync("demo", default));
    }

    [Fact]
    public async Task OfferThatCouldNotBeRecordedInTime_ReachesNobody()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        await engine.AgentAsync();
        await engine.SendAsync("v1", "page_viewed");
        await engine.SearchAsync("v1", "return label");
        await engine.SearchAsync("v1", "print return label");
        engine.Faults.Set(StorageCall.Append, FaultKind.Unavailable);
        engine.Time.Advance(TimeSpan.FromSeconds(8));
        await engine.AppendAsync(engine.Record("v1", "search_performed", new { search = new { query = "return label printer", resultCount = 0, scope = "help" } }));
        await RunningEngine.UntilAsync(() => Task.FromResult(engine.Faults.Met(StorageCall.Append) > 0));
        engine.Time.Advance(Limits.LeaseDefault + TimeSpan.FromSeconds(30));
        engine.Faults.Mend();
        await engine.RecoveredAsync();
        await engine.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Null(await engine.OfferOfAsync("v1"));
        Assert.Empty(await engine.Store.GetCardsAsync("demo", default));
        Assert.Equal(2, (await engine.Store.GetAvailabilityAsync("demo", default)).FreeSlots);
        Assert.Equal(OfferStatus.Withdrawn, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Offer);
    }

    [Fact]
    public async Task LongOutage_KeepsThePlace_AndCatchesUpWithEverything()
    {
        await using var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        await engine.AgentAsync();
        await engine.SendAsync("v1", "page_viewed");
        var partition = engine.PartitionOf("v1");
        var position = partition.Position;
        engine.Faults.Set(StorageCall.Commit, FaultKind.Throws);
        for (var i = 0; i < 40; i++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(1));
            await engine.AppendAsync(engine.Record("v1", "page_viewed", new { page = new { url = $"https://help.example/{i}" } }));
        }
        await RunningEngine.UntilAsync(() =>
        {
            engine.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(engine.Faults.Met(StorageCall.Commit) >= 3);
        });
        Assert.Equal(position, partition.Position);
        Assert.Equal(1, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Step);

        // Meanwhile questions are answered from what was decided last.
        Assert.False((bool)(await engine.ShouldEngageAsync("v1"))["engage"]!);
        engine.Faults.Mend();
        await engine.RecoveredAsync();
        Assert.Equal(41, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Features[(int)Feature.PagesViewed]);
    }

    [Fact]
    public async Task StopDuringAnOutage_LosesNothing()
    {
        var time = new ManualTimeProvider();
        await using (var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), time))
        {
            await engine.AgentAsync();
            await engine.SendAsync("v1", "page_viewed");
            engine.Faults.Set(StorageCall.Commit, FaultKind.Hangs);
            await engine.AppendAsync(engine.Record("v1", "page_viewed"));
            await RunningEngine.UntilAsync(() => Task.FromResult(engine.Faults.Met(StorageCall.Commit) > 0));
        }
        await using (var engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), time))
        {
            await engine.RecoveredAsync();
            Assert.Equal(2, (await engine.Store.GetAssessmentAsync("demo", engine.KeyOf("v1"), default))!.Step);
        }
    }

    private static Task StopOwnAsync(RunningEngine engine) =>
        engine.Services.GetServices<IHostedService>().OfType<EngineService>().Single().StopAsync(default);

    /// <summary>A second member of the group, once it has read all partitions to their ends.</summary>
    private static async Task<EngineService> StartAnotherAsync(RunningEngine engine)
    {
        var state = new EngineState();
        var parts = engine.PartsWith(state);
        var other = new EngineService(engine.Log, parts, state, parts.Options, engine.Time, NullLogger<EngineService>.Instance);
        await other.StartAsync(default);
        await RunningEngine.UntilAsync(() => Task.FromResult(state.Partitions.Count(p => p.Phase == WorkerPhase.Live) == engine.Log.PartitionCount));
        return other;
    }
}
