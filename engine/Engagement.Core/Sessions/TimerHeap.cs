namespace Engagement.Core.Sessions;

/// <summary>A session's place in due order. Stale once the session has left, or has been queued for another time since.</summary>
internal readonly record struct TimerEntry(Instant Due, long FirstOffset, SessionState Session)
{
    public bool IsCurrent => Session.IsInMemory && Session.FirstOffset == FirstOffset && Session.QueuedDue == Due;

    /// <summary>Ties go to the session that began first: the order is the log's, not the heap's.</summary>
    public bool IsBefore(in TimerEntry other) => Due == other.Due ? FirstOffset < other.FirstOffset : Due < other.Due;
}

/// <summary>Timers in due order: a heap of four children a node. Not thread-safe; allocates only to grow.</summary>
internal sealed class TimerHeap
{
    private TimerEntry[] _heap = new TimerEntry[16];

    public int Count { get; private set; }

    /// <summary>The earliest; there must be one.</summary>
    public ref readonly TimerEntry First => ref _heap[0];

    public void Clear()
    {
        Array.Clear(_heap, 0, Count);
        Count = 0;
    }

    public void Push(in TimerEntry entry)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        var i = Count++;
        while (i > 0)
        {
            var parent = (i - 1) >> 2;
            if (!entry.IsBefore(_heap[parent])) break;
            _heap[i] = _heap[parent];
            i = parent;
        }
        _heap[i] = entry;
    }

    /// <summary>Takes the earliest; there must be one.</summary>
    public TimerEntry Pop()
    {
        var first = _heap[0];
        var last = _heap[--Count];
        _heap[Count] = default;
        if (Count == 0) return first;
        var i = 0;
        while (true)
        {
            var child = 4 * i + 1;
            if (child >= Count) break;
            for (var other = child + 1; other < Math.Min(4 * i + 5, Count); other++)
            {
                if (_heap[other].IsBefore(_heap[child])) child = other;
            }
            if (!_heap[child].IsBefore(last)) break;
            _heap[i] = _heap[child];
            i = child;
        }
        _heap[i] = last;
        return first;
    }
}
