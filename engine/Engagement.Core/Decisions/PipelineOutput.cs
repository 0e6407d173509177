using Engagement.Core.Sessions;

namespace Engagement.Core.Decisions;

/// <summary>Everything stood for an offer but what only the delivery store knows: the host must answer with <c>EngagementPipeline.Resolve</c>.</summary>
/// <param name="Session">Valid until the next call to the pipeline.</param>
public readonly record struct OfferWish(SessionState Session, OfferId Offer, int Step, Instant Now, VisitorState State, float Urgency);

/// <summary>How the host's attempt at an offer ended.</summary>
public enum OfferResolution : byte
{
    /// <summary>A slot is leased; the offer is made.</summary>
    Reserved = 0,
    Stale,
    NobodyFree,
    OfferCap,

    /// <summary>An agent was free and the session is in the holdout: logged, nothing shown, no offer in this session.</summary>
    Holdout,

    /// <summary>An agent was free and the site only observes: logged, nothing shown.</summary>
    Observed,

    /// <summary>The store knows of an offer or answer that the session does not (an API offer in flight, say).</summary>
    AlreadyOffered,

    /// <summary>The store could not be asked.</summary>
    Unavailable,
}

/// <summary>A decision whose verdict or blockers differ from the session's last: what <c>engagement.decisions</c> records.</summary>
public readonly record struct DecisionChange(
    string Site, VisitorKey Visitor, DecisionId Id, Instant At, bool ByTimer, VisitorState State, float Purposeful, float Floundering,
    Reasons Reasons, Blockers Blockers, OfferStatus Offer, int OfferOrdinal)
{
    /// <summary>What of it is the first of its kind in the session, so that visits can be counted and not decisions.</summary>
    public FirstTimes First { get; init; }

    /// <summary>What stands between a visitor in need and her first offer now, and has not before in this session.</summary>
    public Blockers Hindrances { get; init; }
}

/// <summary>What a decision is the first of in its session. None of those who object: they are not counted.</summary>
[Flags]
public enum FirstTimes : byte
{
    None = 0,

    /// <summary>The first decision.</summary>
    Visit = 1 << 0,

    /// <summary>The first in which she is purposeful or floundering.</summary>
    Need = 1 << 1,

    /// <summary>The first in this state.</summary>
    State = 1 << 2,
}

/// <summary>An offer that ended by the session's own course: its lease lapsed, or the visitor got there alone.</summary>
public readonly record struct OfferClosed(string Site, VisitorKey Visitor, OfferId Offer, OfferStatus Outcome, Instant At, string Cause);

/// <summary>A session that ended. <paramref name="FeatureStart"/> points into <see cref="PipelineOutput.OutcomeFeatures"/>; -1 where no row may be kept.</summary>
public readonly record struct SessionClosed(
    string Site, VisitorKey Visitor, SessionId Session, Instant StartedAt, Instant EndedAt, int Events, VisitorState State, VisitorState PeakState,
    OfferStatus Offer, int OffersMade, int Orders, float Purposeful, float Floundering, PrivacyScope Privacy, SessionEnd Cause, int FeatureStart)
{
    /// <summary>Where the row of a drawn event stands in <see cref="PipelineOutput.OutcomeFeatures"/>; -1 where none was drawn or may be kept.</summary>
    public int DrawnStart { get; init; } = -1;

    /// <summary>Which event of the session it stands behind, from 1.</summary>
    public int DrawnEvent { get; init; }

    /// <summary>Of how many events, all before the first order and the first offer, it was drawn.</summary>
    public int DrawnOf { get; init; }
}

/// <summary>Why a session ended.</summary>
public enum SessionEnd : byte { Gap, Duration, Events, Erased, Evicted }

/// <summary>
/// What applying records left to do, gathered for one batch; owned and reused by one worker, not thread-safe. The host takes
/// <see cref="Wishes"/> after each record and the rest at the end of the batch, then calls <see cref="Clear"/>.
/// </summary>
public sealed class PipelineOutput
{
    public List<OfferWish> Wishes { get; } = [];
    public List<DecisionChange> Decisions { get; } = [];
    public List<OfferClosed> OffersClosed { get; } = [];
    public List<SessionClosed> SessionsClosed { get; } = [];

    /// <summary>Live sessions applied to since the last <see cref="Clear"/>, each once.</summary>
    public List<SessionState> Touched { get; } = [];

    /// <summary>Feature rows of closed sessions, end to end.</summary>
    public List<float> OutcomeFeatures { get; } = [];

    public void Clear()
    {
        ClearButTouched();
        foreach (var session in Touched) session.IsTouched = false;
        Touched.Clear();
    }

    /// <summary>Forgets all but the sessions: a rebuild stores, at its end, what lives.</summary>
    public void ClearButTouched()
    {
        Wishes.Clear();
        Decisions.Clear();
        OffersClosed.Clear();
        SessionsClosed.Clear();
        OutcomeFeatures.Clear();
    }
}
