using System.Collections.Immutable;
using Engagement.Core.Decisions;

namespace Engagement.Core.Contracts;

/// <summary>
/// A live session that began while its predecessor of the same visitor was still in memory (split by duration or count, or by a gap that no
/// timer had noticed). A rebuild that starts in the middle of the predecessor must begin this one exactly here, or it would merge the two.
/// </summary>
public readonly record struct CheckpointSplit(VisitorKey Visitor, long FirstOffset);

/// <summary>
/// How far a partition's effects have gone: one atomic record. <see cref="Position"/> is the offset of the first record whose effects are not
/// durable; a rebuild reads from <see cref="OldestLive"/>, silently up to the position.
/// </summary>
public sealed record PartitionCheckpoint(
    int Partition, long Position, long OldestLive, long Epoch, int StateVersion, ImmutableArray<CheckpointSplit> Splits)
{
    /// <summary>Rises when a rebuild by newer code would not give the same sessions; then all retention is read.</summary>
    public const int CurrentStateVersion = 1;
}

/// <summary>What a worker gets with a partition: a new epoch that fences every earlier owner, and the last checkpoint, null on the first.</summary>
public sealed record PartitionOwnership(long Epoch, PartitionCheckpoint? Checkpoint);

/// <summary>An offer that was reserved and recorded in the log, to be stored and then published. Idempotent by <see cref="Offer"/>.</summary>
public sealed record OfferDelivery
{
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }
    public required OfferId Offer { get; init; }
    public required string Agent { get; init; }
    public required Instant ExpiresAt { get; init; }

    /// <summary>JSON of the invitation as the visitor's page gets it.</summary>
    public required ReadOnlyMemory<byte> Invitation { get; init; }

    /// <summary>JSON of the reserved card as agents get it now.</summary>
    public required ReadOnlyMemory<byte> ReservedCard { get; init; }

    /// <summary>JSON of the full card: kept, shown to the visitor herself, published only when she accepts.</summary>
    public required ReadOnlyMemory<byte> FullCard { get; init; }
}

/// <summary>An open offer's full card as it stands after more events.</summary>
public sealed record CardUpdate(string Site, OfferId Offer, ReadOnlyMemory<byte> FullCard);

/// <summary>An offer that ended without an answer. Publishes a withdrawal to the page and the agents; frees the lease. Idempotent.</summary>
public sealed record OfferEnding(string Site, VisitorKey Visitor, OfferId Offer, OfferStatus Outcome, string Cause);

/// <summary>All effects of one batch and the checkpoint behind them: the checkpoint never without its effects.</summary>
public sealed class PartitionCommit
{
    public required PartitionCheckpoint Checkpoint { get; init; }
    public List<Assessment> Assessments { get; init; } = [];
    public List<(string Site, VisitorKey Visitor, SessionId Session)> SessionsEnded { get; init; } = [];
    public List<OfferDelivery> Offers { get; init; } = [];
    public List<CardUpdate> Cards { get; init; } = [];
    public List<OfferEnding> Endings { get; init; } = [];

    /// <summary>At most one a site.</summary>
    public List<SiteTally> Tallies { get; init; } = [];

    /// <summary>The log's end when the partition was taken: what was counted beyond it was of a log that is no more.</summary>
    public long LogEnd { get; init; } = long.MaxValue;
}

public enum CommitOutcome : byte
{
    Done = 0,

    /// <summary>A later epoch owns the partition: nothing was written; stop working on it.</summary>
    Fenced,

    /// <summary>The store came back without this partition: take it again, and bring back from the log what the store should hold.</summary>
    Lost,
}

/// <summary>Asks for a slot of a free agent. Idempotent by <see cref="Offer"/>: asked again, it answers as the first time while the lease lasts.</summary>
public sealed record ReserveRequest
{
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }
    public required OfferId Offer { get; init; }
    public required TimeSpan Lease { get; init; }
    public required int OffersPerHourMax { get; init; }

    /// <summary>The session is in the holdout: if an agent is free and the cap allows, answer <see cref="OfferResolution.Holdout"/> and lease nothing.</summary>
    public bool HeldOut { get; init; }

    /// <summary>The site only observes: likewise <see cref="OfferResolution.Observed"/>.</summary>
    public bool ObserveOnly { get; init; }

    /// <summary>For sites that live by the log's clock; else the store's own time counts.</summary>
    public Instant? LogTime { get; init; }

    /// <summary>The agent should speak this, and know that; null: no matter.</summary>
    public string? Language { get; init; }
    public string? Skill { get; init; }
}

