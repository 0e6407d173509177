using System.Collections.Immutable;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sessions;
using Engagement.Core.Sites;

namespace Engagement.Core;

/// <summary>What became of one record. Counters of a partition add up: read = applied + duplicate + late + tick + ignored + unscored + rejected.</summary>
public enum RecordOutcome : byte
{
    /// <summary>Applied to its session and decided.</summary>
    Applied = 0,

    /// <summary>Its id was seen in this session before.</summary>
    Duplicate,

    /// <summary>Older than the gap behind the visitor's latest event: counted, changes nothing.</summary>
    Late,

    /// <summary>Moved the clock only.</summary>
    Tick,

    /// <summary>Its site is not known here, it needs no session, or its visitor has asked to be forgotten since it was received.</summary>
    Ignored,

    /// <summary>An objection stands: the session is kept without a score.</summary>
    Unscored,

    /// <summary>Not readable.</summary>
    Rejected,
}

/// <summary>
/// The way of one event, in order: read → sessionize → features → score → decide. One instance serves one partition; not thread-safe; no IO, no
/// clock, nothing allocated per event at steady state.
/// <para>Time is in the log. Every record tells the time by its <c>receivedAt</c>, to the sites of its clock domain: all wall-clock sites share one, each
/// log-clock site has its own. Before a record is applied, timers that are due more than <see cref="Limits.WatermarkGrace"/> before it fire, each with
/// <c>now</c> = its due time, in due order; then the record's own session's timers that are due before the record. Nothing else fires timers: an idle
/// partition's worker appends a tick record. So the log alone determines every decision, and since no record's effect on time outlasts it, a rebuild from the middle of the log
/// fires as the live run did, and one wrong clock does no lasting harm.</para>
/// <para>A tick that carries <c>"site":"…","cause":"agent_free"</c> also decides again the sessions of that site that wait, in the order in which they
/// began to wait, as one step each at the tick's time, unless their last sign of presence is older than <see cref="Limits.WaitingPresenceMax"/>. A session waits when all stood for an offer and its wish was not granted for a cause that may pass
/// (which one is not in the log, so a rebuild lets all wait alike); a heartbeat, too, decides it again.</para>
/// </summary>
public sealed class EngagementPipeline
{
    private readonly VisitorEventReader _reader = new();
    private readonly SiteContexts _sites = new(new SessionArena());
    private readonly SessionRegister _register;
    private readonly StepDecider _decider = new();
    private readonly Dictionary<VisitorKey, Instant> _erased = [];
    private readonly EpochFence _fence = new();
    private readonly long[] _counts = new long[Enum.GetValues<RecordOutcome>().Length];

    public EngagementPipeline()
        : this(Limits.SessionsPerPartitionMax)
    {
    }

    internal EngagementPipeline(int sessionsMax) => _register = new SessionRegister(sessionsMax);

    /// <summary>So many records ahead of the one to apply a caller does best to <see cref="Foresee"/>.</summary>
    public const int ForesightRecords = 3;

    /// <summary>
    /// Says whose record is to be applied <see cref="ForesightRecords"/> calls of <see cref="Apply"/> from now, so that her session is in the processor's cache by then.
    /// A hint: it changes no outcome, and may be left out. <paramref name="recordKey"/>: <see cref="RecordKeys"/>; others are passed over.
    /// </summary>
    public void Foresee(ReadOnlySpan<byte> recordKey)
    {
        if (RecordKeys.TryReadVisitor(recordKey, out var visitor)) _register.Foresee(visitor);
    }

    /// <summary>
    /// Applies one record of <see cref="Topics.Events"/>. Everything that is left to do is added to <paramref name="output"/>; wishes in it must be
    /// answered by <see cref="Resolve"/> before the next call.
    /// </summary>
    public RecordOutcome Apply(ReadOnlySpan<byte> record, long offset, SiteCatalog sites, PipelineOutput output)
    {
        var outcome = _reader.TryRead(record, out var e).IsOk ? Sessionize(e, offset, sites, output) : RecordOutcome.Rejected;
        _counts[(int)outcome]++;
        return outcome;
    }

