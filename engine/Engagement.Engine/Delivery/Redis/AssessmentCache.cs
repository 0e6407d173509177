using Engagement.Core;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// Assessments as last read: the same bytes give the same object, and so does what is rendered and kept with it. Redis is asked each time; what it says
/// decides. Everything is dropped every <see cref="KeptFor"/>, so that a node does not remember whom it is no longer asked about. Thread-safe, lock-free.
/// </summary>
internal sealed class AssessmentCache(TimeProvider time)
{
    /// <summary>A power of two. Of two visitors of one place the later stays: a miss costs a decoding, nothing else.</summary>
    private const int Places = 4_096;

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    private volatile Entry?[] _entries = new Entry?[Places];
    private long _since = time.GetTimestamp();

    /// <summary>Hot: a comparison of some hundred bytes where nothing is new. Null for what another version wrote.</summary>
    public Assessment? Decode(string site, VisitorKey visitor, byte[] bytes)
    {
        DropOld();
        ref var place = ref _entries[(int)visitor.Low & (Places - 1)];
        if (Volatile.Read(ref place) is { } known && known.Visitor == visitor && known.Site == site && known.Bytes.AsSpan().SequenceEqual(bytes))
            return known.Assessment;
        if (AssessmentCodec.Decode(site, visitor, bytes) is not { } assessment) return null;
        Volatile.Write(ref place, new Entry(site, visitor, bytes, assessment));
        return assessment;
    }

    /// <summary>What was read of this visitor, and of whoever has her place.</summary>
    public void Forget(VisitorKey visitor) => Volatile.Write(ref _entries[(int)visitor.Low & (Places - 1)], null);

    private void DropOld()
    {
        var since = Volatile.Read(ref _since);
        if (time.GetElapsedTime(since) < KeptFor || Interlocked.CompareExchange(ref _since, time.GetTimestamp(), since) != since) return;
        _entries = new Entry?[Places];
    }

    private sealed record Entry(string Site, VisitorKey Visitor, byte[] Bytes, Assessment Assessment);
}
