namespace Engagement.Core.Sessions;

/// <summary>What a session's next timer is for.</summary>
internal enum TimerKind : byte { None = 0, Release, Gap, Duration, OfferLapse, Left, Stillness }

/// <summary>When a session's timers are due. Pure.</summary>
internal static class SessionTimers
{
    /// <summary>The earliest, and what it is for; of several at one time, the session's end first.</summary>
    public static (Instant Due, TimerKind Kind) Next(SessionState session)
    {
        if (session.IsEnded) return (session.MaxReceived + Limits.SessionGap, TimerKind.Release);
        var next = (Due: session.LastEventReceived + Limits.SessionGap, Kind: TimerKind.Gap);
        Sooner(ref next, session.StartReceived + Limits.SessionDurationMax, TimerKind.Duration);
        if (session.IsOfferOpen)
        {
            Sooner(ref next, session.OfferExpiresAt, TimerKind.OfferLapse);
            if (session.HasLeft) Sooner(ref next, session.LastEventReceived + Limits.LeaveGrace, TimerKind.Left);
        }
        if (session.StillnessSteps == 0) Sooner(ref next, session.LastEventReceived + Limits.StillnessFirst, TimerKind.Stillness);
        else if (session.StillnessSteps == 1) Sooner(ref next, session.LastEventReceived + Limits.StillnessSecond, TimerKind.Stillness);
        return next;
    }

    private static void Sooner(ref (Instant Due, TimerKind Kind) next, Instant due, TimerKind kind)
    {
        if (due < next.Due) next = (due, kind);
    }
}
