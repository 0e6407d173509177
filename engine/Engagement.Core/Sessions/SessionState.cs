using System.Runtime.CompilerServices;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>
/// One live session of one visitor, in memory with the worker that owns the partition. Not thread-safe. Pooled: hold on to none beyond the next call
/// to the pipeline. Under 1 KiB with eight events; within <see cref="Limits.SessionStateBytesMax"/> at every limit.
/// </summary>
public sealed class SessionState
{
    /// <summary>Of its fields; held to the layout by a test.</summary>
    internal const int Bytes = 400;

    internal SiteContext Context = null!;

    // The register's: sessions in memory in the order in which a rebuild must read them.
    internal SessionState? Older;
    internal SessionState? Younger;
    internal long FirstOffset;
    internal long RebuildFrom;
    internal Instant NextDue;
    internal Instant QueuedDue;

    /// <summary>Largest <c>receivedAt</c> of any event of this visitor's that a rebuild could take for one of this session's.</summary>
    internal Instant MaxReceived;
    internal Instant StartReceived;

    /// <summary>Largest <c>receivedAt</c> of the events applied: gap and stillness count from it.</summary>
    internal Instant LastEventReceived;

    /// <summary>Latest <c>occurredAt</c>, clamped.</summary>
    internal Instant LatestOccurred;

    internal ActivityCounters Activity;
    internal ArenaBlock Keys;
    internal ArenaBlock Items;
    internal ArenaBlock Queries;
    internal ArenaBlock Trail;
    internal ArenaBlock RowAtOrder;

    /// <summary>The row of one event, which says itself which one, and behind it of how many it was drawn.</summary>
    internal ArenaBlock RowDrawn;
    internal uint LanguageTag;
    internal uint TrailPage;
    internal int TrailPageMs;
    internal int TouchedIndex = -1;
    internal int WaitStamp;

    /// <summary>Place on the timer wheel; 0 when on none.</summary>
    internal int TimerNode;
    internal Blockers ReportedBlockers;
    internal VisitorState ReportedState;

    /// <summary>How it is counted among the site's visits; as <see cref="VisitCounting"/> packs it.</summary>
    internal byte Counted;
    internal ushort TrailBytes;
    internal ushort EventCount;

    /// <summary>What has stood between need and first offer so far; as <see cref="VisitCounting"/> packs it.</summary>
    internal ushort Hindrances;
    internal byte OfferCount;
    internal byte ItemsCount;
    internal byte StillnessSteps;
    internal PrivacySignals Signals;
    internal VisitorState PeakState;
    internal bool IsInMemory;
    internal bool IsReported;
    internal bool IsSplit;
    internal bool PageExcluded;
    internal bool IsWishByTimer;

    public SessionId Id { get; internal set; }

    /// <summary>Id of the site.</summary>
    public string Site => Context.Model.Id;
    public VisitorKey Visitor { get; internal set; }

    /// <summary>When the first event occurred, by the sender's clock as far as it is believed.</summary>
    public Instant StartedAt { get; internal set; }

    /// <summary>The <c>now</c> of the last step; never goes back.</summary>
    public Instant AsOf { get; internal set; }

    /// <summary>Last event, heartbeat, ask or shown invitation that was received as it happened.</summary>
    public Instant LastPresenceAt { get; internal set; }

    /// <summary>When the open offer lapses; <see cref="Instant.Never"/> when none is open.</summary>
    public Instant OfferExpiresAt { get; internal set; }

    /// <summary>Events and timers applied so far, from 1.</summary>
    public int Step { get; internal set; }

    /// <summary>Events applied, heartbeats not counted; at most <see cref="Limits.SessionEventsMax"/>.</summary>
    public int Events => EventCount;

    /// <summary>Calibrated, 0 to 1; NaN when not scored.</summary>
    public float Purposeful { get; internal set; }