    /// <summary>
    /// Answers a wish: the session takes the offer as made, or the resolution's blocker. Nothing happens where the session has gone on since.
    /// <para>A rebuild answers from the log: with what <c>invitation_offered</c> or <c>invitation_withheld</c> recorded for the same offer <i>and the same
    /// step</i>, else <see cref="OfferResolution.NobodyFree"/>. An offer's id stays the same while a session waits and wishes again, so the id alone would make it too early.</para>
    /// </summary>
    public void Resolve(in OfferWish wish, OfferResolution resolution, Instant leaseExpiresAt, SiteCatalog sites, PipelineOutput output)
    {
        _sites.Use(sites);
        if (StepDecider.Resolve(wish, resolution, leaseExpiresAt, output)) Reschedule(wish.Session);
    }

    /// <summary>The session as of its last step, for storing. Allocates.</summary>
    public Assessment Snapshot(SessionState session)
    {
        var features = new float[FeatureSchema.Count];
        FeatureExtractor.Extract(session, session.AsOf, features);
        return new Assessment
        {
            Site = session.Site,
            Visitor = session.Visitor,
            Session = session.Id,
            Step = session.Step,
            AsOf = session.AsOf,
            StartedAt = session.StartedAt,
            LastPresenceAt = session.LastPresenceAt,
            State = session.State,
            Purposeful = session.Purposeful,
            Floundering = session.Floundering,
            Reasons = session.Reasons,
            Blockers = session.Blockers,
            Offer = session.Offer,
            OffersMade = session.OffersMade,
            OfferExpiresAt = session.OfferExpiresAt,
            Features = features,
            Privacy = session.Privacy,
        };
    }

    /// <summary>The live session of a visitor; null when none.</summary>
    public SessionState? Find(VisitorKey visitor) => _register.Find(visitor) is { IsEnded: false } session ? session : null;

    /// <summary>Earliest due time among wall-clock sites' timers; <see cref="Instant.Never"/> when none waits. An idle worker ticks after it.</summary>
    public Instant NextDue => _sites.Wall.NextDue();

    /// <summary>True when a session of this site waits for an agent and for nothing else: then a tick with cause <c>agent_free</c> is worth writing.</summary>
    public bool HasWaiting(string site) => _sites.Find(site) is { Waiting.IsAgentAwaited: true };

    /// <summary>Live sessions of a site by state, in the order of <see cref="VisitorState"/>; those who object are in none. Valid until the next call; empty for a site never met.</summary>
    public ReadOnlySpan<int> StandingOf(string site) => _sites.Find(site) is { } context ? context.Standing : default;

    /// <summary>Sites that have a live session which <see cref="StandingOf"/> counts.</summary>
    public IEnumerable<string> SitesStanding() => _sites.All.Where(c => c.Standing.AsSpan().ContainsAnyExcept(0)).Select(c => c.Model.Id);

    /// <summary>What the models are asked about here, beside what they were trained on. May be read from other threads.</summary>
    public DriftRegister Drift => _sites.Drift;

    /// <summary>Live sessions.</summary>
    public int SessionCount => _register.LiveCount;

    /// <summary>Sessions closed early because <see cref="Limits.SessionsPerPartitionMax"/> was reached.</summary>
    public long Evicted { get; private set; }

    /// <summary>Records that ended so, since this instance was made.</summary>
    public long CountOf(RecordOutcome outcome) => _counts[(int)outcome];

    /// <summary>Offset of the first record that a rebuild needs; <paramref name="position"/> when it needs none.</summary>
    public long OldestLive(long position) => _register.OldestOffset(position);

    /// <summary>Sessions in memory that began while their predecessor was, for the checkpoint.</summary>
    public ImmutableArray<CheckpointSplit> Splits() => _register.Splits();

    /// <summary>Before a rebuild: records of these visitors before these offsets are skipped.</summary>
    public void Restore(ImmutableArray<CheckpointSplit> splits) => _register.Restore(splits);

    /// <summary>
    /// Before a rebuild: what this visitor's sender had kept back until after her erasure is ignored. For erasures whose record lies before the place
    /// where the rebuild starts; of those behind it the log tells.
    /// </summary>
    public void RestoreErasure(VisitorKey visitor, Instant erasedAt) => _erased[visitor] = Instant.Max(erasedAt, _erased.GetValueOrDefault(visitor));

    /// <summary>Before a rebuild: the epoch of whoever owned the partition where the rebuild starts; of later owners the log tells.</summary>
    public void RestoreEpoch(long epoch) => _fence.Restore(epoch);

    /// <summary>Forgets everything but the counts, so that the instance can serve another rebuild or another inline question.</summary>
    public void Reset()
    {
        _register.Clear();
        _sites.Clear();
        _erased.Clear();
        _fence.Restore(0);
    }

