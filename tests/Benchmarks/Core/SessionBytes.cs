using System.Text;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Benchmarks.Core;

/// <summary>What one live session takes, all told: measured over many, by what the heap holds more with them.</summary>
internal static class SessionBytes
{
    private const int Sessions = 10_000;

    /// <summary>Bytes a session of eight events with two queries, its share of dictionary, timers and slabs included.</summary>
    public static double Measure()
    {
        var sites = new SiteCatalog([BenchmarkSites.Released("shop")], 1);
        var output = new PipelineOutput();
        // All sessions fall still at once here: what that makes a batch's output hold is the worker's, whatever the sessions, and stands before the measure.
        Fill(new EngagementPipeline(), sites, output, Sessions);
        var pipeline = new EngagementPipeline();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Fill(pipeline, sites, output, Sessions);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        if (pipeline.SessionCount != Sessions) throw new InvalidOperationException($"{pipeline.SessionCount} sessions live");
        return (after - before) / (double)Sessions;
    }

    private static void Fill(EngagementPipeline pipeline, SiteCatalog sites, PipelineOutput output, int sessions)
    {
        var time = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
        for (var step = 0; step < 8; step++)
        {
            for (var visitor = 0; visitor < sessions; visitor++)
            {
                var rest = step switch
                {
                    2 or 4 => $$"""
                        ,"search":{"query":"waterproof jacket {{step}}","resultCount":12,"scope":"catalogue"}
                        """,
                    3 or 6 or 7 => $$"""
                        ,"product":{"id":"sku-{{step}}","name":"Rain jacket {{step}}","category":"outdoor","price":89.9}
                        """,
                    _ => "",
                };
                var type = step switch { 2 or 4 => "search_performed", 3 or 6 or 7 => "product_viewed", 5 => "product_list_viewed", _ => "page_viewed" };
                var at = Instant.FromDateTimeOffset(time.AddMilliseconds(step * 60_000 + visitor));
                var key = new VisitorKey((ulong)visitor * 0x9E3779B97F4A7C15 + 1, (ulong)visitor * 0xD6E8FEB86659FD93 + 3);
                var json = $$"""
                    {"v":1,"id":"e{{step}}-{{visitor}}","site":"shop","visitor":"{{key}}","type":"{{type}}","occurredAt":"{{at}}","receivedAt":"{{at}}","page":{"url":"https://shop.example/{{type}}/{{step}}","title":"Page {{step}} of the shop","language":"en"}{{rest}}}
                    """;
                pipeline.Apply(Encoding.UTF8.GetBytes(json), step * sessions + visitor, sites, output);
                foreach (var wish in output.Wishes) pipeline.Resolve(wish, OfferResolution.NobodyFree, Instant.Never, sites, output);
                output.Clear();
            }
        }
    }
}
