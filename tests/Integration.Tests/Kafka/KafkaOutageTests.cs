using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;

namespace Integration.Tests.Kafka;

/// <summary>The broker dies and comes back: what was acknowledged is there, order by key holds, and every part finds back by itself.</summary>
[Collection(KafkaFixture.Collection)]
public sealed class KafkaOutageTests(KafkaFixture kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int Kills = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 10 : 2;
    private readonly string _topic = $"outage-{Guid.NewGuid():n}";

    [Fact]
    public async Task AppendAndRead_BrokerKilledAndRestarted_NothingAcknowledgedLostAndOrderKept()
    {
        await using var log = await kafka.OpenAsync();
        await using var consumer = await log.JoinAsync(_topic, "readers", default);
        using var stop = new CancellationTokenSource();
        var read = new ConcurrentDictionary<string, List<int>>();
        var reading = ReadAsync(consumer, read, stop.Token);
        var acknowledged = new int[6];
        var writing = Task.WhenAll(Enumerable.Range(0, acknowledged.Length).Select(writer => WriteAsync(log, writer, acknowledged, stop.Token)));
        for (var i = 0; i < Kills; i++)
        {
            var before = acknowledged.Sum();
            await UntilAsync(() => acknowledged.Sum() > before + 500);
            await kafka.Broker.KillAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            await kafka.Broker.RestartAsync();
            var back = Stopwatch.StartNew();
            before = acknowledged.Sum();
            await UntilAsync(() => acknowledged.Sum() > before);
            Assert.InRange(back.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        }
        await stop.CancelAsync();
        await writing;
        // The reader goes on until it has all; then it is stopped by the last it waits for.
        using var last = new CancellationTokenSource(Patience);
        await reading;
        var rest = ReadAsync(consumer, read, last.Token);
        await UntilAsync(() => Enumerable.Range(0, acknowledged.Length).All(w => { lock (read) return read.TryGetValue($"w:{w}", out var seen) && seen.Contains(acknowledged[w] - 1); }));
        await last.CancelAsync();
        await rest;
        for (var writer = 0; writer < acknowledged.Length; writer++)
        {
            // Repeats are allowed, they are told by their id; seen for the first time, each follows the one before it.
            var firsts = read[$"w:{writer}"].Distinct().Take(acknowledged[writer]).ToList();
            Assert.Equal(Enumerable.Range(0, acknowledged[writer]), firsts);
        }
    }

    [Fact]
    public async Task AppendAsync_TooMuchWaits_BusyAndNothingOfThatCallKept()
    {
        await using var log = await kafka.OpenAsync(kafka.Options with { AppendTimeout = TimeSpan.FromSeconds(60) });
        Assert.True((await log.AppendAsync(_topic, [Record("k", "first")], default)).IsDurable);
        await kafka.Broker.KillAsync();
        var waiting = new List<Task<AppendResult>>();
        var large = new byte[600_000];
        AppendResult refused;
        try
        {
            while (true)
            {
                var append = log.AppendAsync(_topic, [new LogAppend("k"u8.ToArray(), large), new LogAppend("k"u8.ToArray(), large)], default).AsTask();
                if (append.IsCompleted)
                {
                    refused = await append;
                    break;
                }
                waiting.Add(append);
                Assert.True(waiting.Count < 200, "never busy");
            }
        }
        finally
        {
            await kafka.Broker.RestartAsync();
        }
        Assert.Equal(AppendOutcome.Busy, refused.Outcome);
        Assert.All(await Task.WhenAll(waiting), result => Assert.True(result.IsDurable));
        var bounds = await Task.WhenAll(Enumerable.Range(0, log.PartitionCount).Select(p => log.GetBoundsAsync(_topic, p, default).AsTask()));
        Assert.Equal(1 + (2L * waiting.Count), bounds.Sum(b => b.Next));
        Assert.True((await log.AppendAsync(_topic, [Record("k", "after")], default)).IsDurable);
    }

    [Fact]
    public async Task OpenAsync_BrokerAway_OpensAndSaysSoInBoundedTime()
    {
        await using var log = await kafka.OpenAsync(kafka.Options with { BootstrapServers = "127.0.0.1:1", AppendTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(kafka.Options.Partitions, log.PartitionCount);
        var clock = Stopwatch.StartNew();
        Assert.Equal(AppendOutcome.Unavailable, (await log.AppendAsync(_topic, [Record("k", "v")], default)).Outcome);
        await Assert.ThrowsAsync<IOException>(async () => await log.CheckAsync(default));
        await Assert.ThrowsAsync<IOException>(async () => await log.JoinAsync(_topic, "g", default));
        await Assert.ThrowsAsync<IOException>(async () => await log.ReadAsync(_topic, 0, 0, 1, default));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task AppendAsync_BrokerDiesAfterwards_UnavailableWithinTheTimeout()
    {
        await using var log = await kafka.OpenAsync(kafka.Options with { AppendTimeout = TimeSpan.FromSeconds(1) });
        Assert.True((await log.AppendAsync(_topic, [Record("k", "v")], default)).IsDurable);
        await kafka.Broker.KillAsync();
        try
        {
            var clock = Stopwatch.StartNew();
            Assert.Equal(AppendOutcome.Unavailable, (await log.AppendAsync(_topic, [Record("k", "lost")], default)).Outcome);
            await Assert.ThrowsAsync<IOException>(async () => await log.CheckAsync(default));
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
        finally
        {
            await kafka.Broker.RestartAsync();
        }
    }

    [Fact]
    public async Task DisposeAsync_BrokerAway_EndsInBoundedTime()
    {
        var log = await kafka.OpenAsync(kafka.Options with { AppendTimeout = TimeSpan.FromSeconds(1) });
        var consumer = await log.JoinAsync(_topic, "g", default);
        var assigned = await consumer.NextAsync(default);
        consumer.Seek(assigned.Partition, 0);
        await consumer.CommitAsync(assigned.Partition, 0, default);
        await kafka.Broker.KillAsync();
        try
        {
            var clock = Stopwatch.StartNew();
            await consumer.DisposeAsync();
            await log.DisposeAsync();
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        }
        finally
        {
            await kafka.Broker.RestartAsync();
        }
    }

    private async Task WriteAsync(KafkaEventLog log, int writer, int[] acknowledged, CancellationToken stop)
    {
        var next = 0;
        while (!stop.IsCancellationRequested)
        {
            var records = Enumerable.Range(next, 3).Select(n => Record($"w:{writer}", $"{n}")).ToArray();
            var result = await log.AppendAsync(_topic, records, default);
            if (!result.IsDurable)
            {
                await Task.Delay(50, CancellationToken.None);
                continue;
            }
            Volatile.Write(ref acknowledged[writer], next += 3);
        }
    }

    private static async Task ReadAsync(ILogConsumer consumer, ConcurrentDictionary<string, List<int>> read, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var signal = await consumer.NextAsync(stop);
                if (signal.Kind == ConsumerSignalKind.Assigned) consumer.Seek(signal.Partition, 0);
                if (signal.Kind == ConsumerSignalKind.Revoked) consumer.Released(signal.Partition);
                if (signal.Batch is not { } batch) continue;
                using (batch)
                {
                    for (var i = 0; i < batch.Count; i++)
                    {
                        lock (read)
                        {
                            read.GetOrAdd(Encoding.UTF8.GetString(batch[i].Key.Span), _ => [])
                                .Add(int.Parse(Encoding.UTF8.GetString(batch[i].Value.Span), CultureInfo.InvariantCulture));
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        for (var clock = Stopwatch.StartNew(); !done(); await Task.Delay(20))
            if (clock.Elapsed > Patience) throw new TimeoutException("It did not come to what was awaited.");
    }

    private static LogAppend Record(string key, string value) => new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
}
