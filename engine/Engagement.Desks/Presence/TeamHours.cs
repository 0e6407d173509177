using Engagement.Core;
using Engagement.Core.Sites;

namespace Engagement.Desks.Presence;

/// <summary>Presence by the clock, for desks that cannot be asked: a team, and no person, is there within the hours given. Pure, thread-safe.</summary>
internal static class TeamHours
{
    /// <summary>The team as the engine knows it. No name of a person, and none may be made of it.</summary>
    public const string Team = "team";

    public static DeskPresence At(SiteDesk desk, TimeZoneInfo zone, Instant now)
    {
        var local = TimeZoneInfo.ConvertTime(now.ToDateTimeOffset(), zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        var isOpen = desk.Hours.Any(h => h.Day == local.DayOfWeek && time >= h.From && time < h.To);
        // Who is in conversation at closing time is not cut off.
        return new DeskPresence([new DeskAgent(Team, desk.Capacity, TakesNew: isOpen)], TimeSpan.Zero);
    }
}
