using System.Collections.Immutable;
using System.Numerics;
using Engagement.Core.Decisions;

namespace Engagement.Core.Contracts;

/// <summary>
/// What is counted by site and hour for the owner's page. Numbers are stored: they never change their meaning. From <see cref="Hindered"/> on stands
/// one for each blocker, by its bit.
/// </summary>
public enum Tally : byte
{
    /// <summary>Sessions that were decided at least once; of those who object none.</summary>
    Visits = 0,

    /// <summary>Of them, purposeful or floundering at some time.</summary>
    Needs = 1,
    ReachedExploring = 2,
    ReachedProgressing = 3,
    ReachedPurposeful = 4,
    ReachedFloundering = 5,

    /// <summary>Invitations made, by the state at that moment.</summary>
    OfferedPurposeful = 8,
    OfferedFloundering = 9,

    /// <summary>Would have been made, had the site not only observed.</summary>
    ObservedPurposeful = 10,
    ObservedFloundering = 11,

    /// <summary>Would have been made, had the visit not been in the comparison group.</summary>
    HeldOutPurposeful = 12,
    HeldOutFloundering = 13,

    Shown = 16,
    Accepted = 17,
    Declined = 18,

    /// <summary>Seen, and left without an answer.</summary>
    Ignored = 19,

    /// <summary>Taken back, or lapsed unseen.</summary>
    Withdrawn = 20,

    /// <summary>A visitor asked for a person herself.</summary>
    Asked = 21,
    Claimed = 22,

    /// <summary>Accepted or asked, and nobody came.</summary>
    Unclaimed = 23,
    QuestionsLeft = 24,
    QuestionsAnswered = 25,

    // What agents say came of conversations.
    Resolved = 32,
    Converted = 33,
    NotHelpful = 34,
    ShouldNotHaveBeenInvited = 35,

    /// <summary>The first of 32: visits in need whose first offer something hindered, each once for each blocker.</summary>
    Hindered = 64,
}

/// <summary>Which tally something counts to. Pure, thread-safe.</summary>
public static class Tallies
{
    /// <summary>Milliseconds of an hour: hours are counted from 1970, UTC.</summary>
    public const long HourMs = 3_600_000;

    /// <summary>Hours since 1970-01-01T00:00:00Z, rounded down.</summary>
    public static int HourOf(Instant at) => (int)Math.Clamp(Math.Floor(at.UnixMs / (double)HourMs), 0, int.MaxValue);

    public static Instant StartOf(int hour) => Instant.FromUnixMs(hour * HourMs);

    /// <summary>Of exactly one blocker.</summary>
    public static Tally HinderedBy(Blockers blocker) => (Tally)((int)Tally.Hindered + BitOperations.TrailingZeroCount((uint)blocker));

    /// <summary>The blocker of a tally from <see cref="Tally.Hindered"/> on; none of any other, nor of a blocker that there is not.</summary>
    public static Blockers BlockerOf(Tally tally)
    {
        var bit = (int)tally - (int)Tally.Hindered;
        var blocker = bit is >= 0 and < 32 ? (Blockers)(1u << bit) : Blockers.None;
        return Enum.IsDefined(blocker) ? blocker : Blockers.None;
    }

    /// <summary>The first time in a state; null for Unknown, which every visit begins with.</summary>
    public static Tally? ReachedOf(VisitorState state) => state == VisitorState.Unknown ? null : (Tally)((int)Tally.ReachedExploring + (int)state - (int)VisitorState.Exploring);

    /// <summary>Of a wish that was answered; null where no offer came of it, or would have.</summary>
    public static Tally? Of(OfferResolution resolution, VisitorState state) => (resolution, state == VisitorState.Floundering) switch
    {
        (OfferResolution.Reserved, var floundering) => floundering ? Tally.OfferedFloundering : Tally.OfferedPurposeful,
        (OfferResolution.Observed, var floundering) => floundering ? Tally.ObservedFloundering : Tally.ObservedPurposeful,
        (OfferResolution.Holdout, var floundering) => floundering ? Tally.HeldOutFloundering : Tally.HeldOutPurposeful,
        _ => null,
    };

