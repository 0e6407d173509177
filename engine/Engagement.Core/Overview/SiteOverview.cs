using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Core.Overview;

/// <summary>
/// What a site's owner is shown of the last <see cref="Limits.TallyHours"/>: counts, of nobody. Version 1. Immutable, thread-safe.
/// </summary>
public sealed record SiteOverview
{
    public int V { get; init; } = 1;
    public required string Site { get; init; }

    /// <summary>With <c>observe</c> nothing is shown to visitors, and <see cref="OverviewHour.WouldHaveOffered"/> is what would have happened.</summary>
    public required SiteMode Mode { get; init; }

    /// <summary>When this was true; of a site that lives by the log's clock the end of its latest hour.</summary>
    public required Instant AsOf { get; init; }

    /// <summary>Oldest first, without a gap; the last has not ended yet.</summary>
    public required ImmutableArray<OverviewHour> Hours { get; init; }

    /// <summary>Sums over <see cref="Hours"/>.</summary>
    public required OverviewHour Total { get; init; }

    /// <summary>Visits by each state that they were in at some time: one may count in several.</summary>
    public required ReachedStates Reached { get; init; }

    /// <summary>What stood between visitors in need and a first invitation, the most frequent first: visits, each once for each reason, though it may have been invited later.</summary>
    public required ImmutableArray<Hindrance> Hindrances { get; init; }

    /// <summary>What agents said came of conversations.</summary>
    public required OutcomeCounts Outcomes { get; init; }

    /// <summary>Live sessions by state, at this moment.</summary>
    public required StandingCounts Now { get; init; }
    public required OverviewLoad Load { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, OverviewJson.Default.SiteOverview);
}

/// <summary>One hour, or several.</summary>
/// <param name="From">Its beginning, UTC.</param>
/// <param name="Visits">That began; without those who object.</param>
/// <param name="Needs">Of visits, those that became purposeful or floundering in this hour for the first time.</param>
/// <param name="WouldHaveOffered">Had the site not only observed: an agent was free.</param>
/// <param name="HeldOut">Would have been invited, and are in the comparison group.</param>
/// <param name="Shown">Seen by their visitors: 2 s in the foreground.</param>
/// <param name="Withdrawn">Taken back, or lapsed unseen: not a no.</param>
/// <param name="Asked">Visitors who asked for a person themselves.</param>
/// <param name="Claimed">Cards that an agent took; one that was handed over counts again.</param>
/// <param name="Unclaimed">Accepted or asked, and nobody came in time.</param>
public sealed record OverviewHour(
    Instant From, long Visits, long Needs, StateCounts Offered, StateCounts WouldHaveOffered, StateCounts HeldOut, long Shown, long Accepted, long Declined,
    long Ignored, long Withdrawn, long Asked, long Claimed, long Unclaimed, long QuestionsLeft, long QuestionsAnswered);

/// <summary>By the state at that moment.</summary>
public sealed record StateCounts(long Purposeful, long Floundering);

/// <summary>Visits that were in a state at some time.</summary>
public sealed record ReachedStates(long Exploring, long Progressing, long Purposeful, long Floundering);

/// <summary>Live sessions.</summary>
public sealed record StandingCounts(long Unknown, long Exploring, long Progressing, long Purposeful, long Floundering);

/// <param name="Text">In the language that was asked for.</param>
public sealed record Hindrance(string Code, string Text, long Visits);

public sealed record OutcomeCounts(long Resolved, long Converted, long NotHelpful, long ShouldNotHaveBeenInvited);

/// <summary>Agents and who waits for them, at this moment. As <see cref="SiteLoad"/>.</summary>
public sealed record OverviewLoad(
    int AgentsAvailable, int Capacity, int FreeSlots, int SlotsHeld, int VisitorsWaiting, Instant? WaitingSince, int QuestionsWaiting, Instant? OldestQuestionAt)
{
    public static OverviewLoad From(SiteLoad load) => new(
        load.Available, load.Capacity, load.FreeSlots, load.SlotsHeld, load.Waiting, load.WaitingSince, load.Questions, load.OldestQuestionAt);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJsonConverter), typeof(CodeConverter<SiteMode>)])]
[JsonSerializable(typeof(SiteOverview))]
internal sealed partial class OverviewJson : JsonSerializerContext;
