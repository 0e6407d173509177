using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core.Contracts;
using Engagement.Testing;
using Integration.Tests.Kill;
using Xunit.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>A collector whose log is away, and worse: what it acknowledged onto its own disk reaches the log, in each visitor's order.</summary>
public sealed class SpoolKillTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const int Visitors = 8;
    private static readonly int Kills = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 25 : 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Kill_WhileItSpools_NothingAcknowledgedIsLostAndOrderIsKept()
    {
        await using var collector = await cluster.StartNodeAsync("collector");
        await cluster.Kafka.KillAsync();
        var acknowledged = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var sending = Task.WhenAll(Enumerable.Range(0, Visitors).Select(v => SendAsync(collector, $"killed-{v}", acknowledged, stop.Token)));
        var random = new Random(20261122);
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = acknowledged.Count;
            await UntilAsync(() => Task.FromResult(acknowledged.Count > before + 50), "events are acknowledged without a log");
            await Task.Delay(random.Next(300));
            await collector.KillAsync();
            await collector.StartAgainAsync();
        }
        await stop.CancelAsync();
        await sending;

        await cluster.Kafka.RestartAsync();
        await DrainedAsync(collector);
        await AssertInLogAsync("killed-", acknowledged);
        output.WriteLine($"{acknowledged.Count} events acknowledged onto the disk over {Kills} kills");
    }

    [MountFact]
    public async Task DiskFull_WhileItSpools_SaysSoAndLosesNothingAcknowledged()
    {
        await using var collector = await cluster.StartNodeAsync("collector");
        Assert.Equal(0, await collector.StopAsync());
        using var disk = SmallDisk.Over(collector.Data, megabytes: 4);
        await collector.StartAgainAsync();
        await cluster.Kafka.KillAsync();
        var acknowledged = new ConcurrentBag<string>();
        var refused = 0;
        for (var number = 0; refused < 5; number++)
        {
            Assert.True(number < 2_000, "the disk does not become full");
            // One visitor each: what one may send is bounded.
            var visitor = string.Create(CultureInfo.InvariantCulture, $"full-{number}");
            var ids = Enumerable.Range(0, 100).Select(n => IdOf(visitor, n)).ToArray();
            using var answer = await collector.TryPostEventsAsync(Encoding.UTF8.GetBytes(string.Join('\n', ids.Select(i => Body(visitor, i)))));
            if (answer is null) refused++;
            else foreach (var id in ids) acknowledged.Add(id);
        }
        // Those were answers, not a process that has gone.
        using (var live = await collector.Client.GetAsync("/health/live")) Assert.True(live.IsSuccessStatusCode);
        Assert.NotEmpty(acknowledged);

        await cluster.Kafka.RestartAsync();
        await UntilAsync(() => HasAllAsync("full-", acknowledged), "what was acknowledged is in the log");
        await AssertInLogAsync("full-", acknowledged);
        await collector.PostEventsAsync(Encoding.UTF8.GetBytes(Body("full-after", "full-after-000000")));
        // On a disk without any room nothing can be deleted either: with some, the spool is as new.
        disk.Resize(megabytes: 32);
        await DrainedAsync(collector);
        output.WriteLine($"{acknowledged.Count} events acknowledged onto a disk of 4 MiB");
    }

    /// <summary>One after another, each until it is acknowledged.</summary>
    private static async Task SendAsync(ServerProcess collector, string visitor, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested;)
        {
            var id = IdOf(visitor, number);
            using var answer = await collector.TryPostEventsAsync(Encoding.UTF8.GetBytes(Body(visitor, id)), CancellationToken.None);
            if (answer is null)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }
            acknowledged.Add(id);
            number++;
        }
    }

    /// <summary>All of them, and by visitor in the order in which they were sent; what comes again says nothing new.</summary>
    private async Task AssertInLogAsync(string prefix, IReadOnlyCollection<string> acknowledged)
    {
        var found = await cluster.ReadIdsAsync(prefix);
        if (acknowledged.Except(found).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
        {
            var late = missing.Intersect(await cluster.ReadIdsAsync(prefix)).Count();
            Assert.Fail($"{missing.Count} events that the spool had said it had delivered are not in the log, {late} of them a moment later: {string.Join(", ", missing.Take(20))}");
        }
        foreach (var visitor in found.Distinct().GroupBy(id => id[..id.LastIndexOf('-')])) Assert.Equal(visitor.Order(StringComparer.Ordinal), visitor);
    }

    private async Task<bool> HasAllAsync(string prefix, IEnumerable<string> acknowledged)
    {
        try
        {
            return !acknowledged.Except(await cluster.ReadIdsAsync(prefix)).Any();
        }
        catch (IOException)
        {
            // A broker that has just started may not lead its partitions yet.
            return false;
        }
    }

    private static Task DrainedAsync(ServerProcess collector) => UntilAsync(async () =>
    {
        using var response = await collector.Client.GetAsync("/health/ready");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("dependencies").EnumerateArray()
            .Any(d => d.GetProperty("name").GetString() == "event_spool" && d.GetProperty("status").GetString() == "ok");
    }, "the spool is empty");

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var clock = Stopwatch.StartNew(); !await holds(); await Task.Delay(20))
            if (clock.Elapsed > Patience) throw new TimeoutException($"Not within {Patience}: {what}");
    }

    private static string IdOf(string visitor, int number) => string.Create(CultureInfo.InvariantCulture, $"{visitor}-{number:D6}");

    private static string Body(string visitor, string id) =>
        $$$"""{"id":"{{{id}}}","visitor":"{{{visitor}}}","type":"page_viewed","page":{"url":"https://shop.example/help","language":"en"}}""";
}
