namespace Hosts.Tests.Collector.Dialects;

/// <summary>How many spoilt requests a fuzzing test sends, and that answering them costs no memory that stays.</summary>
internal sealed class FuzzedCount
{
    /// <summary>Dialects, each with a fuzzing test at least.</summary>
    private static readonly int s_tests = Engagement.Core.Sites.DialectNames.All.Length;

    /// <summary>Room for what is warmed up on the way: pools, caches, compiled code.</summary>
    private const long HeapGrowthBytesMax = 24 * 1024 * 1024;

    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") is { Length: > 0 };
    private long _heapBytes;

    /// <summary>Requests of one test: 3,000; with ENGAGEMENT_LONG so many that all dialects are sent 1,000,000 at least.</summary>
    public static int Of => s_isLong ? 1_000_000 / s_tests : 3_000;

    /// <summary>To be called with the number of each request before it is sent: looks at the heap once, after a fifth of them.</summary>
    public void Begin(int request)
    {
        if (request == Of / 5) Volatile.Write(ref _heapBytes, GC.GetTotalMemory(forceFullCollection: true));
    }

    /// <summary>After the last: what is held now was held then, too. Only in a long run, whose tests run one after the other
    /// (<c>-- xUnit.ParallelizeTestCollections=false</c>): else it is others' memory, too.</summary>
    public void AssertFlat()
    {
        if (!s_isLong) return;
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - Volatile.Read(ref _heapBytes), long.MinValue, HeapGrowthBytesMax);
    }
}
