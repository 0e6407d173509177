using Engagement.Core.Decisions;

namespace Engagement.Core.Sessions;

/// <summary>
/// Sees to it that visits are counted and not decisions: what is the first of its kind in a session, and how many live sessions a site has in each
/// state. Whoever objects is counted nowhere. Runs only where a decision is reported; allocates nothing.
/// </summary>
internal static class VisitCounting
{
    /// <summary>Members of <see cref="VisitorState"/>.</summary>
    public const int StateCount = (int)VisitorState.Floundering + 1;

    private const int Need = 1 << (int)VisitorState.Purposeful | 1 << (int)VisitorState.Floundering;

    /// <summary>Counts the decision that is reported now.</summary>
    /// <param name="session">With its state as reported.</param>
    /// <param name="blockers">As reported.</param>
    /// <param name="hindrances">Of them, those that stand between need and first offer for the first time.</param>
    public static FirstTimes Count(SessionState session, Blockers blockers, out Blockers hindrances)
    {
        hindrances = Blockers.None;
        if ((blockers & Blockers.Objected) != 0)
        {
            Stand(session, 0);
            return FirstTimes.None;
        }
        Stand(session, (byte)(session.State + 1));
        var bit = 1 << (int)session.State;
        var before = session.StatesReached;
        session.StatesReached |= (byte)bit;
        if ((bit & Need) != 0 && session.Offer == OfferStatus.None)
        {
            hindrances = blockers & ~session.Hindrances;
            session.Hindrances |= blockers;
        }
        var first = (before & bit) == 0 ? FirstTimes.State : FirstTimes.None;
        if (before == 0) first |= FirstTimes.Visit;
        if ((bit & Need) != 0 && (before & Need) == 0) first |= FirstTimes.Need;
        return first;
    }

    /// <summary>The site counts it under another state, or (0) no longer.</summary>
    public static void Stand(SessionState session, byte standsAs)
    {
        var standing = session.Context.Standing;
        if (session.StandsAs == standsAs) return;
        if (session.StandsAs > 0) standing[session.StandsAs - 1]--;
        if (standsAs > 0) standing[standsAs - 1]++;
        session.StandsAs = standsAs;
    }
}
