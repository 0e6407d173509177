using System.Globalization;
using System.Text;
using Benchmarks.Core;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine;
using Engagement.Engine.Stream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Engagement.Testing;

namespace Benchmarks.Worker;

/// <summary>
/// What one partition's worker costs between a log and a store that cost nothing: decisions composed, assessments snapshot, offers made. Beside it the
/// core alone over the same bytes is what <c>core</c> prints.
/// </summary>
internal static class WorkerThroughput
{
    private const string Site = "shop";
    private const int Passes = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400_000;
        var stream = EventStream.Generate(events, live: 10_000, seed: 20261122, Site);
        var best = (Seconds: double.MaxValue, Bytes: long.MaxValue);
        var counts = "";
        for (var pass = 0; pass < Passes; pass++)
        {
            var log = new MemoryEventLog(stream, Encoding.UTF8.GetBytes($"{Site}:0"));
            var store = new EmptyDeliveryStore();
            await using var services = Compose(log, store);
            var service = services.GetRequiredService<EngineService>();
            var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
            await service.StartAsync(default);
            await log.CaughtUp.Task;
            var seconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
            var bytes = GC.GetTotalAllocatedBytes() - allocated;
            await service.StopAsync(default);
            best = (Math.Min(best.Seconds, seconds), Math.Min(best.Bytes, bytes));
            counts = string.Create(CultureInfo.InvariantCulture,
                $"{log.Appended:N0} records of {log.AppendedBytes / Math.Max(1, log.Appended)} bytes appended; {store.Commits:N0} commits, {store.Assessments:N0} assessments, {store.Cards:N0} cards, {store.Offers:N0} offers");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"worker             {events / best.Seconds:N0} events/s of processor time ({best.Seconds / events * 1e6:F2} µs an event), {best.Bytes / events} B/event"));
        Console.WriteLine($"a pass             {counts}");
        return 0;
    }

    private static ServiceProvider Compose(IEventLog log, IDeliveryStore store)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new SiteCatalogSource(new SiteCatalog([BenchmarkSites.Released(Site, SiteClock.Log)], 1)));
        services.AddSingleton(log);
        services.AddSingleton(store);
        services.AddEngine();
        return services.BuildServiceProvider();
    }
}