public readonly record struct ReserveResult(OfferResolution Resolution, string? Agent, Instant ExpiresAt)
{
    /// <summary>With <see cref="OfferResolution.NobodyFree"/>: somebody is, who does not speak the language or know the matter.</summary>
    public bool OthersAreFree { get; init; }
}

/// <summary>What a visitor says to an invitation.</summary>
public enum InvitationAnswer : byte { Shown = 0, Accepted, Declined, Ignored }

public sealed record AnswerRequest
{
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }
    public required OfferId Offer { get; init; }
    public required InvitationAnswer Answer { get; init; }

    /// <summary>With <see cref="InvitationAnswer.Accepted"/>: JSON of the full card with what the visitor struck taken out; published now.</summary>
    public ReadOnlyMemory<byte> FullCard { get; init; }
    public Instant? LogTime { get; init; }
}

public enum AnswerOutcome : byte
{
    /// <summary>Taken now, or the same answer had been taken before.</summary>
    Done = 0,

    /// <summary>No such offer, or not this visitor's.</summary>
    NotFound,

    /// <summary>The lease has lapsed or the offer was withdrawn.</summary>
    Lapsed,

    /// <summary>Another answer stands.</summary>
    AlreadyAnswered,
}

public enum ClaimOutcome : byte
{
    /// <summary>This agent has it, now or since an earlier call.</summary>
    Claimed = 0,
    NotFound,

    /// <summary>The visitor has not accepted (yet).</summary>
    NotAccepted,

    /// <summary>Another agent has it.</summary>
    Taken,

    /// <summary>Still reserved for the leased agent, for <see cref="Limits.ClaimNextAfter"/> after acceptance.</summary>
    ReservedForAnother,

    /// <summary>Nobody claimed it in <see cref="Limits.ClaimGiveUpAfter"/>; the visitor was told.</summary>
    GivenUp,

    /// <summary>This agent declared other languages or skills than the card asks for.</summary>
    DoesNotFit,
}

/// <summary>The answer to a claim, with who holds the card and the full card where the claim won.</summary>
public readonly record struct ClaimResult(ClaimOutcome Outcome, string? Holder, ReadOnlyMemory<byte> Card, VisitorKey Visitor);

public enum PresenceStatus : byte { Away = 0, Available }

public sealed record PresenceRequest(string Site, string Agent, PresenceStatus Status, int Capacity)
{
    /// <summary>What she knows, as lower-case codes; none: anything.</summary>
    public IReadOnlyList<string> Skills { get; init; } = [];

    /// <summary>What she speaks, as primary subtags; none: anything.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];
}

/// <summary>Presence as taken.</summary>
/// <param name="Endings">Open offers of hers that were withdrawn, to be recorded.</param>
/// <param name="PausedBy">Who paused her; null where nobody did.</param>
public readonly record struct PresenceResult(IReadOnlyList<OfferEnding> Endings, string? PausedBy);

/// <summary>Keeps an agent who is there from getting anything new, until she is resumed or her presence lapses. What she has stays with her.</summary>
/// <param name="By">Who pauses her, herself or a supervisor; null: resumes her.</param>
public sealed record PauseRequest(string Site, string Agent, string? By);

/// <summary>What came of a pause.</summary>
/// <param name="IsPresent">False: no such agent is there, and nothing was changed.</param>
/// <param name="Endings">Open offers of hers that were withdrawn, to be recorded.</param>
public readonly record struct PauseResult(bool IsPresent, IReadOnlyList<OfferEnding> Endings);

/// <summary>An agent as the store knows her: present, or holding something still.</summary>
public sealed record StoredAgent
{
    public required string Agent { get; init; }

    /// <summary>As she says herself, or her desk; <see cref="PresenceStatus.Away"/> where her presence has lapsed.</summary>
    public required PresenceStatus Status { get; init; }

    /// <summary>Who paused her; null where nobody did.</summary>
    public string? PausedBy { get; init; }
    public required int Capacity { get; init; }

