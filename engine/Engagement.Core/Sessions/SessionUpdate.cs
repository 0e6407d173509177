using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>Carries one event into a session's identity, times, presence and page. Hot; allocates nothing.</summary>
internal static class SessionUpdate
{
    /// <summary>The first event names the session.</summary>
    public static void Begin(SessionState session, scoped in VisitorEvent e, Instant at)
    {
        session.Id = SessionId.From(e.Site, e.VisitorKey, e.Key, e.ReceivedAt);
        session.StartedAt = session.LatestOccurred = at;
        session.StartReceived = session.LastEventReceived = session.AsOf = e.ReceivedAt;
        session.MaxReceived = Instant.Max(session.MaxReceived, e.ReceivedAt);
    }

    /// <summary>After the counters: the pause before this event was measured from the latest one before it.</summary>
    public static void Apply(SessionState session, scoped in VisitorEvent e, Instant at)
    {
        ReadPage(session, e, at);
        session.LatestOccurred = Instant.Max(session.LatestOccurred, at);
        session.LastEventReceived = Instant.Max(session.LastEventReceived, e.ReceivedAt);
        session.StillnessSteps = 0;
        session.Signals |= e.Privacy;
        ReadPresence(session, at, e.ReceivedAt);
    }

    public static void Beat(SessionState session, Instant at, Instant receivedAt)
    {
        if (at >= session.LatestOccurred) session.HasLeft = false;
        ReadPresence(session, at, receivedAt);
    }

    private static void ReadPresence(SessionState session, Instant at, Instant receivedAt)
    {
        if (Sessionizer.IsPresence(at, receivedAt)) session.LastPresenceAt = Instant.Max(session.LastPresenceAt, receivedAt);
    }

    private static void ReadPage(SessionState session, scoped in VisitorEvent e, Instant at)
    {
        switch (e.Type)
        {
            case EventType.PageLeft:
                // A beacon of the page before often comes after the next page's view: that is a click, no leaving.
                if (at < session.LatestOccurred) return;
                session.HasLeft = true;
                return;
            case EventType.PageHidden: return;
        }
        session.HasLeft = false;
        if (!e.PageUrl.IsEmpty) session.PageExcluded = session.Context.Excludes(e.PageUrl);
        if (!e.PageLanguage.IsEmpty) session.LanguageTag = SiteContext.LanguageTag(e.PageLanguage);
    }
}
