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

    // A session has one byte: states that it was reported in, one bit each, and above them one more than the state under which it is counted as live.
    private const int Reached = (1 << StateCount) - 1;

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
        Stand(session, (int)session.State + 1);
        var bit = 1 << (int)session.State;
        var before = session.Counted & Reached;
        session.Counted |= (byte)bit;
        if ((bit & Need) != 0 && session.Offer == OfferStatus.None)
        {
            var added = Pack(blockers) & ~session.Hindrances;
            session.Hindrances |= (ushort)added;
            hindrances = Unpack(added);
        }
        var first = (before & bit) == 0 ? FirstTimes.State : FirstTimes.None;
        if (before == 0) first |= FirstTimes.Visit;
        if ((bit & Need) != 0 && (before & Need) == 0) first |= FirstTimes.Need;
        return first;
    }

    /// <summary>The site counts it no longer: it has ended.</summary>
    public static void Leave(SessionState session) => Stand(session, 0);

    private static void Stand(SessionState session, int standsAs)
    {
        var stood = session.Counted >> StateCount;
        if (stood == standsAs) return;
        var standing = session.Context.Standing;
        if (stood > 0) standing[stood - 1]--;
        if (standsAs > 0) standing[standsAs - 1]++;
        session.Counted = (byte)(session.Counted & Reached | standsAs << StateCount);
    }

    // Without an offer only eligibility (bits 0 to 6), an earlier no (8) and the moment (24 to 30) can hinder: they fit in 16 bits.
    private static int Pack(Blockers blockers) => (int)((uint)blockers & 0x7F | (uint)blockers >> 1 & 0x80 | (uint)blockers >> 16 & 0x7F00);

    private static Blockers Unpack(int packed) => (Blockers)((uint)packed & 0x7F | ((uint)packed & 0x80) << 1 | ((uint)packed & 0x7F00) << 16);
}
