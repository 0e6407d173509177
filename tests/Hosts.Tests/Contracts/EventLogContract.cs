using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Contracts;

/// <summary>What every event log promises. Each implementation derives from it and passes it unchanged.</summary>
public abstract class EventLogContract : IAsyncLifetime
{
    /// <summary>A rebalance in librdkafka's mock cluster takes some 6 s where nothing else runs, and two rounds where partitions move.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>A fresh topic name a test, so that tests may share a broker.</summary>
    protected string Topic { get; } = $"contract-{Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6))}";
    protected IEventLog Log { get; private set; } = null!;

    /// <summary>Opens the log, the same one each time within a test.</summary>
    protected abstract ValueTask<IEventLog> OpenAsync();

    /// <summary>Closes it so that it can be opened again.</summary>
    protected abstract ValueTask CloseAsync(IEventLog log);

    /// <summary>False where the broker trims by itself.</summary>
    protected virtual bool TrimsOnRequest => true;

    public virtual async Task InitializeAsync() => Log = await OpenAsync();
    public virtual async Task DisposeAsync() => await CloseAsync(Log);

    [Fact]
    public async Task AppendAsync_RecordsOfOneKey_ReadBackInOrder()
    {
        for (var i = 0; i < 20; i++) await AppendAsync(Enumerable.Range(i * 10, 10).Select(n => Record("demo:one", $"{n}")));
        var values = await ReadPartitionAsync(PartitionHolding(await ReadAllAsync()));
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"{n}"), values.Select(v => v.Value));
        Assert.Equal(Enumerable.Range(0, 200).Select(n => (long)n), values.Select(v => v.Offset));
    }

    [Fact]
    public async Task AppendAsync_AnyKey_LiesInKafkasPartition()
    {
        var keys = Enumerable.Range(0, 200).Select(n => $"demo:{n:x32}").ToArray();
        await AppendAsync(keys.Select(k => Record(k, k)));
        foreach (var record in await ReadAllAsync())
        {
            var expected = (Engagement.Engine.Stream.Murmur2.Hash(Encoding.UTF8.GetBytes(record.Value)) & 0x7fffffff) % Log.PartitionCount;
            Assert.Equal(expected, record.Partition);
        }
    }

    [Fact]
    public async Task AppendAsync_ExplicitPartition_LiesThere()
    {
        for (var p = 0; p < Log.PartitionCount; p++) await AppendAsync([Record("tick", $"{p}", p)]);
        Assert.All(await ReadAllAsync(), r => Assert.Equal($"{r.Partition}", r.Value));
    }

    [Fact]
    public async Task AppendAsync_EmptyKeyEmptyValueAndLargeValue_ReadBackAsTheyWere()
    {
        var large = new string('x', 700_000);
        await AppendAsync([Record("", "a", 0), Record("k", "", 0), Record("k", large, 0), Record("", "", 0)]);
        Assert.Equal(["a", "", large, ""], (await ReadPartitionAsync(0)).Select(r => r.Value));
    }

    [Fact]
    public async Task AppendAsync_Reopened_NothingLostAndOffsetsGoOn()
    {
        await AppendAsync(Enumerable.Range(0, 500).Select(n => Record($"demo:{n % 7}", $"{n}")));
        var before = await ReadAllAsync();
        await CloseAsync(Log);
        Log = await OpenAsync();
        Assert.Equal(before, await ReadAllAsync());
        await AppendAsync([Record("demo:0", "more")]);
        Assert.Equal(501, (await ReadAllAsync()).Select(r => (r.Partition, r.Offset)).Distinct().Count());
    }

    [Fact]
    public async Task AppendAsync_ManyConcurrentCallers_NothingLostAndOrderByCallerKept()
    {
        const int callers = 16, appends = 40, each = 5;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var i = 0; i < appends; i++)
                await AppendAsync(Enumerable.Range(i * each, each).Select(n => Record($"demo:{caller}", $"{caller}/{n}")));
        }));
        var all = await ReadAllAsync();
        Assert.Equal(callers * appends * each, all.Count);
        foreach (var caller in all.GroupBy(r => r.Value.Split('/')[0]))
            Assert.Equal(Enumerable.Range(0, appends * each), caller.OrderBy(r => r.Offset).Select(r => int.Parse(r.Value.Split('/')[1])));
        foreach (var partition in all.GroupBy(r => r.Partition))
            Assert.Equal(Enumerable.Range(0, partition.Count()).Select(n => (long)n), partition.Select(r => r.Offset).Order());
    }

    [Fact]
    public async Task GetBoundsAsync_AfterAppends_FirstAndNext()
    {
        Assert.Equal((0L, 0L), await Log.GetBoundsAsync(Topic, 0, default));
        await AppendAsync([Record("k", "a", 0), Record("k", "b", 0)]);
        Assert.Equal((0L, 2L), await Log.GetBoundsAsync(Topic, 0, default));
    }

    [Fact]
    public async Task ReadAsync_FromTheMiddleWithLimit_ThatManyFromThere()
    {
        await AppendAsync(Enumerable.Range(0, 100).Select(n => Record("k", $"{n}", 0)));
        using var batch = await Log.ReadAsync(Topic, 0, 40, 7, default);
        Assert.Equal(Enumerable.Range(40, 7).Select(n => $"{n}"), Enumerable.Range(0, batch.Count).Select(i => Text(batch[i].Value)));
        Assert.Equal(47, batch.NextOffset);
        Assert.Equal(40, batch[0].Offset);
    }

    [Fact]
    public async Task ReadAsync_AtTheEnd_NothingAndDoesNotWait()
    {
        await AppendAsync([Record("k", "a", 0)]);
        using var batch = await Log.ReadAsync(Topic, 0, 1, 10, default);
        Assert.Equal(0, batch.Count);
        Assert.Equal(1, batch.NextOffset);
    }

    [Fact]
    public async Task ReadAsync_OnFromWhereTheEndWas_WhatHasComeSince()
    {
        // A reader that has been to the end may have been told so: that was the end of then.
        var offset = 0L;
        for (var round = 1; round <= 5; round++)
        {
            await AppendAsync([Record("k", "a", 0), Record("k", "b", 0)]);
            for (int count; offset < 2 * round; offset += count)
            {
                using var batch = await Log.ReadAsync(Topic, 0, offset, 10, default);
                Assert.True((count = batch.Count) > 0, $"nothing from {offset}, and the log goes to {2 * round}");
                Assert.Equal((offset, offset + count), (batch[0].Offset, batch.NextOffset));
            }
            await Task.Delay(200);
        }
    }

    [Fact]
    public async Task TrimAsync_BeforeNow_FirstMovesAndNextStays()
    {
        if (!TrimsOnRequest) return;
        await AppendAsync(Enumerable.Range(0, 10).Select(n => Record("k", $"{n}", 0)));
        await Log.TrimAsync(Topic, Instant.Never, default);
        Assert.Equal((10L, 10L), await Log.GetBoundsAsync(Topic, 0, default));
        await CloseAsync(Log);
        Log = await OpenAsync();
        Assert.Equal((10L, 10L), await Log.GetBoundsAsync(Topic, 0, default));
        await AppendAsync([Record("k", "after", 0)]);
        using var batch = await Log.ReadAsync(Topic, 0, 0, 10, default);
        Assert.Equal((10L, "after"), (batch[0].Offset, Text(batch[0].Value)));
    }

    [Fact]
    public async Task TrimAsync_NothingOldEnough_NothingGone()
    {
        await AppendAsync([Record("k", "a", 0)]);
        await Log.TrimAsync(Topic, Instant.Start, default);
        Assert.Equal((0L, 1L), await Log.GetBoundsAsync(Topic, 0, default));
    }

    [Fact]
    public async Task NextAsync_OneMember_AllPartitionsThenRecordsThenCaughtUp()
    {
        await AppendAsync(Enumerable.Range(0, 50).Select(n => Record($"demo:{n}", $"{n}")));
        await using var reader = new GroupReader(await Log.JoinAsync(Topic, "g", default));
        await reader.UntilAsync(() => reader.Owned.Count == Log.PartitionCount && reader.CaughtUp.Count == Log.PartitionCount, Patience);
        Assert.Equal(Enumerable.Range(0, 50), reader.Values.Select(v => int.Parse(v)).Order());
    }

    [Fact]
    public async Task NextAsync_AppendAfterCaughtUp_BatchThenCaughtUpOnceMore()
    {
        await using var reader = new GroupReader(await Log.JoinAsync(Topic, "g", default));
        await reader.UntilAsync(() => reader.CaughtUp.Count == Log.PartitionCount, Patience);
        reader.CaughtUp.Clear();
        await AppendAsync([Record("k", "fresh", 0)]);
        await reader.UntilAsync(() => reader.CaughtUp.Count > 0, Patience);
        Assert.Equal(["fresh"], reader.Values);
        Assert.Equal([0], reader.CaughtUp);
    }

    [Fact]
    public async Task NextAsync_MembersComeAndGo_EveryPartitionHasOneOwnerThroughout()
    {
        await AppendAsync(Enumerable.Range(0, Log.PartitionCount).Select(p => Record("k", $"{p}", p)));
        var owners = new OwnershipLedger();
        var first = new GroupReader(await Log.JoinAsync(Topic, "g", default), owners);
        await first.UntilAsync(() => first.Owned.Count == Log.PartitionCount, Patience);
        var second = new GroupReader(await Log.JoinAsync(Topic, "g", default), owners);
        await GroupReader.UntilAsync([first, second], () => first.Owned.Count == Log.PartitionCount / 2 && second.Owned.Count == Log.PartitionCount / 2, Patience);
        var third = new GroupReader(await Log.JoinAsync(Topic, "g", default), owners);
        GroupReader[] all = [first, second, third];
        await GroupReader.UntilAsync(all, () => all.All(r => r.Owned.Count > 0) && all.Sum(r => r.Owned.Count) == Log.PartitionCount, Patience);
        await first.DisposeAsync();
        await GroupReader.UntilAsync([second, third], () => second.Owned.Count + third.Owned.Count == Log.PartitionCount, Patience);
        await third.DisposeAsync();
        await second.UntilAsync(() => second.Owned.Count == Log.PartitionCount, Patience);
        await second.DisposeAsync();
        Assert.Empty(owners.Conflicts);
    }

    [Fact]
    public async Task FindCommittedAsync_AnotherMemberLater_FindsWhatTheGroupCommittedAndNoOtherGroupDoes()
    {
        await AppendAsync(Enumerable.Range(0, 6).Select(n => Record("k", $"{n}", 0)));
        await using (var first = new GroupReader(await Log.JoinAsync(Topic, "positions", default)))
        {
            await first.UntilAsync(() => first.Values.Count == 6, Patience);
            Assert.Null(await first.Consumer.FindCommittedAsync(0, default));
            await first.Consumer.CommitAsync(0, 4, default);
        }
        await using var second = new GroupReader(await Log.JoinAsync(Topic, "positions", default));
        await second.UntilAsync(() => second.Owned.Contains(0), Patience);
        Assert.Equal(4, await second.Consumer.FindCommittedAsync(0, default));
        await using var stranger = new GroupReader(await Log.JoinAsync(Topic, "others", default));
        await stranger.UntilAsync(() => stranger.Owned.Contains(0), Patience);
        Assert.Null(await stranger.Consumer.FindCommittedAsync(0, default));
    }

    [Fact]
    public async Task NextAsync_TwoGroups_EachReadsEverything()
    {
        await AppendAsync([Record("k", "a", 0)]);
        await using var one = new GroupReader(await Log.JoinAsync(Topic, "one", default));
        await using var two = new GroupReader(await Log.JoinAsync(Topic, "two", default));
        await GroupReader.UntilAsync([one, two], () => one.Values.Count == 1 && two.Values.Count == 1, Patience);
    }

    [Fact]
    public async Task Pause_ThenResume_NoBatchesBetween()
    {
        await using var reader = new GroupReader(await Log.JoinAsync(Topic, "g", default));
        await reader.UntilAsync(() => reader.CaughtUp.Count == Log.PartitionCount, Patience);
        reader.Consumer.Pause(0);
        await AppendAsync([Record("k", "held", 0)]);
        await AppendAsync([Record("k", "through", 1)]);
        await reader.UntilAsync(() => reader.Values.Contains("through"), Patience);
        await reader.ForAsync(TimeSpan.FromMilliseconds(300));
        Assert.DoesNotContain("held", reader.Values);
        reader.Consumer.Resume(0);
        await reader.UntilAsync(() => reader.Values.Contains("held"), Patience);
    }

    [Fact]
    public async Task Seek_BackToAnOffset_ReadsFromThereAgain()
    {
        await AppendAsync(Enumerable.Range(0, 5).Select(n => Record("k", $"{n}", 0)));
        await using var reader = new GroupReader(await Log.JoinAsync(Topic, "g", default));
        await reader.UntilAsync(() => reader.Values.Count == 5, Patience);
        reader.Consumer.Seek(0, 3);
        await reader.UntilAsync(() => reader.Values.Count == 7, Patience);
        Assert.Equal(["0", "1", "2", "3", "4", "3", "4"], reader.Values);
    }

    [Fact]
    public async Task CheckAsync_Healthy_DoesNotThrow() => await Log.CheckAsync(default);

    protected static LogAppend Record(string key, string value, int partition = -1) =>
        new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), partition);

    protected async Task AppendAsync(IEnumerable<LogAppend> records)
    {
        var result = await Log.AppendAsync(Topic, records.ToArray(), default);
        Assert.Equal(AppendOutcome.Durable, result.Outcome);
    }

    protected async Task<List<ReadBack>> ReadAllAsync()
    {
        var all = new List<ReadBack>();
        for (var p = 0; p < Log.PartitionCount; p++) all.AddRange(await ReadPartitionAsync(p));
        return all;
    }

    protected async Task<List<ReadBack>> ReadPartitionAsync(int partition)
    {
        var records = new List<ReadBack>();
        var (offset, next) = await Log.GetBoundsAsync(Topic, partition, default);
        while (offset < next)
        {
            using var batch = await Log.ReadAsync(Topic, partition, offset, 64, default);
            for (var i = 0; i < batch.Count; i++) records.Add(new ReadBack(partition, batch[i].Offset, Text(batch[i].Value)));
            offset = batch.NextOffset;
        }
        return records;
    }

    protected static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    private static int PartitionHolding(List<ReadBack> records) => Assert.Single(records.Select(r => r.Partition).Distinct());

    protected sealed record ReadBack(int Partition, long Offset, string Value);
}
