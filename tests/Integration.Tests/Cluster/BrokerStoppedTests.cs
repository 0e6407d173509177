using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Engagement.Testing;
using Integration.Tests.Chaos;
using Xunit.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>The broker is stopped under a steady load, two minutes long where counts are full: nothing acknowledged is lost, each visitor's order stands.</summary>
[Collection(ChaosCollection.Name)]
public sealed class BrokerStoppedTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const int Visitors = 40;
    private const int EventsPerBody = 10;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 120 : 6);
    private static readonly TimeSpan Beside = TimeSpan.FromSeconds(4);

    /// <summary>A thousand events a second in all.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Broker_StoppedUnderLoad_LosesNothingAcknowledged_AndKeepsEachVisitorsOrder()
    {
        await using var collector = await cluster.StartNodeAsync("collector");
        await using var engine = await cluster.StartNodeAsync("engine");
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentDictionary<string, int>();
        var slowest = new ConcurrentDictionary<string, TimeSpan>();
        var load = Task.WhenAll(Enumerable.Range(0, Visitors).Select(i => SendAsync(collector, Named(i), acknowledged, slowest, stop.Token)));
        await Task.Delay(Beside);
        await cluster.Kafka.StopAsync();
        var before = acknowledged.Values.Sum();
        await Task.Delay(Away);
        var during = acknowledged.Values.Sum() - before;
        await cluster.Kafka.RestartAsync();
        var back = Stopwatch.StartNew();
        await Task.Delay(Beside);
        await stop.CancelAsync();
        await load;

        var all = acknowledged.Values.Sum();
        Dictionary<string, List<int>> stands;
        while (true)
        {
            stands = await ReadAsync();
            if (stands.Values.Sum(numbers => numbers.Distinct().Count()) >= all) break;
            Assert.True(back.Elapsed < Patience, $"{stands.Values.Sum(n => n.Distinct().Count())} of {all} events stand within {Patience}");
            await Task.Delay(500);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"broker away for {Away.TotalSeconds:F0} s: {before} events acknowledged before, {during} meanwhile, {all} in all; all in the log {back.Elapsed.TotalSeconds:F1} s after its return; slowest answer {slowest.Values.Max().TotalMilliseconds:F0} ms"));
        Assert.True(during >= Visitors * EventsPerBody, $"{during} events were taken while the broker was away");
        // Sent again by whoever heard no answer, an event may stand twice; the first of each counts, as it does for a session.
        foreach (var (visitor, count) in acknowledged) Assert.Equal(Enumerable.Range(0, count), stands[visitor].Distinct());
        await engine.CaughtUpAsync(Patience);
    }

    private static string Named(int visitor) => string.Create(CultureInfo.InvariantCulture, $"steady-{visitor}");

    /// <summary>One visitor's tracker: a body is sent until it is taken, then the next.</summary>
    private static async Task SendAsync(
        ServerProcess collector, string visitor, ConcurrentDictionary<string, int> acknowledged, ConcurrentDictionary<string, TimeSpan> slowest, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number += EventsPerBody)
        {
            var body = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(number, EventsPerBody).Select(n => string.Create(CultureInfo.InvariantCulture, $$"""
                {"id":"{{visitor}}/{{n}}","visitor":"{{visitor}}","type":"page_viewed","page":{"url":"https://shop.example/p/{{n % 50}}","language":"en"} }
                """))));
            var clock = Stopwatch.StartNew();
            using var answer = await collector.PostUntilTakenAsync(body);
            slowest.AddOrUpdate(visitor, clock.Elapsed, (_, longest) => longest > clock.Elapsed ? longest : clock.Elapsed);
            acknowledged[visitor] = number + EventsPerBody;
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>By visitor the numbers of her events, as they stand in the log.</summary>
    private async Task<Dictionary<string, List<int>>> ReadAsync() =>
        (await cluster.ReadIdsAsync("steady-")).Select(id => id.Split('/')).GroupBy(parts => parts[0])
            .ToDictionary(hers => hers.Key, hers => hers.Select(parts => int.Parse(parts[1], CultureInfo.InvariantCulture)).ToList());
}
