using System.Diagnostics;

namespace Benchmarks.Hosts;

/// <summary>Reserved cards as somebody hears of them: how many, and when the last came. One waits, one tells.</summary>
internal abstract class CardArrivals
{
    /// <summary>What tells a reserved card from the other messages of its channel.</summary>
    protected const string Reserved = "\"kind\":\"reserved\"";

    private readonly SemaphoreSlim _signal = new(0);
    private long _lastArrival;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>When the card after the first <paramref name="before"/> arrived; null when none did in time.</summary>
    public async Task<long?> WaitAsync(int before, TimeSpan patience)
    {
        while (Count <= before)
            if (!await _signal.WaitAsync(patience)) return null;
        return Volatile.Read(ref _lastArrival);
    }

    protected void Arrived()
    {
        Volatile.Write(ref _lastArrival, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _count);
        _signal.Release();
    }
}
