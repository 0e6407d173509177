namespace Engagement.Core.Sessions;

/// <summary>A session's place in the queue. Stale once the session has left, or has been queued for an earlier time since.</summary>
internal readonly record struct TimerEntry(Instant Due, long FirstOffset, SessionState Session)
{
    public bool IsCurrent => Session.IsInMemory && Session.FirstOffset == FirstOffset && Session.QueuedDue == Due;

    /// <summary>Ties go to the session that began first: the order is the log's, not the heap's.</summary>
    public bool IsBefore(in TimerEntry other) => Due == other.Due ? FirstOffset < other.FirstOffset : Due < other.Due;
}

/// <summary>
/// Timers of one clock domain in due order: a heap of four children a node, one entry a session. A session whose due time moved later keeps its entry and is queued
/// again when that comes up; one whose due time moved nearer gets another, and the first goes stale. Not thread-safe; allocates only to grow.
/// </summary>
internal sealed class TimerQueue
{
    private TimerEntry[] _heap = new TimerEntry[16];

    public int Count { get; private set; }

    /// <summary>Sees that the queue wakes no later than the session's next due time.</summary>
    public void Schedule(SessionState session)
    {
        if (session.NextDue >= session.QueuedDue) return;
        session.QueuedDue = session.NextDue;
        Push(new TimerEntry(session.NextDue, session.FirstOffset, session));
    }

    /// <summary>Takes the first session whose next due time is before <paramref name="limit"/>; null when none is.</summary>
    public SessionState? TakeDue(Instant limit)
    {
        while (Count > 0 && _heap[0].Due < limit)
        {
            var entry = Pop();
            if (!entry.IsCurrent) continue;
            entry.Session.QueuedDue = Instant.Never;
            if (entry.Session.NextDue == entry.Due) return entry.Session;
            Schedule(entry.Session);
        }
        return null;
    }

    /// <summary>The earliest time at which a timer is really due; <see cref="Instant.Never"/> when none waits.</summary>
    public Instant NextDue()
    {
        while (Count > 0)
        {
            var entry = _heap[0];
            if (entry.IsCurrent && entry.Session.NextDue == entry.Due) return entry.Due;
            Pop();
            if (!entry.IsCurrent) continue;
            entry.Session.QueuedDue = Instant.Never;
            Schedule(entry.Session);
        }
        return Instant.Never;
    }

    public void Clear()
    {
        Array.Clear(_heap, 0, Count);
        Count = 0;
    }

    private void Push(in TimerEntry entry)
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

    private TimerEntry Pop()
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
