using System.Collections.Immutable;
using Engagement.Core.Contracts;

namespace Engagement.Core.Sessions;

/// <summary>
/// All sessions of one partition that are in memory: by visitor, by age and by due time, with the pool behind them. Not thread-safe.
/// <para>A rebuild starts at the first record of the oldest session in memory, so it may meet the tail of a session that has ended, and take it for one of
/// its own. Such a phantom ends by its own gap. So that it is surely gone where the real one is gone, a session that ended stays in memory, empty, until
/// a record is received more than the gap after the last of its visitor's. A successor that begins before that is a
/// <see cref="CheckpointSplit"/>; beyond <see cref="Limits.CheckpointSplitsMax"/> of them it takes its predecessor's place instead, and a rebuild reads from there.</para>
/// </summary>
internal sealed class SessionRegister
{
    private const int EvictionLooks = 64;

    private readonly int _sessionsMax;
    private readonly SessionTable _byVisitor = new();
    private readonly SessionForesight _foresight;
    private readonly Stack<SessionState> _pool = new();
    private readonly Dictionary<VisitorKey, (long FirstOffset, Instant MaxReceived)> _restored = [];
    private SessionState? _oldest;
    private SessionState? _youngest;
    private readonly HashSet<SessionState> _splits = [];

    public SessionRegister(int sessionsMax) => (_sessionsMax, _foresight) = (sessionsMax, new SessionForesight(_byVisitor));

    /// <summary>Live sessions.</summary>
    public int LiveCount { get; private set; }

    /// <summary>Sessions in memory, live or ended.</summary>
    public int Count => _byVisitor.Count;

    /// <summary>No more fit: one must be evicted before the next begins.</summary>
    public bool IsFull => _byVisitor.Count >= _sessionsMax;

    public SessionState? Find(VisitorKey visitor) => _byVisitor.Find(visitor);

    /// <summary>A record of this visitor's comes soon.</summary>
    public void Foresee(VisitorKey visitor) => _foresight.Next(visitor);

    public long OldestOffset(long none) => _oldest?.RebuildFrom ?? none;

    /// <summary>True where a record belongs to a session that had ended before the checkpoint: it is skipped.</summary>
    public bool Skips(VisitorKey visitor, long offset, Instant receivedAt)
    {
        if (_restored.Count == 0 || !_restored.TryGetValue(visitor, out var split) || offset >= split.FirstOffset) return false;
        _restored[visitor] = split with { MaxReceived = Instant.Max(split.MaxReceived, receivedAt) };
        return true;
    }

    public void Restore(ImmutableArray<CheckpointSplit> splits)
    {
        foreach (var split in splits) _restored[split.Visitor] = (split.FirstOffset, Instant.Start);
    }

    public ImmutableArray<CheckpointSplit> Splits()
    {
        if (_splits.Count == 0) return [];
        var splits = ImmutableArray.CreateBuilder<CheckpointSplit>(_splits.Count);
        foreach (var session in _splits) splits.Add(new CheckpointSplit(session.Visitor, session.FirstOffset));
        splits.Sort(static (left, right) => left.FirstOffset.CompareTo(right.FirstOffset));
        return splits.MoveToImmutable();
    }

    /// <summary>
    /// A new live session. <paramref name="predecessor"/> is the visitor's ended one where it is still in memory; it leaves.
    /// </summary>
    public SessionState Begin(VisitorKey visitor, SiteContext context, long offset, SessionState? predecessor)
    {
        var session = _pool.TryPop(out var pooled) ? pooled : NewSession();
        session.Visitor = visitor;
        session.Context = context;
        session.FirstOffset = session.RebuildFrom = offset;
        var after = _youngest;
        if (predecessor is not null)
        {
            session.MaxReceived = predecessor.MaxReceived;
            if (_splits.Count < Limits.CheckpointSplitsMax) Split(session);
            else (session.RebuildFrom, after) = (predecessor.RebuildFrom, predecessor);
        }
        else if (_restored.Count > 0 && _restored.Remove(visitor, out var restored) && restored.FirstOffset == offset)
        {
            session.MaxReceived = restored.MaxReceived;
            Split(session);
        }
        LinkAfter(session, after);
        if (predecessor is not null) Release(predecessor);
        _byVisitor.Add(session);
        session.IsInMemory = true;
        LiveCount++;
        return session;
    }

    /// <summary>The session is over; it stays, empty, until it is released.</summary>
    public void End(SessionState session)
    {
        session.IsEnded = true;
        session.ReturnBlocks();
        LiveCount--;
    }

    /// <summary>An ended session leaves memory.</summary>
    public void Release(SessionState session)
    {
        session.Context.Timers.Forget(session);
        _byVisitor.Remove(session);
        Unlink(session);
        if (session.IsSplit) _splits.Remove(session);
        session.Clear();
        _pool.Push(session);
    }

    /// <summary>Of the oldest few, the one that was idle for longest: who makes room.</summary>
    public SessionState LongestIdle()
    {
        var longest = _oldest!;
        var looks = EvictionLooks;
        for (var session = longest.Younger; session is not null && --looks > 0; session = session.Younger)
        {
            if (session.LastEventReceived < longest.LastEventReceived) longest = session;
        }
        return longest;
    }

    public void Clear()
    {
        while (_oldest is not null)
        {
            if (!_oldest.IsEnded) End(_oldest);
            Release(_oldest);
        }
        _restored.Clear();
    }

    private SessionState NewSession()
    {
        var session = new SessionState();
        session.Clear();
        return session;
    }

    private void Split(SessionState session)
    {
        session.IsSplit = true;
        _splits.Add(session);
    }

    private void LinkAfter(SessionState session, SessionState? older)
    {
        session.Older = older;
        session.Younger = older is null ? _oldest : older.Younger;
        if (session.Older is null) _oldest = session; else session.Older.Younger = session;
        if (session.Younger is null) _youngest = session; else session.Younger.Older = session;
    }

    private void Unlink(SessionState session)
    {
        if (session.Older is null) _oldest = session.Younger; else session.Older.Younger = session.Younger;
        if (session.Younger is null) _youngest = session.Older; else session.Younger.Older = session.Older;
        session.Older = session.Younger = null;
    }
}
