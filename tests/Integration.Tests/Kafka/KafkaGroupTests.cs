using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;

namespace Integration.Tests.Kafka;

/// <summary>What members of a group owe each other: a partition changes hands only when it has been let go.</summary>
[Collection(KafkaFixture.Collection)]
public sealed class KafkaGroupTests(KafkaFixture kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _topic = $"group-{Guid.NewGuid():n}";

    [Fact]
    public async Task NextAsync_AssignedButNotSought_NoBatch()
    {
        await using var log = await kafka.OpenAsync();
        await AppendAsync(log, "k", Enumerable.Range(0, 10));
        await using var consumer = await log.JoinAsync(_topic, "g", default);
        for (var i = 0; i < log.PartitionCount; i++) Assert.Equal(ConsumerSignalKind.Assigned, (await NextAsync(consumer)).Kind);
        await AppendAsync(log, "k", Enumerable.Range(10, 10));
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await consumer.NextAsync(brief.Token));
    }

    [Fact]
    public async Task Revoked_NotReleasedYet_NobodyElseHasThePartition()
    {
        await using var log = await kafka.OpenAsync();
        await using var other = await kafka.OpenAsync();
        await using var first = await log.JoinAsync(_topic, "g", default);
        for (var i = 0; i < log.PartitionCount; i++) Assert.Equal(ConsumerSignalKind.Assigned, (await NextAsync(first)).Kind);
        await using var second = await other.JoinAsync(_topic, "g", default);
        var secondNext = second.NextAsync(default).AsTask();

        var revoked = new List<int>();
        for (var i = 0; i < log.PartitionCount / 2; i++)
        {
            var signal = await NextAsync(first);
            Assert.Equal(ConsumerSignalKind.Revoked, signal.Kind);
            revoked.Add(signal.Partition);
        }
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(secondNext.IsCompleted, "assigned before it was released");
        foreach (var partition in revoked) first.Released(partition);

        var assigned = new List<int> { (await secondNext.WaitAsync(Patience)).Partition };
        while (assigned.Count < revoked.Count) assigned.Add((await NextAsync(second)).Partition);
        Assert.Equal(revoked.Order(), assigned.Order());
    }

    [Fact]
    public async Task Revoked_NeverReleased_GivenAwayAfterTheBound()
    {
        await using var log = await kafka.OpenAsync();
        await using var other = await kafka.OpenAsync();
        await using var first = await log.JoinAsync(_topic, "g", default);
        for (var i = 0; i < log.PartitionCount; i++) await NextAsync(first);
        await using var second = await other.JoinAsync(_topic, "g", default);
        var clock = Stopwatch.StartNew();
        Assert.Equal(ConsumerSignalKind.Assigned, (await NextAsync(second)).Kind);
        Assert.InRange(clock.Elapsed, kafka.Options.SessionTimeout * 0.7, Patience);
    }

    [Fact]
    public async Task Pause_MoreThanIsFetchedAhead_AllInOrderAfterResume()
    {
        const int records = 400;
        await using var log = await kafka.OpenAsync(kafka.Options with { FetchAheadBytesMax = 1024 * 1024 });
        await using var consumer = await log.JoinAsync(_topic, "g", default);
        for (var i = 0; i < log.PartitionCount; i++)
        {
            var assigned = await NextAsync(consumer);
            consumer.Pause(assigned.Partition);
            consumer.Seek(assigned.Partition, 0);
        }
        for (var i = 0; i < records; i += 40)
        {
            var chunk = Enumerable.Range(i, 40).Select(n => new LogAppend("k"u8.ToArray(), Encoding.UTF8.GetBytes($"{n,20000}"), 1)).ToArray();
            Assert.True((await log.AppendAsync(_topic, chunk, default)).IsDurable);
        }
        await Task.Delay(500);
        for (var i = 0; i < log.PartitionCount; i++) consumer.Resume(i);
        var read = new List<string>();
        while (read.Count < records)
        {
            if ((await NextAsync(consumer)).Batch is not { } batch) continue;
            for (var i = 0; i < batch.Count; i++) read.Add(Encoding.UTF8.GetString(batch[i].Value.Span).Trim());
            batch.Dispose();
        }
        Assert.Equal(Enumerable.Range(0, records).Select(n => $"{n}"), read);
    }

    [Fact]
    public async Task CommitAsync_ThenClosed_TheGroupHasThePosition()
    {
        await using var log = await kafka.OpenAsync();
        await AppendAsync(log, "k", Enumerable.Range(0, 10));
        var consumer = await log.JoinAsync(_topic, "mirror", default);
        for (var i = 0; i < log.PartitionCount; i++) await NextAsync(consumer);
        await consumer.CommitAsync(2, 5, default);
        await consumer.CommitAsync(2, 7, default);
        await consumer.DisposeAsync();

        using var operatorsView = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Member(kafka.Options, "mirror")).Build();
        var committed = operatorsView.Committed([new TopicPartition(_topic, 2), new TopicPartition(_topic, 1)], Patience);
        Assert.Equal(7, committed.Single(c => c.Partition.Value == 2).Offset.Value);
        Assert.Equal(Offset.Unset, committed.Single(c => c.Partition.Value == 1).Offset);
    }

    private static async Task<ConsumerSignal> NextAsync(ILogConsumer consumer)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await consumer.NextAsync(patience.Token);
    }

    private async Task AppendAsync(KafkaEventLog log, string key, IEnumerable<int> values) => Assert.True(
        (await log.AppendAsync(_topic, [.. values.Select(n => new LogAppend(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{n}")))], default)).IsDurable);
}