    /// <summary>Time first, then the session that the event belongs to, then what the event means to it.</summary>
    internal RecordOutcome Sessionize(scoped in VisitorEvent e, long offset, SiteCatalog sites, PipelineOutput output)
    {
        _sites.Use(sites);
        var isAdmitted = _fence.Admits(e);
        if (e.Type == EventType.Tick) return Tick(e, output);
        if (_sites.Find(e.Site) is not { } context) return RecordOutcome.Ignored;
        FireDue(context.Timers, e.ReceivedAt, output);
        if (_register.Skips(e.VisitorKey, offset, e.ReceivedAt)) return RecordOutcome.Ignored;
        var session = FireOwn(e.VisitorKey, e.ReceivedAt, output);
        if (session is not null && !ReferenceEquals(session.Context, context)) return RecordOutcome.Ignored;

        if (e.Type == EventType.VisitorErased) return Erase(session, e, output);
        if (_erased.Count > 0 && _erased.TryGetValue(e.VisitorKey, out var erasedAt) && e.ReceivedAt <= erasedAt) return RecordOutcome.Ignored;
        if (Sessionizer.Counts(e.Type)) return Count(e, offset, context, session, output);
        if (session is not { IsEnded: false } || !isAdmitted) return RecordOutcome.Ignored;
        return e.Type == EventType.Heartbeat ? Beat(session, e, output) : Hear(session, e, output);
    }

    /// <summary>Decides a session again at <paramref name="now"/>, for a question and not for an event.</summary>
    internal void Ask(SessionState session, Instant now, PipelineOutput output) => _decider.Decide(session, now, byTimer: true, output);

    /// <summary>An event of the visitor's doing: placed, counted, decided.</summary>
    private RecordOutcome Count(scoped in VisitorEvent e, long offset, SiteContext context, SessionState? session, PipelineOutput output)
    {
        var at = Sessionizer.Clamp(e.OccurredAt, e.ReceivedAt);
        if (session is not null) session.MaxReceived = Instant.Max(session.MaxReceived, e.ReceivedAt);
        switch (Sessionizer.Place(session is { IsEnded: false } ? session : null, e, at))
        {
            case Placement.Begins:
                session = Begin(e, offset, at, context, session, output);
                break;
            case Placement.Duplicate: return RecordOutcome.Duplicate;
            case Placement.Late: return RecordOutcome.Late;
            case Placement.NoSession:
                if (session is not null) Reschedule(session);
                return RecordOutcome.Ignored;
        }

        var now = Instant.Max(session!.AsOf, e.ReceivedAt);
        if (e.Type == EventType.OrderCompleted) SessionCloser.KeepRowBeforeOrder(session, now);
        Sessionizer.Remember(session, e.Key);
        ActivityUpdate.Apply(session, e, at);
        SessionUpdate.Apply(session, e, at);
        if (e.Type == EventType.OrderCompleted && session.IsOfferOpen)
            SessionCloser.CloseOffer(session, OfferStatus.Withdrawn, now, SessionCloser.OrderCompleted, output);
        var outcome = Step(session, now, byTimer: false, output);
        SessionCloser.DrawRow(session, _decider.Features, _register.LiveCount);
        session.Context.Drift.Sample(session, _decider.Features);
        return outcome;
    }

    /// <summary>A sign of presence and no more, but where an offer waits for one.</summary>
    private RecordOutcome Beat(SessionState session, scoped in VisitorEvent e, PipelineOutput output)
    {
        SessionUpdate.Beat(session, Sessionizer.Clamp(e.OccurredAt, e.ReceivedAt), e.ReceivedAt);
        if (session.IsWaiting) return Step(session, Instant.Max(session.AsOf, e.ReceivedAt), byTimer: false, output);
        StepDecider.Touch(session, output);
        Reschedule(session);
        return RecordOutcome.Applied;
    }

    /// <summary>What became of an invitation, or the site's own server asking for one.</summary>
    private RecordOutcome Hear(SessionState session, scoped in VisitorEvent e, PipelineOutput output)
    {
        if (e.Type != EventType.InvitationAsked && !OfferCourse.TryAdvance(session, e)) return RecordOutcome.Duplicate;
        if (OfferCourse.IsPresence(e.Type)) session.LastPresenceAt = Instant.Max(session.LastPresenceAt, e.ReceivedAt);
        return Step(session, Instant.Max(session.AsOf, e.ReceivedAt), byTimer: false, output);
    }

