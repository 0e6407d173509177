namespace Engagement.Core.Sessions;

/// <summary>
/// Timers of one clock domain in due order, one place a session. Sessions that wake later than the present second are kept unordered on a
/// <see cref="TimerWheel"/>; only what the clock has come near to is put in order, in a <see cref="TimerHeap"/>. So the usual course (a session's due time
/// moves later with every event, before it ever comes) costs no ordering. A session whose due time moved later keeps its place and is placed again when
/// that comes up; one whose due time moved nearer changes its place at once. Not thread-safe; allocates only to grow.
/// </summary>
internal sealed class TimerQueue
{
    /// <summary>So far ahead of time an idle moment may put in order: less than any timer is long, so that what is scheduled still begins on the wheel.</summary>
    private const int AheadBuckets = 32;

    private readonly TimerWheel _wheel = new();
    private readonly TimerHeap _near = new();
    private long _now;

    /// <summary>Places in use, those gone stale included.</summary>
    public int Count => _wheel.Count + _near.Count;

    /// <summary>Sees that the queue wakes no later than the session's next due time.</summary>
    public void Schedule(SessionState session)
    {
        if (session.NextDue >= session.QueuedDue) return;
        _wheel.Remove(session);
        Place(session);
    }

    /// <summary>Takes the first session whose next due time is before <paramref name="limit"/>; null when none is.</summary>
    public SessionState? TakeDue(Instant limit)
    {
        var bucket = TimerWheel.BucketOf(limit);
        if (bucket != _now) Advance(bucket);
        while (_near.Count > 0 && _near.First.Due < limit)
        {
            var entry = _near.Pop();
            if (!entry.IsCurrent) continue;
            entry.Session.QueuedDue = Instant.Never;
            if (entry.Session.NextDue == entry.Due) return entry.Session;
            Place(entry.Session);
        }
        return null;
    }

    /// <summary>The earliest time at which a timer is really due; <see cref="Instant.Never"/> when none waits. For an idle moment: it may look at some.</summary>
    public Instant NextDue()
    {
        while (true)
        {
            if (_near.Count == 0)
            {
                if (_wheel.Count == 0 || _wheel.Cursor - _now >= AheadBuckets) return _wheel.NextDue();
                TakeBucket();
                continue;
            }
            var entry = _near.First;
            if (entry.IsCurrent && entry.Session.NextDue == entry.Due) return entry.Due;
            _near.Pop();
            if (!entry.IsCurrent) continue;
            entry.Session.QueuedDue = Instant.Never;
            Place(entry.Session);
        }
    }

    /// <summary>The session leaves memory.</summary>
    public void Forget(SessionState session) => _wheel.Remove(session);

    /// <summary>No session in memory may have a place here any more.</summary>
    public void Clear()
    {
        _wheel.Clear();
        _near.Clear();
    }

    /// <summary>Time has come to a bucket: all up to it are put in order. An older record's time changes nothing, but where nobody waits.</summary>
    private void Advance(long bucket)
    {
        _now = bucket;
        while (_wheel.Count > 0 && _wheel.Cursor < bucket) TakeBucket();
        if (Count == 0 || bucket > _wheel.Cursor) _wheel.Cursor = bucket;
    }

    private void TakeBucket()
    {
        for (var node = _wheel.TakeNext(); node != 0;)
        {
            var session = _wheel.Free(ref node);
            _wheel.Fetch(node);
            Place(session);
        }
    }

    private void Place(SessionState session)
    {
        session.QueuedDue = session.NextDue;
        if (TimerWheel.BucketOf(session.NextDue) <= _wheel.Cursor) _near.Push(new TimerEntry(session.NextDue, session.FirstOffset, session));
        else _wheel.Add(session);
    }
}
