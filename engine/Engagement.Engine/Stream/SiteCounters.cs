using System.Collections.Concurrent;
using System.Numerics;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Sessions;

namespace Engagement.Engine.Stream;

/// <summary>
/// What happened at one site since this process started, by state, blocker, offer and outcome; only durable effects are counted, a silent rebuild
/// is not. Thread-safe.
/// </summary>
public sealed class SiteCounters
{
    private readonly long[] _states = new long[Enum.GetValues<VisitorState>().Length];
    private readonly long[] _blockers = new long[32];
    private readonly long[] _offers = new long[Enum.GetValues<OfferStatus>().Length];
    private readonly long[] _ends = new long[Enum.GetValues<SessionEnd>().Length];
    private readonly ConcurrentDictionary<SessionId, bool> _seen = new();
    private long _sessionsSeen;
    private long _invited;
    private long _nobodyFree;
    private long _decisions;

    public long Decisions => Interlocked.Read(ref _decisions);

    /// <summary>Sessions that were decided at least once.</summary>
    public long SessionsSeen => Interlocked.Read(ref _sessionsSeen);

    /// <summary>Of them, invited.</summary>
    public long Invited => Interlocked.Read(ref _invited);

    /// <summary>Of them, not invited and for want of an agent.</summary>
    public long NobodyFree => Interlocked.Read(ref _nobodyFree);

    /// <summary>Of them, the rest: nobody disturbed them.</summary>
    public long LeftAlone => Math.Max(0, SessionsSeen - Invited - NobodyFree);

    public long Of(VisitorState state) => Interlocked.Read(ref _states[(int)state]);
    public long OfBlocker(int bit) => Interlocked.Read(ref _blockers[bit]);
    public long Of(OfferStatus status) => Interlocked.Read(ref _offers[(int)status]);
    public long Of(SessionEnd end) => Interlocked.Read(ref _ends[(int)end]);

    public void CountDecision(in DecisionChange decision)
    {
        Interlocked.Increment(ref _decisions);
        Interlocked.Increment(ref _states[(int)decision.State]);
        for (var bits = (uint)decision.Blockers; bits != 0; bits &= bits - 1)
            Interlocked.Increment(ref _blockers[BitOperations.TrailingZeroCount(bits)]);
        if (decision.Id.Step == 1) Interlocked.Increment(ref _sessionsSeen);
        if ((decision.Blockers & Blockers.NobodyFree) != 0 && _seen.TryAdd(decision.Id.Session, false)) Interlocked.Increment(ref _nobodyFree);
    }

    /// <summary>Counts how an offer went on: made (<see cref="OfferStatus.Open"/>), answered, withheld or withdrawn.</summary>
    public void CountOffer(OfferId offer, OfferStatus status)
    {
        Interlocked.Increment(ref _offers[(int)status]);
        if (status != OfferStatus.Open || offer.Ordinal != 1) return;
        Interlocked.Increment(ref _invited);
        if (_seen.TryRemove(offer.Session, out _)) Interlocked.Decrement(ref _nobodyFree);
    }

    public void CountEnd(in SessionClosed session)
    {
        Interlocked.Increment(ref _ends[(int)session.Cause]);
        _seen.TryRemove(session.Session, out _);
    }
}
