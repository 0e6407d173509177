using Engagement.Core.Decisions;

namespace Engagement.Core.Sessions;

/// <summary>
/// Sessions of one site whose wish was not granted for a cause that may pass, in the order in which they began to wait. Which cause is not in the
/// log, so all wait alike: a rebuild must come to the same list. Not thread-safe; allocates only to grow.
/// </summary>
internal sealed class WaitingList
{
    private readonly List<(SessionState Session, long FirstOffset, int Stamp)> _entries = [];
    private int _stamp;
    private int _waiting;
    private int _forAgent;

    /// <summary>Someone waits for an agent and for nothing else.</summary>
    public bool IsAgentAwaited => _forAgent > 0;

    /// <summary>Entries, left ones included: the bound for <see cref="TryGet"/>.</summary>
    public int EntryCount => _entries.Count;

    /// <summary>False where the session at this place has stopped waiting since.</summary>
    public bool TryGet(int index, out SessionState session)
    {
        (session, var firstOffset, var stamp) = _entries[index];
        return session.IsInMemory && session.FirstOffset == firstOffset && session.WaitStamp == stamp;
    }

    /// <summary>The session's blockers must be as they will stay: whether it waits for an agent is read from them.</summary>
    public void Enter(SessionState session)
    {
        if (session.IsWaiting) return;
        if (_entries.Count > 32 && _entries.Count > 2 * _waiting) Compact();
        _stamp = _stamp == int.MaxValue ? 1 : _stamp + 1;
        session.WaitStamp = _stamp;
        _entries.Add((session, session.FirstOffset, _stamp));
        _waiting++;
    }

    public void Leave(SessionState session)
    {
        if (!session.IsWaiting) return;
        session.WaitStamp = 0;
        _waiting--;
        if (_waiting == 0) _entries.Clear();
    }

    /// <summary>Keeps count of those who wait for an agent, where a session's blockers change.</summary>
    public void Count(Blockers before, Blockers after)
    {
        if (before == Blockers.NobodyFree) _forAgent--;
        if (after == Blockers.NobodyFree) _forAgent++;
    }

    public void Clear()
    {
        _entries.Clear();
        _waiting = _forAgent = 0;
    }

    private void Compact()
    {
        var kept = 0;
        for (var i = 0; i < _entries.Count; i++)
        {
            if (TryGet(i, out _)) _entries[kept++] = _entries[i];
        }
        _entries.RemoveRange(kept, _entries.Count - kept);
    }
}
