using Engagement.Core;

namespace Engagement.Engine.Api;

/// <summary>
/// Visitors whose last event was too old, when last asked about, to say that they are there. A hint and no more: what goes out along with the first
/// question need not be asked after it, and a wrong guess costs one look-up. Of two visitors of one place the later stays. Thread-safe, lock-free.
/// </summary>
internal sealed class QuietVisitors
{
    /// <summary>A power of two.</summary>
    private const int Places = 4_096;

    private readonly ulong[] _places = new ulong[Places];

    public bool Has(VisitorKey visitor) => Volatile.Read(ref Of(visitor)) == visitor.Low;

    public void Add(VisitorKey visitor)
    {
        ref var place = ref Of(visitor);
        if (Volatile.Read(ref place) != visitor.Low) Volatile.Write(ref place, visitor.Low);
    }

    public void Remove(VisitorKey visitor)
    {
        ref var place = ref Of(visitor);
        if (Volatile.Read(ref place) == visitor.Low) Volatile.Write(ref place, 0);
    }

    private ref ulong Of(VisitorKey visitor) => ref _places[(int)visitor.Low & (Places - 1)];
}