    private RecordOutcome Erase(SessionState? session, scoped in VisitorEvent e, PipelineOutput output)
    {
        RestoreErasure(e.VisitorKey, e.ReceivedAt);
        if (session is null) return RecordOutcome.Ignored;
        if (!session.IsEnded) End(session, SessionEnd.Erased, session.AsOf, output);
        // Nothing of hers lingers: a rebuild that meets the tail of the session meets this record too.
        _register.Release(session);
        return RecordOutcome.Applied;
    }

    private RecordOutcome Tick(scoped in VisitorEvent e, PipelineOutput output)
    {
        var context = e.Site.IsEmpty ? null : _sites.Find(e.Site);
        if (e.Site.IsEmpty || context is not null) FireDue(context?.Timers ?? _sites.Wall, e.ReceivedAt, output);
        if (context is null || !e.Cause.SequenceEqual("agent_free"u8)) return RecordOutcome.Tick;
        for (int i = 0, waiting = context.Waiting.EntryCount; i < Math.Min(waiting, context.Waiting.EntryCount); i++)
        {
            if (!context.Waiting.TryGet(i, out var session)) continue;
            if (e.ReceivedAt - session.LastPresenceAt <= Limits.WaitingPresenceMax) Step(session, e.ReceivedAt, byTimer: true, output);
        }
        return RecordOutcome.Tick;
    }

    private RecordOutcome Step(SessionState session, Instant now, bool byTimer, PipelineOutput output)
    {
        _decider.Decide(session, now, byTimer, output);
        Reschedule(session);
        return (session.Privacy & PrivacyScope.Score) != 0 ? RecordOutcome.Applied : RecordOutcome.Unscored;
    }

    private SessionState Begin(
        scoped in VisitorEvent e, long offset, Instant at, SiteContext context, SessionState? predecessor, PipelineOutput output)
    {
        if (predecessor is { IsEnded: false })
        {
            var cause = predecessor.Events >= Limits.SessionEventsMax ? SessionEnd.Events : SessionEnd.Gap;
            End(predecessor, cause, predecessor.AsOf, output);
        }
        else if (predecessor is null && _register.IsFull) Evict(output);
        var session = _register.Begin(e.VisitorKey, context, offset, predecessor);
        SessionUpdate.Begin(session, e, at);
        return session;
    }

    private void Evict(PipelineOutput output)
    {
        var session = _register.LongestIdle();
        if (!session.IsEnded)
        {
            Evicted++;
            End(session, SessionEnd.Evicted, session.AsOf, output);
        }
        _register.Release(session);
    }

    private void End(SessionState session, SessionEnd cause, Instant at, PipelineOutput output)
    {
        SessionCloser.Close(session, cause, at, output);
        _register.End(session);
        Reschedule(session);
    }

    /// <summary>Everybody's timers that are due by the record's time, with the grace.</summary>
    private void FireDue(TimerQueue timers, Instant receivedAt, PipelineOutput output)
    {
        var limit = receivedAt - Limits.WatermarkGrace;
        while (timers.TakeDue(limit) is { } session) Fire(session, output);
    }

    /// <summary>The record's own session's timers that are due before it. Null when the visitor has no session in memory then.</summary>
    private SessionState? FireOwn(VisitorKey visitor, Instant receivedAt, PipelineOutput output)
    {
        var session = _register.Find(visitor);
        if (session is null) return null;
        while (session.NextDue < receivedAt) Fire(session, output);
        return session.IsInMemory ? session : null;
    }

    private void Fire(SessionState session, PipelineOutput output)
    {
        var (due, kind) = SessionTimers.Next(session);
        switch (kind)
        {
            case TimerKind.Release: _register.Release(session); return;
            case TimerKind.Gap: End(session, SessionEnd.Gap, due, output); return;
            case TimerKind.Duration: End(session, SessionEnd.Duration, due, output); return;
            case TimerKind.OfferLapse:
                SessionCloser.CloseOffer(session, session.Offer == OfferStatus.Seen ? OfferStatus.Ignored : OfferStatus.Withdrawn, due, SessionCloser.Lapsed, output);
                break;
            case TimerKind.Left: SessionCloser.CloseOffer(session, OfferStatus.Withdrawn, due, SessionCloser.LeftSite, output); break;
            case TimerKind.Stillness: session.StillnessSteps++; break;
        }
        Step(session, due, byTimer: true, output);
    }

    private static void Reschedule(SessionState session)
    {
        (session.NextDue, _) = SessionTimers.Next(session);
        session.Context.Timers.Schedule(session);
    }
}
