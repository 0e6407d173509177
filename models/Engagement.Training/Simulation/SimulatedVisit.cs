using Engagement.Training.Data;

namespace Engagement.Training.Simulation;

/// <summary>Why somebody came.</summary>
public enum VisitKind
{
    /// <summary>Has a need that may or may not be met.</summary>
    Seeker,

    /// <summary>Searches a lot in search of nothing in particular.</summary>
    Explorer,

    /// <summary>Knows what she wants and what it is called.</summary>
    Lookup,

    /// <summary>Reads.</summary>
    Reader,
}

/// <summary>One visit with what an outsider cannot see.</summary>
/// <param name="Events">In time order; ids are unique among all worlds.</param>
/// <param name="FailedAttempts">Failed attempts as of each event.</param>
/// <param name="OpenedRanks">Rank of each result opened, from 1.</param>
/// <param name="LeftWithout">She went with her need unmet.</param>
public sealed record SimulatedVisit(string World, string Visitor, VisitKind Kind, List<SourceEvent> Events, List<int> FailedAttempts, List<int> OpenedRanks, bool LeftWithout)
{
    /// <summary>
    /// So many attempts in vain, and she will go without the answer: from there on she flounders. Two: nearly everybody has one. Whoever will find by herself is not
    /// floundering, however often she tries. Ours.
    /// </summary>
    public const int AttemptsInVain = 2;

    public bool Floundered => LeftWithout && FailedAttempts[^1] >= AttemptsInVain;

    /// <summary>From the attempt in vain on that was one too many at the need that stayed unmet; trouble with an earlier need, since met, does not count.</summary>
    public bool IsFloundering(int eventIndex) => Floundered && FailedAttempts.FindLastIndex(failed => failed < AttemptsInVain) < eventIndex;

    /// <summary>The search at which floundering begins, from 1; 0 when it never does.</summary>
    public int FlounderingFrom =>
        Floundered ? Events.Take(FailedAttempts.FindLastIndex(failed => failed < AttemptsInVain) + 2).Count(e => e.Type == "search_performed") : 0;
}
