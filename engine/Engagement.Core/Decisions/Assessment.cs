using System.Collections.Immutable;

namespace Engagement.Core.Decisions;

/// <summary>How a session's offers stand.</summary>
public enum OfferStatus : byte
{
    None = 0,

    /// <summary>Wished, not yet answered by the delivery store.</summary>
    Pending,
    Open,
    Seen,
    Accepted,
    Claimed,
    Declined,

    /// <summary>Seen and left unanswered until the lease lapsed.</summary>
    Ignored,

    /// <summary>Taken back, or lapsed unseen: not a no.</summary>
    Withdrawn,

    /// <summary>Would have been offered, but the session is in the holdout.</summary>
    HeldOut,

    /// <summary>Would have been offered, but the site only observes.</summary>
    Observed,
    Ended,
}

/// <summary>
/// A session as last decided: what should-engage, cards and explanations are answered from, and what a cluster keeps in Redis. Immutable,
/// thread-safe. No text of the visitor's stands in it.
/// </summary>
public sealed record Assessment
{
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }
    public required SessionId Session { get; init; }

    /// <summary>Events and timers applied so far, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The <c>now</c> of the last step.</summary>
    public required Instant AsOf { get; init; }
    public required Instant StartedAt { get; init; }

    /// <summary>Last event or heartbeat.</summary>
    public required Instant LastPresenceAt { get; init; }
    public required VisitorState State { get; init; }

    /// <summary>Calibrated, 0 to 1; NaN when the model is unavailable.</summary>
    public required float Purposeful { get; init; }

    /// <summary>Calibrated, 0 to 1; NaN when the model is unavailable.</summary>
    public required float Floundering { get; init; }
    public required Reasons Reasons { get; init; }
    public required Blockers Blockers { get; init; }
    public required OfferStatus Offer { get; init; }

    /// <summary>Offers made in this session so far.</summary>
    public required int OffersMade { get; init; }

    /// <summary>When the open offer lapses; <see cref="Instant.Never"/> when none is open.</summary>
    public required Instant OfferExpiresAt { get; init; }

    /// <summary>Vector of <see cref="Features.FeatureSchema.Count"/> values as of <see cref="AsOf"/>.</summary>
    public required float[] Features { get; init; }
    public required PrivacyScope Privacy { get; init; }

    /// <summary>Ids of the site's articles that may help someone who searches in vain, the best first; at most three.</summary>
    public ImmutableArray<string> Articles { get; init; } = [];

    /// <summary>True when nothing stands between the session and an offer.</summary>
    public bool Engage => Blockers == Blockers.None && State is VisitorState.Purposeful or VisitorState.Floundering;
}

/// <summary>What a session's consent and signals allow.</summary>
[Flags]
public enum PrivacyScope : byte
{
    None = 0,

    /// <summary>The session may be scored (no objection).</summary>
    Score = 1,

    /// <summary>A de-linked outcome row may be kept for training.</summary>
    Train = 2,

    /// <summary>Evidence may be shown to an agent without the visitor's own approval of each item.</summary>
    Share = 4,
    All = Score | Train | Share,
}
