using System.Diagnostics;
using System.Globalization;
using Engagement.Testing;

namespace Benchmarks.Cluster;

/// <summary>Throughput and take-over of the engine over a real Kafka and a real Redis on this machine, each figure beside its yardstick of the same run.</summary>
internal static class ClusterBench
{
    private const int VisitorsAtATime = 10_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Asking costs the processors that are measured.</summary>
    private static readonly TimeSpan LookRarely = TimeSpan.FromMilliseconds(250);

    /// <summary>The whole topic decided, with decisions and Redis writes on, by one engine and by two, against kcat that merely reads it.</summary>
    public static async Task<int> StreamAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4_000_000;
        var (one, yardstick) = await EnginesAsync(1, events);
        if (args is [_, "one"])
        {
            Console.WriteLine(Invariant($"stream: {events:N0} events, one engine {one}; kcat {yardstick:N0}; {one.PerSecond / yardstick:F2}"));
            return 0;
        }
        var (two, _) = await EnginesAsync(2, events);
        Console.WriteLine(Invariant($"stream: {events:N0} events in {BenchCluster.Partitions} partitions, {VisitorsAtATime:N0} visitors at a time"));
        Console.WriteLine(Invariant($"  kcat merely reads    {yardstick,12:N0} events/s, best of 3"));
        Console.WriteLine($"  one engine           {one}");
        Console.WriteLine(Invariant($"  one engine / kcat    {one.PerSecond / yardstick,12:F2}   goal >= 0.40"));
        Console.WriteLine($"  two engines          {two}");
        Console.WriteLine(Invariant($"  lost by sharing      {1 - two.PerCpuSecond / one.PerCpuSecond,12:P0} of events an engine's CPU-second   goal <= 15 %"));
        return 0;
    }

    /// <summary>An engine dies that had read everything; another reads again what lives, which is the whole topic.</summary>
    public static async Task<int> TakeOverAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000_000;
        await using var cluster = await BenchCluster.StartAsync();
        // So many visitors that the whole topic is within the two hours that a session may take.
        await FillAsync(cluster, events, steady: true);
        await using (var first = await cluster.StartAsync("engine"))
        {
            await DecidedAsync([first], events, TimeSpan.FromMinutes(10));
            await first.KillAsync();
        }
        await using var second = cluster.Prepare("engine");
        var starting = second.StartAgainAsync();
        var clock = Stopwatch.StartNew();
        TimeSpan? assigned = null, live = null;
        while (live is null && clock.Elapsed < TimeSpan.FromMinutes(5))
        {
            if (await BenchCluster.ProgressOfAsync(second) is { } progress)
            {
                if (progress.Phases.Length > 0) assigned ??= clock.Elapsed;
                if (progress.Phases.Length == BenchCluster.Partitions && progress.Phases.All(p => p == "live")) live = clock.Elapsed;
            }
            await Task.Delay(Look);
        }
        await starting;
        var read = (await BenchCluster.ProgressOfAsync(second))!;
        Console.WriteLine(Invariant($"takeover: {events:N0} events to read again, {read.Records:N0} applied anew; assigned to live {(live - assigned)?.TotalSeconds:F1} s, goal <= 15 s; processor {second.ProcessorTime.TotalSeconds:F1} s"));
        return live is null ? 1 : 0;
    }

    private static async Task FillAsync(BenchCluster cluster, int events, bool steady)
    {
        await using var log = await cluster.OpenLogAsync();
        var clock = Stopwatch.StartNew();
        // 2,000,000 events of 10,000 visitors are 80 minutes.
        await LogFilling.FillAsync(log, BenchCluster.Site, events, VisitorsAtATime, steady);
        Console.WriteLine(Invariant($"filled: {events:N0} events in {clock.Elapsed.TotalSeconds:F0} s"));
    }

    private static async Task<double> KcatAsync(BenchCluster cluster, int events)
    {
        var clock = Stopwatch.StartNew();
        using var kcat = Process.Start("bash",
        [
            "-c", $"kcat -C -b {cluster.Kafka.BootstrapServers} -t engagement.events -o beginning -e -q -X api.version.request=false -X broker.version.fallback={KafkaBroker.Version} > /dev/null",
        ]) ?? throw new InvalidOperationException("kcat is not installed (Debian package kcat).");
        await kcat.WaitForExitAsync();
        if (kcat.ExitCode != 0) throw new InvalidOperationException($"kcat ended with {kcat.ExitCode}.");
        return events / clock.Elapsed.TotalSeconds;
    }

    /// <summary>A topic of its own for each number of engines: the offers that a run makes stand in it too.</summary>
    private static async Task<(EngineFigures Figures, double Yardstick)> EnginesAsync(int count, int events)
    {
        await using var cluster = await BenchCluster.StartAsync();
        await FillAsync(cluster, events, steady: false);
        var yardstick = new[] { await KcatAsync(cluster, events), await KcatAsync(cluster, events), await KcatAsync(cluster, events) }.Max();
        await using var api = await cluster.StartAsync("collector");
        using var stop = new CancellationTokenSource();
        var agent = BenchCluster.KeepAgentAsync(api, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var engines = Enumerable.Range(0, count).Select(_ => cluster.Prepare("engine")).ToArray();
        try
        {
            var starting = engines.Select(e => e.StartAgainAsync()).ToArray();
            var figures = await DecidedAsync(engines, events, TimeSpan.FromMinutes(10));
            await Task.WhenAll(starting);
            return (figures, yardstick);
        }
        finally
        {
            await stop.CancelAsync();
            await agent;
            foreach (var engine in engines) await engine.DisposeAsync();
        }
    }

    /// <summary>From the first record that any engine applied to the last; processor time an event behind the first quarter, when all is compiled.</summary>
    private static async Task<EngineFigures> DecidedAsync(ServerProcess[] engines, long events, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan? begun = null;
        (TimeSpan At, TimeSpan Cpu, long Records)? settled = null;
        while (clock.Elapsed < patience)
        {
            var progress = new List<NodeProgress>();
            foreach (var engine in engines)
                if (await BenchCluster.ProgressOfAsync(engine) is { } known) progress.Add(known);
            var records = progress.Sum(p => p.Records);
            if (begun is null && records > 0) begun = clock.Elapsed;
            if (settled is null && records > events / 4) settled = (clock.Elapsed, Cpu(), records);
            if (progress.Count == engines.Length && progress.Sum(p => p.Position) >= events && progress.Sum(p => p.Phases.Length) == BenchCluster.Partitions)
                return new EngineFigures(
                    events / (clock.Elapsed - begun!.Value).TotalSeconds, (records - settled!.Value.Records) / (Cpu() - settled.Value.Cpu).TotalSeconds,
                    Cpu().TotalSeconds, progress.Sum(p => p.Decisions), progress.Sum(p => p.Offers), engines.Max(e => e.WorkingSetBytes) / 1048576);
            await Task.Delay(LookRarely);
        }
        TimeSpan Cpu() => TimeSpan.FromSeconds(engines.Sum(e => e.ProcessorTime.TotalSeconds));

        throw new TimeoutException($"Not decided within {patience}: {string.Join(Environment.NewLine, engines.Select(e => e.Log))}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record EngineFigures(double PerSecond, double PerCpuSecond, double CpuSeconds, long Decisions, long Offers, long WorkingSetMiB)
    {
        public override string ToString() => Invariant(
            $"{PerSecond,12:N0} events/s; {PerCpuSecond:N0} an engine's CPU-second ({1e6 / PerCpuSecond:F1} µs an event; {CpuSeconds:F1} s in all, start included); {Decisions:N0} decisions, {Offers:N0} offers, {WorkingSetMiB:N0} MiB");
    }
}
