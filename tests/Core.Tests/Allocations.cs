namespace Engagement.Testing;

/// <summary>What a piece of code allocates on its thread when it has settled.</summary>
internal static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Bytes, the least of a few rounds: the runtime itself may allocate on the thread, once, when it swaps in faster code; what the code allocates
    /// comes back every round.
    /// </summary>
    public static long Of(int times, Action action)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++) action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