    /// <summary>Calibrated, 0 to 1; NaN when not scored.</summary>
    public float Floundering { get; internal set; }
    public Reasons Reasons { get; internal set; }
    public Blockers Blockers { get; internal set; }
    public VisitorState State { get; internal set; }
    public OfferStatus Offer { get; internal set; }

    /// <summary>Offers made so far; also the ordinal of the last one.</summary>
    public int OffersMade => OfferCount;

    /// <summary>True once it has ended; what is still kept then serves only the exactness of a rebuild.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>The last event said that she left, and nothing has come since.</summary>
    public bool HasLeft { get; internal set; }

    /// <summary>Primary subtag of the page's language, lower case (<c>en</c>); null when no event said it. Allocates.</summary>
    public string? Language => SiteContext.LanguageText(LanguageTag);

    /// <summary>What the session's events and signals allow under the site's rules.</summary>
    public PrivacyScope Privacy => Context.Model.ScopeOf(Signals);

    /// <summary>What the card shows. Cold: allocates.</summary>
    public SessionEvidence ReadEvidence() => IsEnded ? SessionEvidence.Empty : EvidenceTrail.Read(this);

    /// <summary>In <see cref="PipelineOutput.Touched"/> already.</summary>
    internal bool IsTouched
    {
        get => TouchedIndex >= 0;
        set => TouchedIndex = value ? TouchedIndex : -1;
    }

    internal SessionArena Arena => Context.Arena;

    internal bool IsOfferOpen => Offer is OfferStatus.Open or OfferStatus.Seen;

    /// <summary>A wish was not granted for a cause that may pass: the next sign of presence, or a free agent, decides again.</summary>
    internal bool IsWaiting => WaitStamp != 0;

    /// <summary>Ready for another session; the blocks must have been returned.</summary>
    internal void Clear()
    {
        Context = null!;
        Older = Younger = null;
        FirstOffset = RebuildFrom = -1;
        NextDue = QueuedDue = OfferExpiresAt = Instant.Never;
        MaxReceived = StartReceived = LastEventReceived = LatestOccurred = Instant.Start;
        AsOf = LastPresenceAt = StartedAt = Instant.Start;
        Activity = ActivityCounters.New();
        LanguageTag = 0;
        TrailPage = 0;
        TrailPageMs = Step = WaitStamp = 0;
        EventCount = 0;
        OfferCount = 0;
        TouchedIndex = -1;
        TrailBytes = 0;
        ItemsCount = StillnessSteps = Counted = 0;
        Hindrances = 0;
        Signals = PrivacySignals.None;
        State = PeakState = ReportedState = VisitorState.Unknown;
        Offer = OfferStatus.None;
        Reasons = Reasons.None;
        Blockers = ReportedBlockers = Blockers.None;
        Purposeful = Floundering = float.NaN;
        IsInMemory = IsReported = IsSplit = IsEnded = HasLeft = PageExcluded = IsWishByTimer = false;
        Id = default;
        Visitor = default;
    }

    /// <summary>Asks for the session itself; references are laid out first, and <see cref="Context"/> is the first of them.</summary>
    internal void Fetch() => CacheHint.Fetch(ref Unsafe.As<SiteContext, byte>(ref Context), Bytes);

    /// <summary>Asks for what the next event will read of its blocks.</summary>
    internal void FetchBlocks()
    {
        if (Context is not { Arena: { } arena }) return;
        arena.Fetch(Keys, 2);
        arena.Fetch(Trail, 4);
        arena.Fetch(Items, 1);
        arena.Fetch(Queries, 2);
    }

    internal void ReturnDrawn()
    {
        if (RowDrawn.Capacity == 0) return;
        Arena.Return(ref RowDrawn);
        Arena.DrawnRows--;
    }

    internal void ReturnBlocks()
    {
        Arena.Return(ref Keys);
        Arena.Return(ref Items);
        Arena.Return(ref Queries);
        Arena.Return(ref Trail);
        Arena.Return(ref RowAtOrder);
        ReturnDrawn();
        TrailBytes = 0;
        ItemsCount = 0;
    }
}
