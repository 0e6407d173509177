using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>Where an event belongs.</summary>
internal enum Placement : byte
{
    /// <summary>The live session goes on.</summary>
    Continues = 0,

    /// <summary>It begins a session; one still live ends before it.</summary>
    Begins,

    /// <summary>Its id was seen in the live session.</summary>
    Duplicate,

    /// <summary>More than the gap behind the live session's latest.</summary>
    Late,

    /// <summary>There is no session, and it is of a type that begins none.</summary>
    NoSession,
}

/// <summary>Session rules that look at one event and one session. Pure.</summary>
internal static class Sessionizer
{
    /// <summary>Events of a visitor's doing: they make a session last, and are told apart by id. Not heartbeats, nor what the engine writes.</summary>
    public static bool Counts(EventType type) => type < EventType.InvitationOffered && type != EventType.Heartbeat;

    /// <summary>To leave or hide a page is no beginning.</summary>
    public static bool Opens(EventType type) => Counts(type) && type is not (EventType.PageLeft or EventType.PageHidden);

    /// <summary>The sender's time as far as it is believed.</summary>
    public static Instant Clamp(Instant occurredAt, Instant receivedAt) =>
        occurredAt == Instant.Start ? receivedAt
        : Instant.Max(receivedAt - Limits.OccurredBehindMax, Instant.Min(occurredAt, receivedAt + Limits.OccurredAheadMax));

    /// <summary>True when the event reached the collector as it happened: a queue that is flushed later is no sign that anybody is there.</summary>
    public static bool IsPresence(Instant at, Instant receivedAt) => receivedAt - at <= Limits.PresenceDelayMax;

    /// <summary><paramref name="live"/> is null when none lives; an event that counts, at its clamped time.</summary>
    public static Placement Place(SessionState? live, in VisitorEvent e, Instant at)
    {
        if (live is null) return Opens(e.Type) ? Placement.Begins : Placement.NoSession;
        if (Knows(live, e.Key)) return Placement.Duplicate;
        if (at + Limits.SessionGap < live.LatestOccurred) return Placement.Late;
        var isOver = live.LatestOccurred + Limits.SessionGap < at || live.Events >= Limits.SessionEventsMax;
        return !isOver ? Placement.Continues : Opens(e.Type) ? Placement.Begins : Placement.NoSession;
    }

    public static void Remember(SessionState session, EventKey key)
    {
        var bytes = session.Events * sizeof(ulong);
        session.Arena.Reserve(ref session.Keys, bytes, bytes + sizeof(ulong), bytesFirst: 8 * sizeof(ulong));
        session.EventCount++;
        session.Arena.Values<ulong>(session.Keys, session.EventCount)[^1] = key.Value;
    }

    // At most 500 words: a vectorised scan beats a hash table until far beyond.
    private static bool Knows(SessionState session, EventKey key) => session.Arena.Values<ulong>(session.Keys, session.Events).Contains(key.Value);
}
