using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Benchmarks.Storage;
using Engagement.Core.Contracts;

namespace Benchmarks.Hosts;

/// <summary>
/// What the collector takes in, durably, of each dialect: requests of fifty events by eight connections, no engine behind it. The native format goes before
/// and after each other dialect's turn; the ratio to it is what counts. Load and collector share the machine and one process.
/// </summary>
internal static class DialectBench
{
    private const int Connections = 8;

    /// <summary>Times the events of a request: 100 events a second of each are far more than this machine takes in.</summary>
    private const int VisitorsByPlace = 100;
    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(3);

    /// <summary>Until everything on the way has been compiled in its last form, which takes a third of the processors meanwhile.</summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(15);

    /// <param name="args">Names of dialects; none: all. The native format goes in any case.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var native = DialectBodies.All[0];
        await TakeAsync(native, WarmUpTime);
        var rates = new List<Turn>();
        var before = await TakeAsync(native, TurnTime);
        rates.Add(before);
        for (var again = args.Length == 0 ? 0 : 4; again > 0; again--) rates.Add(before = await TakeAsync(native, TurnTime));
        foreach (var dialect in DialectBodies.All.Skip(1).Where(d => args.Length == 0 || args.Contains(d.Name)))
        {
            await TakeAsync(dialect, WarmUpTime / 3);
            var turn = await TakeAsync(dialect, TurnTime);
            var after = await TakeAsync(native, TurnTime);
            rates.Add(after);
            Tell(dialect.Name, turn, turn.PerSecond / ((before.PerSecond + after.PerSecond) / 2));
            before = after;
        }
        var median = rates.OrderBy(r => r.PerSecond).ElementAt(rates.Count / 2);
        Tell(native.Name, median, 1);
        var bare = StorageBenchmark.BareRecordsPerSecond((int)Math.Max(1, median.PerCommit));
        Console.WriteLine(FormattableString.Invariant($"bare SQLite chunks: {bare:N0} records/s at {median.PerCommit:N0} records a commit; native / bare {median.PerSecond / bare:F2}; goal for native >= 100,000 events/s"));
        return 0;
    }

    private static void Tell(string name, Turn turn, double ratio) => Console.WriteLine(FormattableString.Invariant(
        $"{name,-12} {turn.PerSecond,9:N0} events/s   {ratio:F2} of native   request p50 {turn.P50:F1} ms  p99 {turn.P99:F1} ms   {turn.Microseconds:F1} us of processor an event, the load's with it   {turn.Bytes / DialectBodies.Events,5:N0} B/event"));

    private static async Task<Turn> TakeAsync((string Name, string Path, string ContentType, string Body) dialect, TimeSpan time)
    {
        await using var collector = await BenchCollector.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = collector.Address };
        var body = Encoding.UTF8.GetBytes(dialect.Body);
        int[] marks = DialectBodies.PlacesOf(DialectBodies.Mark, body), visitors = DialectBodies.PlacesOf(DialectBodies.VisitorMark, body);
        await SendAsync(http, dialect, body, 0);
        var taken = await collector.CountAsync(Topics.Events);
        if (taken != DialectBodies.Events) throw new InvalidOperationException($"{dialect.Name}: {taken} of {DialectBodies.Events} events arrived, {await collector.CountAsync(Topics.Rejects)} were rejected.");

        var serial = 0;
        var latencies = new List<double>[Connections];
        var commits = collector.Commits;
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
        {
            var mine = latencies[connection] = new List<double>(20_000);
            var own = (byte[])body.Clone();
            while (clock.Elapsed < time)
            {
                var request = Interlocked.Increment(ref serial);
                Number(own, marks, DialectBodies.Mark.Length, request);
                Number(own, visitors, DialectBodies.VisitorMark.Length, request % VisitorsByPlace);
                var started = Stopwatch.GetTimestamp();
                await SendAsync(http, dialect, own, request % VisitorsByPlace);
                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        })));
        var elapsed = clock.Elapsed;
        var used = Environment.CpuUsage.TotalTime - processor;
        var sorted = latencies.SelectMany(l => l).Order().ToArray();
        var events = (double)sorted.Length * DialectBodies.Events;
        return new Turn(events / elapsed.TotalSeconds, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], used.TotalMicroseconds / events, body.Length,
            events / Math.Max(1, collector.Commits - commits));
    }

    private static void Number(byte[] body, int[] marks, int digits, int serial)
    {
        foreach (var mark in marks)
        {
            for (var (digit, rest) = (digits - 1, serial); digit >= 0; digit--, rest /= 10) body[mark + digit] = (byte)('0' + rest % 10);
        }
    }

    private static async Task SendAsync(HttpClient http, (string Name, string Path, string ContentType, string Body) dialect, byte[] body, int visitor)
    {
        var path = dialect.Path.Replace(DialectBodies.VisitorMark, visitor.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(dialect.ContentType);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchCollector.WriteKey);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{dialect.Name}: {(int)answer.StatusCode} {text}");
    }

    private readonly record struct Turn(double PerSecond, double P50, double P99, double Microseconds, int Bytes, double PerCommit);
}
