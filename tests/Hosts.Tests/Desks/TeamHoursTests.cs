using Engagement.Core;
using Engagement.Core.Sites;
using Engagement.Desks.Presence;

namespace Hosts.Tests.Desks;

public sealed class TeamHoursTests
{
    private static readonly SiteDesk Desk = new()
    {
        Kind = DeskKind.Hours, Capacity = 3, Hours = [new OpeningHours(DayOfWeek.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0))],
    };

    /// <summary>Times in UTC; Berlin is an hour ahead in winter and two in summer.</summary>
    [Theory]
    [InlineData("2026-11-23T07:59:59Z", false)]
    [InlineData("2026-11-23T08:00:00Z", true)]
    [InlineData("2026-11-23T15:59:59Z", true)]
    [InlineData("2026-11-23T16:00:00Z", false)]
    [InlineData("2026-07-06T07:00:00Z", true)]
    [InlineData("2026-11-24T10:00:00Z", false)]
    public void At_ByTheSitesClock_TheTeamAndNoPersonIsThere(string at, bool open)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var presence = TeamHours.At(Desk, zone, Instant.FromDateTimeOffset(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal([(TeamHours.Team, 3, open)], presence.Agents.Select(a => (a.Id, a.Capacity, a.TakesNew)));
    }
}
