namespace Engagement.Core.Sessions;

/// <summary>
/// Has the sessions of coming records fetched into the cache while earlier records are applied: with ten thousand visitors a session has left it when she
/// comes back, and waiting for it costs a third of the core's time. What a record needs is found in three steps, each of which needs the one before,
/// so each call takes one step for each of the last three keys: the slot of the table, the session that it names, the session's blocks.
/// Hints only: decides nothing, and a key that never comes harms nothing. Not thread-safe.
/// </summary>
internal sealed class SessionForesight(SessionTable table)
{
    private VisitorKey? _sought;
    private SessionState? _found;

    /// <summary>A record of this visitor's comes three records from now.</summary>
    public void Next(VisitorKey visitor)
    {
        _found?.FetchBlocks();
        _found = _sought is { } sought ? table.Likely(sought) : null;
        _found?.Fetch();
        table.Fetch(visitor);
        _sought = visitor;
    }
}
