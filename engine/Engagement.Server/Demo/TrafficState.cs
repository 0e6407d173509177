namespace Engagement.Server.Demo;

/// <summary>What became of a simulated visit.</summary>
internal enum VisitOutcome : byte { Alone = 0, Nobody, Invited }

/// <summary>Outcomes of the latest simulated visits, and the engine's own count of them all. Thread-safe.</summary>
public sealed class TrafficState
{
    /// <summary>As many as fit the page's line of dots.</summary>
    private const int RecentMax = 120;

    private readonly Lock _lock = new();
    private readonly Queue<string> _recent = new();
    private string? _last;
    private Func<CancellationToken, Task<(long Seen, long LeftAlone, long NobodyFree, long Invited)?>>? _count;

    /// <summary>Says that visitors come, and how the engine is asked for its count; null answers when it could not be.</summary>
    internal void Run(Func<CancellationToken, Task<(long Seen, long LeftAlone, long NobodyFree, long Invited)?>> count) => _count = count;

    internal void Ended(VisitOutcome outcome, string words)
    {
        lock (_lock)
        {
            _recent.Enqueue(outcome switch { VisitOutcome.Invited => "invited", VisitOutcome.Nobody => "nobody", _ => "alone" });
            if (_recent.Count > RecentMax) _recent.Dequeue();
            _last = words;
        }
    }

    public async Task<TrafficStats> AskAsync(CancellationToken cancellation)
    {
        var count = _count is null ? null : await _count(cancellation);
        lock (_lock)
        {
            var (seen, alone, nobody, invited) = count ?? (0, 0, 0, 0);
            return new TrafficStats(_count is not null, seen, alone, nobody, invited, [.. _recent], _last);
        }
    }
}
