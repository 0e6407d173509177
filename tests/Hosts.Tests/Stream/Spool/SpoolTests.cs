using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Engine.Stream;
using Engagement.Engine.Stream.Embedded;

namespace Hosts.Tests.Stream.Spool;

/// <summary>What a collector's spool does at its edges.</summary>
public sealed class SpoolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WaywardLog _log = new(2, 1);

    public void Dispose() => _folder.Dispose();

    private string File => _folder.File("spool.db");

    [Fact]
    public async Task Append_LogAway_DurableHereAndDrainedWhenItIsBack()
    {
        await using var spool = new OpenSpool(_log, File);
        _log.Mood = LogMood.Away;
        Assert.True((await AppendAsync(spool, "a", "b")).IsDurable);
        var status = await spool.Log.GetStatusAsync(default);
        Assert.Equal((1, 2), (status.Lanes, status.Records));
        Assert.True(status.Bytes > 0);
        Assert.Empty(Values());
        _log.Mood = LogMood.Up;
        await spool.DrainedAsync();
        Assert.Equal(["a", "b"], Values());
        Assert.Equal(0, (await spool.Log.GetStatusAsync(default)).Bytes);
        await AppendAsync(spool, "c");
        Assert.Equal(["a", "b", "c"], Values());
    }

    [Fact]
    public async Task Append_LogDoesNotAnswer_DurableHereWithinTheBound()
    {
        await using var spool = new OpenSpool(_log, File);
        _log.Mood = LogMood.Hung;
        Assert.True((await AppendAsync(spool, "a").WaitAsync(TimeSpan.FromSeconds(5))).IsDurable);
        Assert.True((await AppendAsync(spool, "b").WaitAsync(TimeSpan.FromSeconds(5))).IsDurable);
        _log.Mood = LogMood.Up;
        await spool.DrainedAsync();
        Assert.Equal(["a", "b"], Values().Distinct());
    }

    [Fact]
    public async Task Append_OnePartitionTurned_TheOtherGoesStraight()
    {
        await using var spool = new OpenSpool(_log, File);
        _log.Mood = LogMood.Away;
        await AppendAsync(spool, "a");
        Assert.Equal(1, (await spool.Log.GetStatusAsync(default)).Lanes);
    }

    [Fact]
    public async Task Append_LogBusy_IsTheSendersToHeed()
    {
        await using var spool = new OpenSpool(_log, File);
        _log.Mood = LogMood.Busy;
        Assert.Equal(AppendOutcome.Busy, (await AppendAsync(spool, "a")).Outcome);
        Assert.False((await spool.Log.GetStatusAsync(default)).IsSpooling);
    }

    [Fact]
    public async Task Append_OtherTopics_AreNotSpooled()
    {
        await using var spool = new OpenSpool(_log, File);
        _log.Mood = LogMood.Away;
        Assert.Equal(AppendOutcome.Unavailable, (await spool.Log.AppendAsync(Topics.Decisions, [Record("a")], default)).Outcome);
    }

    [Fact]
    public async Task Append_SpoolFull_BusyWithRetryAfterAndTakenAgainWhenDrained()
    {
        await using var spool = new OpenSpool(_log, File, Limits.SpoolBytesMin);
        _log.Mood = LogMood.Away;
        var large = new string('x', 300_000);
        AppendResult result;
        var taken = 0;
        while ((result = await AppendAsync(spool, large)).IsDurable) taken++;
        Assert.Equal((AppendOutcome.Busy, Limits.SpoolRetryAfter), (result.Outcome, result.RetryAfter));
        Assert.Equal((int)(Limits.SpoolBytesMin / 300_000), taken);
        // A smaller one still has room: full is said of what does not fit.
        Assert.True((await AppendAsync(spool, "small")).IsDurable);
        _log.Mood = LogMood.Up;
        await spool.DrainedAsync();
        Assert.True((await AppendAsync(spool, large)).IsDurable);
        Assert.Equal(taken + 2, Values().Count);
    }

    [Fact]
    public async Task Open_LeftByAnotherProcess_DrainedBeforeAnythingNew()
    {
        _log.Mood = LogMood.Away;
        await using (var before = new OpenSpool(_log, File)) await AppendAsync(before, "a", "b");
        await using var after = new OpenSpool(_log, File);
        Assert.Equal(2, (await after.Log.GetStatusAsync(default)).Records);
        await AppendAsync(after, "c");
        _log.Mood = LogMood.Up;
        await AppendAsync(after, "d");
        await after.DrainedAsync();
        Assert.Equal(["a", "b", "c", "d"], Values());
        Assert.Equal(0, (await after.Log.GetStatusAsync(default)).Bytes);
    }

    [Fact]
    public async Task Open_LogDividedAnew_StillDrainsByKey()
    {
        _log.Mood = LogMood.Away;
        await using (var before = new OpenSpool(_log, File)) await AppendAsync(before, "a", "b", "c");
        var larger = new WaywardLog(5, 1);
        await using var after = new OpenSpool(larger, File);
        await after.DrainedAsync();
        Assert.Equal(["a", "b", "c"], larger.ValuesOf(Topics.Events, Murmur2.PartitionOf(Key, 5)));
    }

    [Fact]
    public async Task Drain_VisitorErasedMeanwhile_NeverReachesTheLog()
    {
        var (gone, stays) = (new VisitorKey(1, 2), new VisitorKey(3, 4));
        await using var spool = new OpenSpool(_log, File);
        var before = new Instant(1_800_000_000_000);
        var erasedAt = before + TimeSpan.FromSeconds(10);
        // Known to the log before the drain asks, which is when it is back.
        await _log.AppendAsync(Topics.Erasures, [new LogAppend(RecordKeys.Of("demo", gone), ErasureIndex.Entry("demo", gone, erasedAt))], default);
        _log.Mood = LogMood.Away;
        LogAppend Event(VisitorKey visitor, string id, Instant at) =>
            new(RecordKeys.Of("demo", visitor), Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","receivedAt":"{{at}}"}"""));
        await spool.Log.AppendAsync(Topics.Events, [Event(gone, "secret", before), Event(stays, "other", before), Event(gone, "later", erasedAt + TimeSpan.FromSeconds(1))], default);
        _log.Mood = LogMood.Up;
        await spool.DrainedAsync();
        var arrived = string.Concat(_log.ValuesOf(Topics.Events, 0).Concat(_log.ValuesOf(Topics.Events, 1)));
        Assert.DoesNotContain("secret", arrived, StringComparison.Ordinal);
        Assert.Contains("other", arrived, StringComparison.Ordinal);
        Assert.Contains("later", arrived, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrimTo_InTheMiddleOfAChunk_GoesOnFromThereAfterARestart()
    {
        await using (var database = EmbeddedDatabase.Open(File, TimeProvider.System))
        {
            var log = new EmbeddedEventLog(database, 1);
            await log.AppendAsync("t", [Record("a"), Record("b"), Record("c")], default);
            await log.AppendAsync("t", [Record("d")], default);
            await log.TrimToAsync("t", 0, 2);
            Assert.Equal((2L, 4L), await log.GetBoundsAsync("t", 0, default));
        }
        await using (var database = EmbeddedDatabase.Open(File, TimeProvider.System))
        {
            var log = new EmbeddedEventLog(database, 1);
            Assert.Equal((2L, 4L), await log.GetBoundsAsync("t", 0, default));
            using var batch = await log.ReadAsync("t", 0, 2, 10, default);
            Assert.Equal(["c", "d"], Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch[i].Value.Span)));
            await log.TrimToAsync("t", 0, 4);
            Assert.Equal(0, log.Measure("t", 0, static (reader, number) => reader.Bytes(number)));
            await log.AppendAsync("t", [Record("e")], default);
            Assert.Equal((4L, 5L), await log.GetBoundsAsync("t", 0, default));
        }
    }

    private static readonly byte[] Key = "demo:00000000000000000000000000000001"u8.ToArray();

    private static LogAppend Record(string value) => new(Key, Encoding.UTF8.GetBytes(value));

    private static Task<AppendResult> AppendAsync(OpenSpool spool, params string[] values) =>
        spool.Log.AppendAsync(Topics.Events, values.Select(Record).ToList(), default).AsTask();

    private List<string> Values() => _log.ValuesOf(Topics.Events, Murmur2.PartitionOf(Key, 2));
}
