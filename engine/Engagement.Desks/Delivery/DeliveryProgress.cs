namespace Engagement.Desks.Delivery;

/// <summary>
/// How far one partition's notices are done with at every receiver: the position moves over a notice only when all before it are done too, so that a
/// restart misses none. Thread-safe.
/// </summary>
internal sealed class DeliveryProgress
{
    private readonly Lock _gate = new();
    private readonly Queue<Step> _open = new();

    /// <summary>A notice that so many receivers are to get; to be called in the order of offsets.</summary>
    public Step Begin(long offset, int receivers)
    {
        var step = new Step(offset) { Left = receivers };
        lock (_gate) _open.Enqueue(step);
        return step;
    }

    /// <summary>One receiver is done with it. The position to go on with where it moved; else null.</summary>
    public long? Done(Step step)
    {
        lock (_gate)
        {
            step.Left--;
            return Move();
        }
    }

    /// <summary>The position to go on with where notices that nobody hears let it move; else null.</summary>
    public long? Skip()
    {
        lock (_gate) return Move();
    }

    private long? Move()
    {
        long? position = null;
        while (_open.TryPeek(out var first) && first.Left <= 0) position = _open.Dequeue().Offset + 1;
        return position;
    }

    /// <summary>One notice on its way.</summary>
    internal sealed class Step(long offset)
    {
        public long Offset { get; } = offset;
        public int Left { get; set; }
    }
}
