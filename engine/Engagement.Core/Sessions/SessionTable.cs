using System.Runtime.CompilerServices;

namespace Engagement.Core.Sessions;

/// <summary>
/// Sessions in memory by visitor: open addressing with a tag beside each reference, so that a look-up touches one
/// line of the cache before the session itself. Visitor keys are uniform already (an HMAC), so
/// their bits are the hash. Not thread-safe; allocates only to grow.
/// </summary>
internal sealed class SessionTable
{
    private const int SlotsMin = 16;

    private Slot[] _slots = new Slot[SlotsMin];

    public int Count { get; private set; }

    public SessionState? Find(VisitorKey visitor)
    {
        var tag = TagOf(visitor);
        var slots = _slots;
        for (var i = SlotOf(visitor); ; i = (i + 1) & (slots.Length - 1))
        {
            ref var slot = ref slots[i];
            if (slot.Tag == 0) return null;
            if (slot.Tag == tag && slot.Session!.Visitor == visitor) return slot.Session;
        }
    }

    /// <summary>Asks for the line that a look-up of this visitor reads first.</summary>
    public void Fetch(VisitorKey visitor) => CacheHint.Fetch(ref Unsafe.As<Slot, byte>(ref _slots[SlotOf(visitor)]));

    /// <summary>As <see cref="Find"/>, but without a look at the session itself: by its tag alone, so now and then it is another visitor's.</summary>
    public SessionState? Likely(VisitorKey visitor)
    {
        var tag = TagOf(visitor);
        var slots = _slots;
        var i = SlotOf(visitor);
        while (slots[i].Tag != 0 && slots[i].Tag != tag) i = (i + 1) & (slots.Length - 1);
        return slots[i].Session;
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
        while (!ReferenceEquals(_slots[hole].Session, session)) hole = (hole + 1) & mask;
        for (var i = (hole + 1) & mask; _slots[i].Tag != 0; i = (i + 1) & mask)
        {
            var home = SlotOf(_slots[i].Session!.Visitor);
            if (((i - home) & mask) < ((i - hole) & mask)) continue;
            _slots[hole] = _slots[i];
            hole = i;
        }
        _slots[hole] = default;
        Count--;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private void Place(SessionState session)
    {
        var i = SlotOf(session.Visitor);
        while (_slots[i].Tag != 0) i = (i + 1) & (_slots.Length - 1);
        _slots[i] = new Slot { Session = session, Tag = TagOf(session.Visitor) };
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.Session is not null) Place(slot.Session);
        }
    }

    private int SlotOf(VisitorKey visitor) => (int)(visitor.Low ^ visitor.High) & (_slots.Length - 1);

    // Never 0, which marks an empty slot.
    private static uint TagOf(VisitorKey visitor) => (uint)(visitor.High >> 32) | 1;

    private struct Slot
    {
        public SessionState? Session;

        /// <summary>Other bits of the key than those that choose the slot.</summary>
        public uint Tag;
    }
}
