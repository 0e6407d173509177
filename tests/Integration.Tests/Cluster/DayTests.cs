using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Testing;
using Xunit.Abstractions;

namespace Integration.Tests.Cluster;

/// <summary>
/// Twenty-four hours of one site's traffic through one engine, over a real Kafka and a real Redis, in seconds: the site lives by the log's clock. After
/// each hour the engine has decided everything, and what engine and Redis hold is looked at.
/// </summary>
public sealed class DayTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const string Site = "demo-replay";
    private const int Hours = 24;

    /// <summary>Visitors on the site at a time: 86,400 events a day, or 432,000.</summary>
    private static readonly int Live = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 125 : 25;

    /// <summary>A visitor acts every 25 s on average.</summary>
    private static readonly int EventsAnHour = Live * 3_600 / 25;

    /// <summary>Before the day, a rush: buffers and pools are as large then as the day will ever need them.</summary>
    private const int RushHours = 2;
    private const int RushTimes = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Keys besides the assessments: eleven of each of the demo's three sites, two of each partition, the list of sites.</summary>
    private static readonly int FixedKeysMax = 3 * 11 + 2 * KafkaBroker.AutomaticPartitions + 1;

    /// <summary>
    /// Of what lives in the managed heap: the shared array pool keeps a batch's buffer (half a MiB) for each thread that ever gave one back. A third of the
    /// day has over 2,000 sessions, each of which, left behind, is 3 kB and more: over 6 MiB.
    /// </summary>
    private const double HeapMarginMiB = 4;

    /// <summary>Of the working set, which follows the heap by whole regions of it, and grows by code that is compiled anew.</summary>
    private const double WorkingSetMarginMiB = 8;

    /// <summary>Of Redis' memory besides the offers: an assessment (400 B) left behind by each session of a third would be over 0.8 MiB.</summary>
    private const double RedisMarginMiB = 0.1;

    /// <summary>What MEMORY USAGE leaves out: it counts 24 of the 32 bytes of each of an offer's entries in six tables.</summary>
    private const int UncountedBytesAnOffer = 6 * 8;

    [Fact]
    public async Task Day_OfOneSite_MemoryStaysFlatEveryKeyExpiresAndEverySessionEnds()
    {
        await using var metrics = await RuntimeMetrics.StartAsync();
        await using var node = ServerProcess.Prepare(cluster.Arguments("engine"));
        foreach (var (name, value) in metrics.Environment) node.Environment[name] = value;
        await node.StartAgainAsync();
        await using var log = await cluster.OpenLogAsync();
        using var close = new CancellationTokenSource();
        var desk = KeepAgentAsync(node, close.Token);

        var clock = Stopwatch.StartNew();
        var (at, written, day) = (EventStream.Opening, 0L, new List<Hour>());
        for (var hour = 1 - RushHours; hour <= Hours; hour++)
        {
            var times = hour < 1 ? RushTimes : 1;
            var stream = EventStream.Generate(times * EventsAnHour, times * Live, 20261122 + hour, Site, at);
            await LogFilling.AppendAsync(log, Site, stream);
            (at, written) = (stream.End, written + stream.Count);
            var seen = await LookAsync(node, metrics, hour, written);
            if (hour >= 1) day.Add(seen);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written:N0} events, {(at - EventStream.Opening).TotalHours:F1} h of the log's time in {clock.Elapsed.TotalSeconds:F1} s"));
        foreach (var hour in day) output.WriteLine(hour.ToString());

        AssertFlat("the managed heap", day, third => Median(third.Select(h => h.HeapMiB)), HeapMarginMiB);
        AssertFlat("the working set", day, third => Median(third.Select(h => h.WorkingSetMiB)), WorkingSetMarginMiB);
        AssertFlat("Redis besides the offers", day, third => Median(third.Select(h => h.RedisRestMiB)), RedisMarginMiB);
        // An offer is kept for four hours by Redis' own clock, which a simulated day does not reach: all are there, and each takes as much as before.
        AssertFlat("Redis, bytes an offer", day, third => Median(third.Select(h => h.OfferBytes)), 0.1 * Median(day.Select(h => h.OfferBytes)));

        // A session may have begun just before the end; two hours later each has ended.
        await TickAsync(node, at + Limits.SessionDurationMax + TimeSpan.FromMinutes(1));
        await UntilAsync(async () => (await LookAsync(node, metrics, Hours + 1, written)).Sessions == 0, "every session has ended");
        var end = await LookAsync(node, metrics, Hours + 1, written);
        await close.CancelAsync();
        await desk;
        Assert.InRange(end.Keys, 1, FixedKeysMax);
        using var stats = await StatsAsync(node);
        Assert.Equal(Sum(stats, "sessionsClosed"), stats.RootElement.GetProperty("visitors").GetProperty("seen").GetInt64());
        Assert.False(stats.RootElement.GetProperty("records").TryGetProperty("rejected", out _));
        long decisions = 0;
        for (var partition = 0; partition < log.PartitionCount; partition++) decisions += (await log.GetBoundsAsync(Topics.Decisions, partition, default)).Next;
        Assert.InRange(decisions, EventsAnHour, long.MaxValue);
        Assert.Equal(stats.RootElement.GetProperty("decisions").GetInt64(), decisions);
        Assert.InRange(day[^1].Offers, Hours, long.MaxValue);
    }

    /// <summary>Once everything is decided: no key for ever, no key too many, and what is held.</summary>
    private async Task<Hour> LookAsync(ServerProcess node, RuntimeMetrics metrics, int hour, long written)
    {
        // Every event is in the log by now: at its end, and it holds them all, means that they are decided.
        JsonDocument? stats = null;
        await UntilAsync(async () =>
        {
            stats?.Dispose();
            stats = await StatsAsync(node);
            return stats.RootElement.GetProperty("caughtUp").GetBoolean() && Applied(stats) >= written;
        }, $"lag back to zero after hour {hour}");
        var sessions = stats!.RootElement.GetProperty("sessionsLive").GetInt64();
        stats.Dispose();
        var (keys, endless) = await KeysAsync();
        Assert.True(endless.Length == 0, $"hour {hour}: without a TTL: {endless}");
        Assert.True(keys <= sessions + FixedKeysMax, $"hour {hour}: {keys} keys for {sessions} sessions");
        var (offers, ofSite) = await OffersAsync();
        var (heap, workingSet) = await metrics.CollectAsync(node.ProcessId);
        return new Hour(hour, sessions, keys, offers, MiB(heap), MiB(workingSet), MiB(await UsedAsync() - ofSite - offers * UncountedBytesAnOffer), offers == 0 ? 0 : ofSite / (double)offers);
    }

    private async Task<(long Count, string Endless)> KeysAsync()
    {
        const string script = """
            local cursor, count, endless = '0', 0, ''
            repeat
              local page = redis.call('SCAN', cursor, 'COUNT', 1000)
              cursor = page[1]
              for _, key in ipairs(page[2]) do
                count = count + 1
                if redis.call('PTTL', key) == -1 then endless = endless .. ' ' .. key end
              end
            until cursor == '0'
            return count .. endless
            """;
        var said = (await cluster.Redis.CommandAsync("EVAL", script, "0")).Trim().Split(' ', 2);
        return (long.Parse(said[0], CultureInfo.InvariantCulture), said.Length > 1 ? said[1] : "");
    }

    /// <summary>Offers of the site that Redis keeps, and the bytes of everything that stands under its slot.</summary>
    private async Task<(long Offers, long Bytes)> OffersAsync()
    {
        const string script = """
            local bytes = 0
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do bytes = bytes + redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0) end
            return redis.call('HLEN', ARGV[1] .. ':offers') .. ' ' .. bytes
            """;
        var said = (await cluster.Redis.CommandAsync("EVAL", script, "0", $"engagement:{{{Site}}}")).Trim().Split(' ');
        return (long.Parse(said[0], CultureInfo.InvariantCulture), long.Parse(said[1], CultureInfo.InvariantCulture));
    }

    private async Task<long> UsedAsync()
    {
        var line = (await cluster.Redis.CommandAsync("INFO", "memory")).Split('\n').Single(l => l.StartsWith("used_memory:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("used_memory:".Length).Trim(), CultureInfo.InvariantCulture);
    }

    private static void AssertFlat(string what, List<Hour> day, Func<IReadOnlyList<Hour>, double> measure, double margin)
    {
        var (middle, last) = (measure(day[(Hours / 3)..(2 * Hours / 3)]), measure(day[(2 * Hours / 3)..]));
        Assert.True(last <= middle + margin, string.Create(CultureInfo.InvariantCulture, $"{what}: {middle:F2} in the middle third of the day, {last:F2} in the last; margin {margin:F2}"));
    }

    private static async Task KeepAgentAsync(ServerProcess node, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await CallAsync(node, HttpMethod.Put, "/v1/agents/ada/presence", "demo-replay-agent-token", new { status = "available", capacity = 20 });
            await Task.Delay(TimeSpan.FromSeconds(5), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Task TickAsync(ServerProcess node, Instant at) => CallAsync(node, HttpMethod.Post, "/v1/replay/ticks", "demo-replay-key", new { receivedAt = at.ToDateTimeOffset() });

    private static async Task CallAsync(ServerProcess node, HttpMethod method, string path, string key, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await node.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private static Task<JsonDocument> StatsAsync(ServerProcess node) => node.GetJsonAsync("/v1/stats", "demo-replay-api-key");

    private static long Applied(JsonDocument stats) => Sum(stats, "records");

    private static long Sum(JsonDocument stats, string name) => stats.RootElement.GetProperty(name).EnumerateObject().Sum(p => p.Value.GetInt64());

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var clock = Stopwatch.StartNew(); !await holds(); await Task.Delay(20))
            if (clock.Elapsed > Patience) throw new TimeoutException($"Not within {Patience}: {what}");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Hours / 6);

    private static double MiB(long bytes) => bytes / 1048576.0;

    private sealed record Hour(int Number, long Sessions, long Keys, long Offers, double HeapMiB, double WorkingSetMiB, double RedisRestMiB, double OfferBytes)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"hour {Number,2}: {Sessions,4} sessions, {Keys,4} keys, {Offers,5} offers; heap {HeapMiB,6:F1} MiB, working set {WorkingSetMiB,6:F1} MiB; Redis {RedisRestMiB,5:F2} MiB and {OfferBytes:F0} B an offer");
    }
}
