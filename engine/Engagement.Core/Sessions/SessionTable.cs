namespace Engagement.Core.Sessions;

/// <summary>
/// Sessions in memory by visitor: open addressing with a tag beside each reference, 12 bytes a slot. Visitor keys are uniform already (an HMAC), so
/// their bits are the hash. Not thread-safe; allocates only to grow.
/// </summary>
internal sealed class SessionTable
{
    private const int SlotsMin = 16;

    private SessionState?[] _slots = new SessionState?[SlotsMin];
    private uint[] _tags = new uint[SlotsMin];

    public int Count { get; private set; }

    public SessionState? Find(VisitorKey visitor)
    {
        var tag = TagOf(visitor);
        for (var i = SlotOf(visitor); ; i = (i + 1) & (_slots.Length - 1))
        {
            if (_tags[i] == 0) return null;
            if (_tags[i] == tag && _slots[i]!.Visitor == visitor) return _slots[i];
        }
    }

    /// <summary>The visitor must not be in the table.</summary>
    public void Add(SessionState session)
    {
        // Three quarters full at most: runs stay short.
        if ((Count + 1) * 4L > _slots.Length * 3L) Grow();
        Place(session);
        Count++;
    }

    /// <summary>The session must be in the table. Later entries of the run move up, so that no gravestones pile up.</summary>
    public void Remove(SessionState session)
    {
        var mask = _slots.Length - 1;
        var hole = SlotOf(session.Visitor);
        while (!ReferenceEquals(_slots[hole], session)) hole = (hole + 1) & mask;
        for (var i = (hole + 1) & mask; _tags[i] != 0; i = (i + 1) & mask)
        {
            var home = SlotOf(_slots[i]!.Visitor);
            if (((i - home) & mask) < ((i - hole) & mask)) continue;
            _slots[hole] = _slots[i];
            _tags[hole] = _tags[i];
            hole = i;
        }
        _slots[hole] = null;
        _tags[hole] = 0;
        Count--;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Array.Clear(_tags);
        Count = 0;
    }

    private void Place(SessionState session)
    {
        var i = SlotOf(session.Visitor);
        while (_tags[i] != 0) i = (i + 1) & (_slots.Length - 1);
        _slots[i] = session;
        _tags[i] = TagOf(session.Visitor);
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new SessionState?[old.Length * 2];
        _tags = new uint[old.Length * 2];
        foreach (var session in old)
        {
            if (session is not null) Place(session);
        }
    }

    private int SlotOf(VisitorKey visitor) => (int)(visitor.Low ^ visitor.High) & (_slots.Length - 1);

    // Never 0, which marks an empty slot.
    private static uint TagOf(VisitorKey visitor) => (uint)(visitor.High >> 32) | 1;
}