    /// <summary>Slots that an offer would find; 0 while away or paused.</summary>
    public required int FreeSlots { get; init; }

    /// <summary>When she was last heard of.</summary>
    public required Instant SeenAt { get; init; }
    public IReadOnlyList<string> Skills { get; init; } = [];
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>What takes her slots, oldest first.</summary>
    public IReadOnlyList<StoredSeat> Seats { get; init; } = [];
}

/// <summary>A slot that is taken. Nothing of it says what was said or shared.</summary>
/// <param name="Status">Pending, open, seen, accepted or claimed.</param>
/// <param name="Since">Since when it is in this status, by the site's clock; of an offer that waits for its answer: since it was reserved.</param>
/// <param name="Language">As the page's; null where nothing is known.</param>
/// <param name="Skill">As the need's; null where nothing is known.</param>
public sealed record StoredSeat(OfferId Offer, OfferStatus Status, Instant Since, string? Language, string? Skill);

/// <summary>Agents of a site at this moment.</summary>
/// <param name="Available">Agents present, available and not paused.</param>
/// <param name="FreeSlots">Slots neither leased nor in conversation, over all of them.</param>
public readonly record struct AgentAvailability(int Available, int FreeSlots);

/// <summary>An offer as stored.</summary>
public sealed record StoredOffer
{
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }
    public required OfferId Offer { get; init; }
    public required string Agent { get; init; }
    public required OfferStatus Status { get; init; }
    public required Instant ExpiresAt { get; init; }
    public required ReadOnlyMemory<byte> Invitation { get; init; }
    public required ReadOnlyMemory<byte> Card { get; init; }
}

/// <summary>What was forgotten, counted.</summary>
public readonly record struct EraseResult(int Assessments, int Offers);

/// <summary>
/// Second IO seam: shared state and bus. Implementations: embedded (one SQLite file, the log's) and Redis. All members are thread-safe. What is
/// stored is stored before it is published; a subscriber that was away reads the state instead.
/// </summary>
public partial interface IDeliveryStore : IAsyncDisposable
{
    /// <summary>Takes a partition under a new epoch, higher than any before; writes of earlier epochs are refused from now on.</summary>
    ValueTask<PartitionOwnership> TakePartitionAsync(int partition, CancellationToken cancellation);

    /// <summary>
    /// Effects, then the checkpoint: in one atomic write where the store can, else so that effects without their checkpoint are repeated under the same
    /// ids. What is stored is published. Repeating a commit changes nothing and publishes nothing twice.
    /// </summary>
    ValueTask<CommitOutcome> CommitAsync(PartitionCommit commit, CancellationToken cancellation);

    /// <summary>One atomic step: no open offer and no answer of this session's visitor, cap, slot; then the lease.</summary>
    ValueTask<ReserveResult> ReserveAsync(ReserveRequest request, CancellationToken cancellation);

    /// <summary>One atomic step: the offer is open and this visitor's; then the answer, and for an acceptance the card's publishing. Idempotent.</summary>
    ValueTask<AnswerOutcome> AnswerAsync(AnswerRequest request, CancellationToken cancellation);

    /// <summary>Exactly one agent wins. The lease becomes a conversation on the winner's slots.</summary>
    ValueTask<ClaimResult> ClaimAsync(string site, OfferId offer, string agent, CancellationToken cancellation);

    /// <summary>Ends a claimed conversation and frees the slot; false when this agent does not hold it.</summary>
    ValueTask<bool> EndConversationAsync(string site, OfferId offer, string agent, CancellationToken cancellation);

    /// <summary>
    /// Sets or renews presence for <see cref="Limits.AgentPresenceTtl"/>. Leaving withdraws the agent's open offers: they are returned, so that
    /// the caller records them in the log. One that is only reserved is withdrawn, too, and neither returned nor delivered: its maker records it first, and
    /// its lease ends it. So wherever offers are withdrawn.
    /// A pause outlasts renewals; whoever comes anew, her presence having lapsed, is not paused. What changes is told on
    /// <see cref="Channels.CardsOf"/>, a mere renewal is not.
    /// </summary>
    ValueTask<PresenceResult> SetPresenceAsync(PresenceRequest request, CancellationToken cancellation);

