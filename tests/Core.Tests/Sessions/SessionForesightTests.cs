using System.Globalization;
using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Events;
using Engagement.Core.Sessions;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Sessions;

/// <summary>What is foreseen is a hint: right, wrong or of a visitor who never comes, it changes nothing.</summary>
public sealed class SessionForesightTests
{
    private const int ObjectHeaderBytes = 16;
    private const int Visitors = 40;

    [Fact]
    public void SessionBytes_AreTheLayouts()
    {
        _ = new SessionState();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var session = new SessionState();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(session);
        Assert.Equal(SessionState.Bytes, bytes - ObjectHeaderBytes);
    }

    /// <summary>Visitors come and go in between (every seventh step takes a quarter of an hour), so that what was found ahead is pooled or another's by then.</summary>
    [Fact]
    public void Foreseen_RightOrWrong_DecidesAlike() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(10), Prop.ForAll(ArbMap.Default.ArbFor<int>(), Compare));

    private static void Compare(int seed)
    {
        var (told, untold) = (new Worker(TestSites.Eager), new Worker(TestSites.Eager));
        var random = new Random(seed);
        var at = LogText.Start;
        for (var i = 0; i < 400; i++)
        {
            at += TimeSpan.FromSeconds(i % 7 == 0 ? 900 : random.Next(1, 20));
            var record = LogText.Event("page_viewed", at, $"e{i}", LogText.Page($"/{i % 5}"), visitor: random.Next(Visitors));
            for (var hints = random.Next(4); hints > 0; hints--) told.Pipeline.Foresee(AnyKey(random));
            Assert.Equal(untold.Apply(record, i), told.Apply(record, i));
        }
        untold.EndBatch();
        told.EndBatch();
        Assert.NotEmpty(untold.SessionsClosed);
        Assert.Equal(untold.Decisions, told.Decisions);
        Assert.Equal(untold.SessionsClosed, told.SessionsClosed);
    }

    private static byte[] AnyKey(Random random) => random.Next(5) switch
    {
        0 => RecordKeys.Tick.ToArray(),
        1 => RecordKeys.Of("elsewhere", new VisitorKey((ulong)random.NextInt64(), (ulong)random.NextInt64())),
        2 => [.. Enumerable.Range(0, random.Next(80)).Select(_ => (byte)random.Next(256))],
        _ => RecordKeys.Of(TestSites.Shop, LogText.Visitor(random.Next(Visitors))),
    };
}
