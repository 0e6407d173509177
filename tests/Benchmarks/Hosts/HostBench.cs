using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Benchmarks.Cluster;
using Benchmarks.Storage;
using Engagement.Testing;

namespace Benchmarks.Hosts;

/// <summary>Throughput and latency of the whole product over loopback HTTP, each figure beside its yardstick of the same run.</summary>
internal static partial class HostBench
{
    private const int EventsPerRequest = 50;
    private const int WarmingProbes = 200;
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>POST of 50 events a request by 8 connections; events per second until every event is decided, and the yardstick beside it.</summary>
    public static async Task<int> IngestAsync(int seconds = 12)
    {
        await using var server = await ServerProcess.StartAsync();
        const int Connections = 8;
        var bodies = Enumerable.Range(0, 4_000).Select(i => EventBodies.Browsing(new Random(i), 20_000, EventsPerRequest, $"{i}-")).ToArray();
        foreach (var body in bodies.Take(200)) await server.PostEventsAsync(Renamed(body, 'w'));
        await server.CaughtUpAsync(TimeSpan.FromMinutes(2));

        var requests = 0;
        var latencies = new List<double>[Connections];
        var clock = Stopwatch.StartNew();
        var processor = server.ProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            var mine = latencies[connection] = new List<double>(100_000);
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                var turn = Interlocked.Increment(ref requests) - 1;
                var started = Stopwatch.GetTimestamp();
                await server.PostEventsAsync(Renamed(bodies[turn % bodies.Length], (char)('A' + turn / bodies.Length)));
                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));
        var accepted = clock.Elapsed;
        await server.CaughtUpAsync(TimeSpan.FromMinutes(2));
        var decided = clock.Elapsed;
        var used = server.ProcessorTime - processor;
        var events = (double)requests * EventsPerRequest;
        var bare = StorageBenchmark.BareRecordsPerSecond(perCommit: 400);
        Console.WriteLine(Invariant($"ingest: {events:N0} events in requests of {EventsPerRequest}, {Connections} connections"));
        Console.WriteLine(Invariant($"  accepted (durable)   {events / accepted.TotalSeconds,12:N0} events/s   request p50 {Percentile(latencies, 0.5):F1} ms  p99 {Percentile(latencies, 0.99):F1} ms"));
        Console.WriteLine(Invariant($"  decided              {events / decided.TotalSeconds,12:N0} events/s   goal >= 50,000"));
        Console.WriteLine(Invariant($"  server processor     {used.TotalMicroseconds / events,12:F2} us/event   working set {server.WorkingSetBytes / 1048576.0:F0} MiB"));
        Console.WriteLine(Invariant($"  bare SQLite chunks   {bare,12:N0} records/s  ratio decided / bare {events / decided.TotalSeconds / bare:F2}"));
        return 0;
    }

    /// <summary>GET /v1/should-engage for a visitor with 20 events against GET /health/live, by wrk at 16 connections, in turn.</summary>
    public static async Task<int> AskAsync()
    {
        await using var server = await ServerProcess.StartAsync();
        return await AskAsync(server, server, goal: 0.60);
    }

    /// <summary>The same at a collector of a cluster, which knows of the visitor by Redis alone.</summary>
    public static async Task<int> AskClusterAsync()
    {
        await using var cluster = await BenchCluster.StartAsync();
        await using var engine = await cluster.StartAsync("engine");
        await using var collector = await cluster.StartAsync("collector");
        return await AskAsync(collector, engine, goal: 0.30);
    }

    private static async Task<int> AskAsync(ServerProcess server, ServerProcess engine, double goal, int seconds = 6, int rounds = 3)
    {
        for (var i = 0; i < 20; i++) await server.PostEventsAsync(EventBodies.Browsing(new Random(i), 1, 1, $"ask{i}-"));
        await engine.CaughtUpAsync(TimeSpan.FromMinutes(2));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/should-engage?site=demo&visitor=v0");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-api-key");
        using (var answer = await server.Client.SendAsync(request)) Console.WriteLine(await answer.Content.ReadAsStringAsync());

        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var live = await WrkAsync(new Uri(server.Address, "/health/live"), seconds);
            var ask = await WrkAsync(new Uri(server.Address, "/v1/should-engage?site=demo&visitor=v0"), seconds);
            ratios.Add(ask.RequestsPerSecond / live.RequestsPerSecond);
            Console.WriteLine(Invariant($"ask {round + 1}: /health/live {live.RequestsPerSecond:N0}/s p99 {live.P99}   should-engage {ask.RequestsPerSecond:N0}/s p99 {ask.P99}   ratio {ratios[^1]:F2}"));
        }
        Console.WriteLine(Invariant($"ask: ratio median {ratios.Order().ElementAt(rounds / 2):F2}, goal >= {goal:F2}; p99 goal < 10 ms"));
        return 0;
    }

    /// <summary>From the sending of the decisive event to the card at an agent's stream, while 1,000 events/s of other visitors go by.</summary>
    public static async Task<int> CardAsync()
    {
        await using var server = await ServerProcess.StartAsync();
        using var stop = new CancellationTokenSource();
        await using var cards = await CardStream.OpenAsync(server, stop.Token);
        return await CardAsync(server, cards, stop, "the agent's stream");
    }

    /// <summary>The same from a cluster's collector by way of Kafka and an engine to a subscriber of Redis.</summary>
    public static async Task<int> CardClusterAsync()
    {
        await using var cluster = await BenchCluster.StartAsync();
        await using var engine = await cluster.StartAsync("engine");
        await using var collector = await cluster.StartAsync("collector");
        using var stop = new CancellationTokenSource();
        await using var cards = await CardSubscription.OpenAsync(cluster.Redis.Address, "demo");
        return await CardAsync(collector, cards, stop, "a subscriber of Redis");
    }

    private static async Task<int> CardAsync(ServerProcess server, CardArrivals cards, CancellationTokenSource stop, string subscriber, int probes = 500)
    {
        await server.TrySetPresenceAsync("ada", 100_000);
        var decisive = await FindDecisiveSearchAsync(server, cards);
        var background = BackgroundAsync(server, 1_000, stop.Token);
        var presence = PresenceAsync(server, "ada", 100_000, 0, stop.Token);
        var latencies = new List<double>();
        // The first ones find the broker and the nodes still compiling: they are made and not counted.
        for (var probe = -WarmingProbes; probe < probes; probe++)
        {
            var visitor = $"probe{probe}";
            for (var i = 0; i < decisive; i++) await server.PostEventsAsync(EventBodies.FruitlessSearch(visitor, i));
            var before = cards.Count;
            var started = Stopwatch.GetTimestamp();
            await server.PostEventsAsync(EventBodies.FruitlessSearch(visitor, decisive));
            var arrived = await cards.WaitAsync(before, TimeSpan.FromSeconds(5)) ?? throw new InvalidOperationException($"No card for {visitor}.");
            if (probe >= 0) latencies.Add(Stopwatch.GetElapsedTime(started, arrived).TotalMilliseconds);
        }
        await stop.CancelAsync();
        var sent = await background;
        await presence;
        Console.WriteLine(Invariant($"card: {probes} offers, after {WarmingProbes} to warm up, while {sent:N0} events/s went by; POST to card at {subscriber}: p50 {Percentile([latencies], 0.5):F1} ms  p90 {Percentile([latencies], 0.9):F1} ms  p99 {Percentile([latencies], 0.99):F1} ms  goal p99 < 50 ms"));
        return 0;
    }

    private static async Task<int> FindDecisiveSearchAsync(ServerProcess server, CardArrivals cards)
    {
        for (var i = 0; i < 8; i++)
        {
            var before = cards.Count;
            await server.PostEventsAsync(EventBodies.FruitlessSearch("scout", i));
            if (await cards.WaitAsync(before, TimeSpan.FromSeconds(1)) is not null) return i;
        }
        throw new InvalidOperationException("Eight fruitless searches brought no card.");
    }

    private static async Task<double> BackgroundAsync(ServerProcess server, int eventsPerSecond, CancellationToken stop)
    {
        const int PerRequest = 10;
        var clock = Stopwatch.StartNew();
        var sent = 0;
        var random = new Random(7);
        while (!stop.IsCancellationRequested)
        {
            await server.PostEventsAsync(EventBodies.Browsing(random, 3_000, PerRequest, $"b{sent}-"), CancellationToken.None);
            sent += PerRequest;
            var ahead = TimeSpan.FromSeconds((double)sent / eventsPerSecond) - clock.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, CancellationToken.None);
        }
        return sent / clock.Elapsed.TotalSeconds;
    }

    /// <summary>An agent's heartbeat every ten seconds, the first after that share of them.</summary>
    internal static async Task PresenceAsync(ServerProcess server, string agent, int capacity, double phase, CancellationToken stop)
    {
        try
        {
            await Task.Delay(Heartbeat * phase, stop);
            while (true)
            {
                await server.TrySetPresenceAsync(agent, capacity);
                await Task.Delay(Heartbeat, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The benchmark is over.
        }
    }

    /// <summary>The same body under other event ids: the letter goes before each id.</summary>
    private static byte[] Renamed(byte[] body, char letter)
    {
        var text = System.Text.Encoding.UTF8.GetString(body);
        return System.Text.Encoding.UTF8.GetBytes(text.Replace("{\"id\":\"", "{\"id\":\"" + letter, StringComparison.Ordinal));
    }

    private static async Task<(double RequestsPerSecond, string P99)> WrkAsync(Uri url, int seconds)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
        foreach (var a in (string[])["-t1", "-c16", $"-d{seconds}s", "--latency", "-H", "Authorization: Bearer demo-api-key", url.ToString()]) start.ArgumentList.Add(a);
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk is not installed (Debian package wrk).");
        var text = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (text.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException(text);
        return (double.Parse(RatePattern().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), P99Pattern().Match(text).Groups[1].Value);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RatePattern();

    [GeneratedRegex(@"99%\s+(\S+)")]
    private static partial Regex P99Pattern();

    internal static double Percentile(IEnumerable<List<double>> samples, double share)
    {
        var sorted = samples.SelectMany(s => s).Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
