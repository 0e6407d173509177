using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Benchmarks.Core;

/// <summary>
/// Bytes to decision on one core, both models at every event, sessions opening and closing: with the models that the product ships, and with a heavier
/// one; beside it a yardstick, the mere tokenizing of the same bytes. Compares with the budget in <c>budgets.json</c>.
/// </summary>
internal static class CoreThroughput
{
    private const string Site = "shop";
    private const int Passes = 7;

    /// <summary>0 when every budget is kept, else 1.</summary>
    public static int Run(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400_000;
        var live = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
        var stream = EventStream.Generate(events, live, seed: 20261122, Site);
        var released = Throughput(stream, BenchmarkSites.Released(Site));
        var synthetic = Throughput(stream, BenchmarkSites.Synthetic(Site));
        Read(stream);
        var reading = events / Best(() => Read(stream)).Seconds;
        Tokenize(stream);
        var yardstick = events / Best(() => Tokenize(stream)).Seconds;
        var session = SessionBytes.Measure();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            events             {events:N0} of {stream.Bytes.Length / events} bytes, some {live:N0} visitors at a time; best of {Passes} passes
            released models    {released}
            heavier model      {synthetic}
            reading alone      {reading:N0} events/s
            yardstick          {yardstick:N0} events/s for tokenizing alone; ratio {released.PerSecond / yardstick:F3}
            outcomes           {released.Outcomes}
            a session          {session:N0} bytes with 8 events and 2 queries, dictionary and timers included
            """));
        return Check(
            ("allocated B/event", Math.Max(released.BytesPerEvent, synthetic.BytesPerEvent), Budget("bytesPerEventMax")),
            ("session bytes", session, Budget("sessionBytesMax")));
    }

    /// <summary>Two passes to compile and to fill the pools; then every pass begins with no session and pools that are full.</summary>
    private static Figures Throughput(EventStream stream, SiteModel site)
    {
        var sites = new SiteCatalog([site], 1);
        var pipeline = new EngagementPipeline();
        var output = new PipelineOutput();
        Pass(pipeline, output, stream, sites);
        Pass(pipeline, output, stream, sites);
        var best = Best(() => Pass(pipeline, output, stream, sites));
        return new Figures(
            $"{site.Purposeful!.Version} and {site.Floundering!.Version}", stream.Count / best.Seconds, stream.Count / best.WallSeconds,
            best.Bytes / (double)stream.Count, string.Join(", ", Enum.GetValues<RecordOutcome>().Select(o => $"{o} {pipeline.CountOf(o):N0}")));
    }

    /// <summary>The best of each figure over the passes: what else ran on the machine only ever takes away.</summary>
    private static Measured Best(Action run)
    {
        var passes = Enumerable.Range(0, Passes).Select(_ => Measure(run)).ToList();
        return new Measured(passes.Min(p => p.Seconds), passes.Min(p => p.WallSeconds), passes.Min(p => p.Bytes));
    }

    private static void Pass(EngagementPipeline pipeline, PipelineOutput output, EventStream stream, SiteCatalog sites)
    {
        pipeline.Reset();
        var start = 0;
        for (var i = 0; i < stream.Ends.Length; i++)
        {
            // As a partition's worker does, from the keys of the log.
            if (i + EngagementPipeline.ForesightRecords < stream.Keys.Length) pipeline.Foresee(stream.Keys[i + EngagementPipeline.ForesightRecords]);
            var end = stream.Ends[i];
            pipeline.Apply(stream.Bytes.AsSpan(start, end - start), i, sites, output);
            start = end;
            for (var w = 0; w < output.Wishes.Count; w++)
            {
                var wish = output.Wishes[w];
                pipeline.Resolve(wish, i % 3 == 0 ? OfferResolution.Reserved : OfferResolution.NobodyFree, wish.Now + Limits.LeaseDefault, sites, output);
            }
            output.Wishes.Clear();
            if (i % 4_096 == 0) output.Clear();
        }
        output.Clear();
    }

    private static void Read(EventStream stream)
    {
        var reader = new VisitorEventReader();
        for (var i = 0; i < stream.Count; i++)
        {
            if (!reader.TryRead(stream[i], out _).IsOk) throw new InvalidDataException($"record {i}");
        }
    }

    private static void Tokenize(EventStream stream)
    {
        var start = 0;
        foreach (var end in stream.Ends)
        {
            var reader = new Utf8JsonReader(stream.Bytes.AsSpan(start, end - start));
            while (reader.Read())
            {
            }
            start = end;
        }
    }

    private static Measured Measure(Action run)
    {
        GC.Collect();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        run();
        var wall = Stopwatch.GetElapsedTime(start);
        return new Measured((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, wall.TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    /// <summary>Seconds of processor time (what one core needs, also where others share it) and by the wall.</summary>
    private readonly record struct Measured(double Seconds, double WallSeconds, long Bytes);

    private readonly record struct Figures(string Models, double PerSecond, double WallPerSecond, double BytesPerEvent, string Outcomes)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{PerSecond:N0} events/s on one core by processor time, {WallPerSecond:N0} by the wall; {BytesPerEvent:F3} B/event ({Models})");
    }

    private static double Budget(string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "budgets.json")));
        return file.RootElement.GetProperty("core").GetProperty(name).GetDouble();
    }

    private static int Check(params ReadOnlySpan<(string Name, double Value, double Max)> budgets)
    {
        var failed = 0;
        foreach (var (name, value, max) in budgets)
        {
            if (value <= max) continue;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"over budget: {name} is {value:F3}, at most {max:F3} is allowed (tests/Benchmarks/budgets.json)"));
            failed = 1;
        }
        return failed;
    }
}
