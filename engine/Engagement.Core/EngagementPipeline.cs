using System.Collections.Immutable;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
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

    /// <summary>Its site is not known here, or it needs no session.</summary>
    Ignored,

    /// <summary>An objection stands: the session is kept without a score.</summary>
    Unscored,

    /// <summary>Not readable.</summary>
    Rejected,
}

/// <summary>
/// The way of one event, in order: read → sessionize → features → score → decide. One instance serves one partition; not thread-safe; no IO, no
/// clock, nothing allocated per event at steady state.
/// <para>Time is in the log. Every record moves the watermark (the largest <c>receivedAt</c> so far, by clock domain: all wall-clock sites share
/// one, each log-clock site has its own). Before a record is applied, timers that are due more than <see cref="Limits.WatermarkGrace"/> before the
/// watermark fire, each with <c>now</c> = its due time, in due order; then the record's own session's timers that are due before the record.
/// Nothing else fires timers: an idle partition's worker appends a tick record. So the log alone determines every decision.</para>
/// <para>A tick that carries <c>"site":"…","cause":"agent_free"</c> also decides again the sessions of that site whose only blocker is
/// <see cref="Blockers.NobodyFree"/>, in the order in which they began to wait, as one step each at the tick's time.</para>
/// </summary>
public sealed class EngagementPipeline
{
    /// <summary>
    /// Applies one record of <see cref="Topics.Events"/>. Everything that is left to do is added to <paramref name="output"/>; wishes in it must be
    /// answered by <see cref="Resolve"/> before the next call.
    /// </summary>
    public RecordOutcome Apply(ReadOnlySpan<byte> record, long offset, SiteCatalog sites, PipelineOutput output) => throw new NotImplementedException();

    /// <summary>Answers a wish: the session takes the offer as made, or the resolution's blocker.</summary>
    public void Resolve(in OfferWish wish, OfferResolution resolution, Instant leaseExpiresAt, SiteCatalog sites, PipelineOutput output) =>
        throw new NotImplementedException();

    /// <summary>The session as of its last step, for storing. Allocates.</summary>
    public Assessment Snapshot(SessionState session) => throw new NotImplementedException();

    /// <summary>The live session of a visitor; null when none.</summary>
    public SessionState? Find(VisitorKey visitor) => throw new NotImplementedException();

    /// <summary>Earliest due time among wall-clock sites' timers; <see cref="Instant.Never"/> when none waits. An idle worker ticks after it.</summary>
    public Instant NextDue => throw new NotImplementedException();

    /// <summary>True when a session of this site waits for an agent and for nothing else: then a tick with cause <c>agent_free</c> is worth writing.</summary>
    public bool HasWaiting(string site) => throw new NotImplementedException();

    /// <summary>Live sessions.</summary>
    public int SessionCount => throw new NotImplementedException();

    /// <summary>Offset of the first event of the oldest live session; <paramref name="position"/> when none lives.</summary>
    public long OldestLive(long position) => throw new NotImplementedException();

    /// <summary>Live sessions that began while their predecessor was in memory, for the checkpoint.</summary>
    public ImmutableArray<CheckpointSplit> Splits() => throw new NotImplementedException();

    /// <summary>Before a rebuild: records of these visitors before these offsets are skipped.</summary>
    public void Restore(ImmutableArray<CheckpointSplit> splits) => throw new NotImplementedException();

    /// <summary>Forgets everything, so that the instance can serve another rebuild or another inline question.</summary>
    public void Reset() => throw new NotImplementedException();
}
