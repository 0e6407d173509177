using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Decisions;

namespace Core.Tests.Sessions;

/// <summary>What sessions take of memory, at their usual size, at every limit, and over many visitors.</summary>
[Collection(MemoryCollection.Name)]
public sealed class SessionLimitsTests
{
    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1";

    [Fact]
    public void Session_EightEvents_TakesAtMostAKibibyte()
    {
        const int sessions = 10_000;
        Fill(new Worker(TestSites.Eager), 100, 8);
        // The least of a few rounds: what the runtime keeps for itself meanwhile is not the sessions'.
        Assert.InRange(Enumerable.Range(0, 3).Min(_ => Measure()), 300, 1_024);

        static long Measure()
        {
            var worker = new Worker(TestSites.Eager);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            Fill(worker, sessions, 8);
            var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / sessions;
            Assert.Equal(sessions, worker.Pipeline.SessionCount);
            return bytes;
        }
    }

    [Fact]
    public void Session_AtEveryLimit_StaysWithinItsBytes()
    {
        var worker = new Worker(TestSites.Eager);
        var text = new string('ä', 500);
        for (var i = 0; i < Limits.SessionEventsMax; i++)
        {
            var at = LogText.Start + TimeSpan.FromSeconds(i);
            var (type, rest) = (i % 3) switch
            {
                0 => ("search_performed", LogText.Search($"{i} {text}"[..250])),
                1 => ("product_added", LogText.Product($"p{i}", 10, $"c{i}", 1, text[..120])),
                _ => ("product_viewed", LogText.Product($"p{i}", 10, $"c{i}", 1, text[..120])),
            };
            worker.Apply(LogText.Event(type, at, $"e{i}", rest), i);
            worker.EndBatch();
        }
        var session = worker.Pipeline.Find(LogText.Visitor(1))!;
        Assert.Equal(Limits.SessionEventsMax, session.Events);
        var blocks = session.Keys.Capacity + session.Items.Capacity + session.Queries.Capacity + session.Trail.Capacity + session.RowAtOrder.Capacity;
        Assert.InRange(blocks, 4_000, Limits.SessionStateBytesMax - 1_024);
        var evidence = session.ReadEvidence();
        Assert.Equal(Limits.CardEvidenceMax, evidence.Queries.Length);
        Assert.Equal(Limits.CardEvidenceMax, evidence.Pages.Length);
        Assert.Equal(Limits.CardEvidenceMax, evidence.Cart.Length);
        Assert.All(evidence.Pages, p => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(p.Label), 100, Limits.EvidenceTextBytesMax));
    }

    [Fact]
    public void Visitors_Many_LeaveNoSessionBehind()
    {
        var visitors = s_isLong ? 1_000_000 : 100_000;
        var worker = new Worker(TestSites.Eager);
        for (var i = 0; i < visitors; i++)
        {
            worker.Apply(LogText.Event("page_viewed", LogText.Start + TimeSpan.FromMilliseconds(100L * i), $"e{i}", visitor: i), i);
            worker.Output.Clear();
        }
        // 30 minutes at ten visitors a second.
        Assert.InRange(worker.Pipeline.SessionCount, 17_000, 19_000);
        worker.Apply(LogText.Tick(LogText.Start + TimeSpan.FromMilliseconds(100L * visitors) + TimeSpan.FromHours(1)), visitors);
        Assert.Equal(0, worker.Pipeline.SessionCount);
    }

    [Fact]
    public void Visitor_TenMegabytes_IsSplitAndBounded()
    {
        var worker = new Worker(TestSites.Eager);
        var title = new string('x', 500);
        for (int i = 0, bytes = 0; bytes < 10_000_000; i++)
        {
            var record = LogText.Event("page_viewed", LogText.Start + TimeSpan.FromMilliseconds(i * 10L), $"e{i}", LogText.Page($"https://shop.example/{i}", title));
            bytes += record.Length;
            worker.Apply(record, i);
            Assert.Equal(1, worker.Pipeline.SessionCount);
            if (i % 1_000 == 0) worker.EndBatch();
        }
        worker.EndBatch();
        Assert.All(worker.SessionsClosed, s => Assert.Equal((SessionEnd.Events, Limits.SessionEventsMax), (s.Cause, s.Events)));
        Assert.True(worker.SessionsClosed.Count > 20);
    }

    [Fact]
    public void Begin_MemoryFull_ClosesTheLongestIdle()
    {
        var pipeline = new EngagementPipeline(sessionsMax: 3);
        var output = new PipelineOutput();
        foreach (var (visitor, second) in ((int, int)[])[(1, 0), (2, 1), (3, 2), (1, 3), (4, 4)])
            pipeline.Apply(LogText.Event("page_viewed", LogText.Start + TimeSpan.FromSeconds(second), $"e{second}", visitor: visitor), second, TestSites.Eager, output);
        Assert.Equal(1, pipeline.Evicted);
        Assert.Null(pipeline.Find(LogText.Visitor(2)));
        Assert.NotNull(pipeline.Find(LogText.Visitor(1)));
        Assert.Equal(SessionEnd.Evicted, Assert.Single(output.SessionsClosed).Cause);
    }

    private static void Fill(Worker worker, int sessions, int events)
    {
        for (var step = 0; step < events; step++)
        {
            for (var visitor = 0; visitor < sessions; visitor++)
            {
                var at = LogText.Start + TimeSpan.FromMilliseconds(step * 40_000L + visitor);
                var (type, rest) = step is 2 or 4 ? ("search_performed", LogText.Search($"rain jacket {step}")) : ("product_viewed", LogText.Product($"p{step}", 10, "outdoor"));
                worker.Apply(LogText.Event(type, at, $"e{step}", rest, visitor), step * sessions + visitor);
                worker.Output.Clear();
            }
        }
    }
}

/// <summary>Tests that measure the process's memory run alone: what others allocate meanwhile would be counted as theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";
}
