namespace Engagement.Core.Sessions;

/// <summary>
/// Sessions by the second at which they are to be looked at, in no order within it: a ring of buckets, each a linked list (Varghese and Lauck 1987,
/// "Hashed and hierarchical timing wheels"). What is due beyond the ring waits in its last bucket, and is placed again from there. Not thread-safe;
/// allocates only to grow.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>1,024 ms.</summary>
    private const int BucketBits = 10;

    /// <summary>35 minutes: a little over <see cref="Limits.SessionGap"/>, so that few wait for more than one turn.</summary>
    private const int Buckets = 2_048;

    /// <summary>First node by bucket; 0 is none.</summary>
    private readonly int[] _heads = new int[Buckets];

    // Node 0 is never used. Free nodes are a list by Next.
    private Node[] _nodes = new Node[16];
    private int _used = 1;
    private int _free;

    /// <summary>Sessions on the wheel. Their buckets lie after <see cref="Cursor"/>.</summary>
    public int Count { get; private set; }

    /// <summary>The bucket that time has come to; the last one of all while no time is known. May be set where no session would be passed over.</summary>
    public long Cursor { get; set; } = long.MaxValue;

    public static long BucketOf(Instant due) => due.UnixMs >> BucketBits;

    /// <summary>The session's <see cref="SessionState.QueuedDue"/> must lie after the cursor's bucket.</summary>
    public void Add(SessionState session)
    {
        var bucket = BucketOf(session.QueuedDue);
        var slot = (int)((bucket - Cursor < Buckets ? bucket : Cursor + Buckets - 1) & (Buckets - 1));
        var at = Take();
        ref var head = ref _heads[slot];
        _nodes[at] = new Node { Session = session, Next = head, Previous = ~slot };
        if (head != 0) _nodes[head].Previous = at;
        head = at;
        session.TimerNode = at;
        Count++;
    }

    /// <summary>Nothing happens where the session is not on the wheel.</summary>
    public void Remove(SessionState session)
    {
        if (session.TimerNode == 0) return;
        var at = session.TimerNode;
        var (next, previous) = (_nodes[at].Next, _nodes[at].Previous);
        if (previous < 0) _heads[~previous] = next;
        else _nodes[previous].Next = next;
        if (next != 0) _nodes[next].Previous = previous;
        Free(ref at);
    }

    /// <summary>Moves the cursor on by one; what was in that bucket is off the lists and must be freed node by node.</summary>
    public int TakeNext()
    {
        ref var head = ref _heads[(int)(++Cursor & (Buckets - 1))];
        var first = head;
        head = 0;
        return first;
    }

    /// <summary>Frees a node that is on no list; it becomes the next one of its former list.</summary>
    public SessionState Free(ref int at)
    {
        ref var node = ref _nodes[at];
        var (session, next) = (node.Session, node.Next);
        node = new Node { Session = null!, Next = _free };
        _free = at;
        at = next;
        session.TimerNode = 0;
        Count--;
        return session;
    }

    /// <summary>Asks for the session of a node that is to be freed next; nothing for none.</summary>
    public void Fetch(int at)
    {
        if (at != 0) _nodes[at].Session.Fetch();
    }

    /// <summary>The earliest due time; a session is due no earlier than its bucket.</summary>
    public Instant NextDue()
    {
        var next = Instant.Never;
        if (Count == 0) return next;
        for (var bucket = Cursor + 1; bucket < Cursor + Buckets && bucket <= BucketOf(next); bucket++)
        {
            for (var at = _heads[(int)(bucket & (Buckets - 1))]; at != 0; at = _nodes[at].Next) next = Instant.Min(next, _nodes[at].Session.NextDue);
        }
        return next;
    }

    public void Clear()
    {
        Array.Clear(_heads);
        Array.Clear(_nodes, 0, _used);
        (_used, _free, Count, Cursor) = (1, 0, 0, long.MaxValue);
    }

    private int Take()
    {
        if (_free != 0)
        {
            var at = _free;
            _free = _nodes[at].Next;
            return at;
        }
        if (_used == _nodes.Length) Array.Resize(ref _nodes, _used * 2);
        return _used++;
    }

    private struct Node
    {
        public SessionState Session;
        public int Next;

        /// <summary>The node before; in a bucket's first, the bucket's slot as its complement.</summary>
        public int Previous;
    }
}
