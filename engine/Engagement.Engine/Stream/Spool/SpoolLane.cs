namespace Engagement.Engine.Stream.Spool;

/// <summary>Which way the appends of one partition go.</summary>
internal enum LanePhase : byte
{
    /// <summary>Straight to the log; the spool is empty.</summary>
    Direct = 0,

    /// <summary>Into the spool, which a drain empties into the log.</summary>
    Spooling,

    /// <summary>The drain has come to the end: appends wait, shortly, for the last of it to reach the log.</summary>
    HandingOver,
}

/// <summary>
/// The switch of one partition between log and spool. An append goes straight only when nothing acknowledged before it is in the spool: the way back
/// is opened when no append into the spool is under way and its last record is in the log. Thread-safe.
/// <para>Whoever enters several lanes enters them in ascending order: each may have to wait for a hand-over, which waits for those inside.</para>
/// </summary>
internal sealed class SpoolLane(string topic, int partition)
{
    private readonly Lock _gate = new();
    private volatile LanePhase _phase;
    private int _inside;
    private TaskCompletionSource? _left;
    private TaskCompletionSource? _reopened;
    private long _position;
    private long _bytes;

    public string Topic => topic;
    public int Partition => partition;

    public bool IsDirect => _phase == LanePhase.Direct;

    /// <summary>The drain's place: the first record of the spool that is not known to be in the log.</summary>
    public long Position { get => Volatile.Read(ref _position); set => Volatile.Write(ref _position, value); }

    /// <summary>Bytes of the records that wait.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>A spool that was left behind: its records go first.</summary>
    public void BeginSpooling() => _phase = LanePhase.Spooling;

    /// <summary>Waits where a hand-over is under way; then says which way to go.</summary>
    /// <param name="mustSpool">The log has just refused: a direct lane turns to its spool.</param>
    public async ValueTask<LaneEntry> EnterAsync(bool mustSpool)
    {
        while (true)
        {
            Task reopened;
            lock (_gate)
            {
                if (_phase == LanePhase.Direct && !mustSpool) return LaneEntry.Direct;
                if (_phase != LanePhase.HandingOver)
                {
                    var turned = _phase == LanePhase.Direct;
                    _phase = LanePhase.Spooling;
                    _inside++;
                    return turned ? LaneEntry.SpoolAndDrain : LaneEntry.Spool;
                }
                reopened = _reopened!.Task;
            }
            await reopened;
        }
    }

    /// <summary>After an append into the spool, however it ended.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_inside == 0) _left?.TrySetResult();
        }
    }

    /// <summary>From now on appends wait; completes when none is inside. Only the drain calls it.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _phase = LanePhase.HandingOver;
            _reopened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0) return Task.CompletedTask;
            _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _left.Task;
        }
    }

    /// <summary>Lets the waiting ones go on: straight when the spool is empty, else through it. Only the drain calls it.</summary>
    public void Reopen(LanePhase phase)
    {
        TaskCompletionSource? reopened;
        lock (_gate)
        {
            _phase = phase;
            (reopened, _reopened, _left) = (_reopened, null, null);
        }
        reopened?.TrySetResult();
    }
}

/// <summary>Where an append goes.</summary>
internal enum LaneEntry : byte
{
    Direct = 0,

    /// <summary>Into the spool; <see cref="SpoolLane.Leave"/> must follow.</summary>
    Spool,

    /// <summary>Likewise, and the lane has just turned: its drain must be started.</summary>
    SpoolAndDrain,
}