    /// <summary>Of an offer's step from one status to the next; null where none is counted. A conversation that goes back to the queue is not accepted again.</summary>
    /// <param name="before"><see cref="OfferStatus.None"/> where the offer is new.</param>
    public static Tally? Of(OfferStatus before, OfferStatus after) => before is OfferStatus.None or OfferStatus.Pending || before == after ? null : after switch
    {
        OfferStatus.Seen => Tally.Shown,
        OfferStatus.Accepted => before == OfferStatus.Claimed ? null : Tally.Accepted,
        OfferStatus.Declined => Tally.Declined,
        OfferStatus.Ignored => Tally.Ignored,
        OfferStatus.Withdrawn => Tally.Withdrawn,
        OfferStatus.Claimed => Tally.Claimed,
        _ => null,
    };

    /// <summary>Sessions by state over partitions, one number for each <see cref="VisitorState"/>; what is longer or shorter counts as far as it goes.</summary>
    public static ImmutableArray<int> Sum(IEnumerable<ImmutableArray<int>> standings)
    {
        var sum = new int[Enum.GetValues<VisitorState>().Length];
        foreach (var standing in standings)
            for (var i = 0; i < Math.Min(sum.Length, standing.Length); i++) sum[i] += standing[i];
        return [.. sum];
    }

    /// <summary>Of a wrap-up's code; null for one that there is not.</summary>
    public static Tally? OfWrapUp(string outcome) => outcome switch
    {
        "resolved" => Tally.Resolved,
        "converted" => Tally.Converted,
        "not_helpful" => Tally.NotHelpful,
        "should_not_have_been_invited" => Tally.ShouldNotHaveBeenInvited,
        _ => null,
    };
}

/// <summary>One that a record of the log counts: known by the record's offset, so that no repetition counts it twice.</summary>
public readonly record struct TallyEntry(int Hour, Tally Tally, long Offset);

/// <summary>What a batch of a partition counts for one site, and how its live sessions stand behind it.</summary>
/// <param name="ByLogClock">Hours are the log's; else only those near the store's own time count.</param>
/// <param name="Entries">In the order of the log.</param>
/// <param name="Standing">Live sessions by state, in the order of <see cref="VisitorState"/>.</param>
public sealed record SiteTally(string Site, bool ByLogClock, IReadOnlyList<TallyEntry> Entries, ImmutableArray<int> Standing);

/// <summary>What was counted of one kind in one hour.</summary>
public readonly record struct TallyCount(int Hour, Tally Tally, long Count);

/// <summary>Agents and who waits for them, at this moment.</summary>
/// <param name="Available">Agents present and available.</param>
/// <param name="Capacity">Their slots.</param>
/// <param name="FreeSlots">Of these, neither leased nor in conversation.</param>
/// <param name="SlotsHeld">Leased or in conversation, of all agents: who has gone away may still be in one.</param>
/// <param name="Waiting">Visitors who accepted or asked, and whom nobody has claimed yet.</param>
/// <param name="WaitingSince">The longest of them; null where nobody waits.</param>
/// <param name="Questions">Left and not answered.</param>
/// <param name="OldestQuestionAt">When the oldest was left; null where none is.</param>
public sealed record SiteLoad(int Available, int Capacity, int FreeSlots, int SlotsHeld, int Waiting, Instant? WaitingSince, int Questions, Instant? OldestQuestionAt);

/// <summary>What the store knows for a site's overview: counts alone, of nobody.</summary>
/// <param name="Tallies">Of the hours of <see cref="Limits.TallyHours"/>, in no order.</param>
/// <param name="Standing">Live sessions by state, over all partitions.</param>
public sealed record StoredOverview(IReadOnlyList<TallyCount> Tallies, ImmutableArray<int> Standing, SiteLoad Load);