    /// <summary>Pauses an agent who is there, or resumes her. Pausing withdraws her open offers. Idempotent; a change is told on <see cref="Channels.CardsOf"/>.</summary>
    ValueTask<PauseResult> SetPauseAsync(PauseRequest request, CancellationToken cancellation);

    /// <summary>Agents who are present or hold something, by name.</summary>
    ValueTask<IReadOnlyList<StoredAgent>> GetAgentsAsync(string site, CancellationToken cancellation);

    /// <summary>
    /// What time does: withdraws the open offers of agents whose presence lapsed; sends their conversations back to the queue, once; says of accepted cards
    /// that nobody claimed in <see cref="Limits.ClaimNextAfter"/> that they go on to all who fit; gives up those that nobody claimed at all. Returns what
    /// ended. Whatever node asks, each is done and told once: the times stand in the store.
    /// </summary>
    ValueTask<IReadOnlyList<OfferEnding>> SweepAsync(CancellationToken cancellation);

    /// <summary>Withdraws every open or seen offer of a site that was switched off; returns them, so that the caller records them in the log.</summary>
    ValueTask<IReadOnlyList<OfferEnding>> WithdrawOffersAsync(string site, string cause, CancellationToken cancellation);

    /// <summary>
    /// What was counted of a site in the last <see cref="Limits.TallyHours"/>, how its visitors stand and who is there for them: whatever node counted it.
    /// Steps that this store takes are counted with them, what commits bring by the offset of its record: a repetition counts nothing twice.
    /// </summary>
    ValueTask<StoredOverview> GetOverviewAsync(string site, CancellationToken cancellation);

    /// <summary>A slot that becomes free by what somebody does is told on <see cref="Channels.AvailabilityOf"/>; one that lapses is not.</summary>
    ValueTask<AgentAvailability> GetAvailabilityAsync(string site, CancellationToken cancellation);

    /// <summary>A page of hers is open on this node: holds for <see cref="Limits.PagePresenceTtl"/>, whatever node asks. To be renewed before.</summary>
    ValueTask SetPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation);

    /// <summary>Her last page on this node was closed; one on another node still counts.</summary>
    ValueTask SetPageClosedAsync(string site, VisitorKey visitor, CancellationToken cancellation);

    /// <summary>Whether a page of hers is open, on any node.</summary>
    ValueTask<bool> IsPageOpenAsync(string site, VisitorKey visitor, CancellationToken cancellation);

    /// <summary>Those of the visitors of whom a page is open, on any node; all are asked for at once. At most <see cref="Limits.PagesAskedMax"/>.</summary>
    ValueTask<IReadOnlySet<VisitorKey>> FindOpenPagesAsync(string site, IReadOnlyCollection<VisitorKey> visitors, CancellationToken cancellation);
    ValueTask<Assessment?> GetAssessmentAsync(string site, VisitorKey visitor, CancellationToken cancellation);

    /// <summary>The visitor's offer that is open, seen, accepted or claimed; null when none is.</summary>
    ValueTask<StoredOffer?> GetOfferOfAsync(string site, VisitorKey visitor, CancellationToken cancellation);
    ValueTask<StoredOffer?> GetOfferAsync(string site, OfferId offer, CancellationToken cancellation);

    /// <summary>Open cards of a site, oldest first: JSON as published last.</summary>
    ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetCardsAsync(string site, CancellationToken cancellation);

    /// <summary>Messages of a channel from now on, in order, on the store's thread: return quickly. Disposing ends it.</summary>
    ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation);

    /// <summary>Forgets a visitor at once: assessment, offers, cards; publishes their withdrawal.</summary>
    ValueTask<EraseResult> EraseAsync(string site, VisitorKey visitor, CancellationToken cancellation);

    /// <summary>Throws with the cause when the store cannot be used; for readiness.</summary>
    ValueTask CheckAsync(CancellationToken cancellation);
}

/// <summary>Names of the channels; the braces stand in them literally (a hash slot in Redis).</summary>
public static class Channels
{
    public static string CardsOf(string site) => $"engagement:{{{site}}}:cards";
    public static string AvailabilityOf(string site) => $"engagement:{{{site}}}:availability";
    public static string ConversationOf(string site, OfferId offer) => $"engagement:{{{site}}}:conversation:{offer}";
    public static string VisitorOf(string site, VisitorKey visitor) => $"engagement:{{{site}}}:visitor:{visitor}";
}
