using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace EndToEnd.AgentsConsole;

/// <summary>A site's day as the engine would tell it, and a gap report: what stands in for both before the owner's page.</summary>
internal static class SampleOverview
{
    private static readonly int[] _visits = [6, 3, 2, 1, 1, 2, 5, 14, 31, 46, 58, 61, 55, 52, 60, 66, 63, 57, 49, 44, 39, 30, 21, 12];

    /// <summary>A help centre's day.</summary>
    /// <param name="isLive">False: it only observes.</param>
    public static JsonObject Day(bool isLive)
    {
        var now = TimeProvider.System.GetUtcNow();
        var first = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddHours(-23);
        var hours = new JsonArray([.. _visits.Select((visits, i) => HourOf(first.AddHours(i), visits, isLive))]);
        var total = HourOf(first, 0, isLive);
        foreach (var hour in hours) Add(total, hour!.AsObject());
        return new JsonObject
        {
            ["v"] = 1, ["site"] = "larkfield", ["mode"] = isLive ? "live" : "observe", ["asOf"] = Text(now), ["hours"] = hours, ["total"] = total,
            ["reached"] = new JsonObject { ["exploring"] = 402, ["progressing"] = 233, ["purposeful"] = 56, ["floundering"] = 114 },
            ["hindrances"] = new JsonArray(
                Hindrance("nobody_free", "Nobody is free", 38), Hindrance("outside_hours", "Outside the opening hours", 21), Hindrance("left_site", "Has left the site", 9),
                Hindrance("stale", "No sign of presence in the last moments", 6), Hindrance("page_excluded", "On this page nobody is interrupted", 4)),
            ["outcomes"] = isLive
                ? new JsonObject { ["resolved"] = 23, ["converted"] = 6, ["notHelpful"] = 4, ["shouldNotHaveBeenInvited"] = 2 }
                : new JsonObject { ["resolved"] = 0, ["converted"] = 0, ["notHelpful"] = 0, ["shouldNotHaveBeenInvited"] = 0 },
            ["now"] = new JsonObject { ["unknown"] = 7, ["exploring"] = 12, ["progressing"] = 5, ["purposeful"] = 2, ["floundering"] = 3 },
            ["load"] = new JsonObject
            {
                ["agentsAvailable"] = 3, ["capacity"] = 7, ["freeSlots"] = isLive ? 3 : 7, ["slotsHeld"] = isLive ? 4 : 0, ["visitorsWaiting"] = isLive ? 1 : 0,
                ["waitingSince"] = isLive ? Text(now.AddSeconds(-34)) : null, ["questionsWaiting"] = 3, ["oldestQuestionAt"] = Text(now.AddHours(-5)),
            },
        };
    }

    /// <summary>Of a site where nothing has happened yet.</summary>
    public static JsonObject Empty()
    {
        var day = Day(isLive: false);
        foreach (var hour in day["hours"]!.AsArray().Append(day["total"])) Clear(hour!.AsObject());
        foreach (var part in new[] { "reached", "now", "load" }) Clear(day[part]!.AsObject());
        day["hindrances"] = new JsonArray();
        return day;
    }

    public static JsonObject Gaps(params IEnumerable<string> questions) => new()
    {
        ["v"] = 1, ["site"] = "larkfield", ["from"] = "2026-11-15T00:00:00.000Z", ["to"] = "2026-11-22T00:00:00.000Z", ["sessions"] = 1_204, ["floundering"] = 161, ["leftOut"] = 48,
        ["questionsHeldBack"] = 37, ["isPartial"] = false,
        ["questions"] = new JsonArray([.. questions.Select((question, i) => new JsonObject
        {
            ["question"] = question, ["sessions"] = 42 - (3 * i % 37), ["searches"] = 131 - (9 * i % 113), ["flounderingShare"] = 0.81 - (i % 7 * 0.09), ["zeroResultShare"] = i % 4 == 3 ? null : 0.92 - (i % 5 * 0.2),
            ["verdict"] = (i % 3) switch { 0 => "no_article", 1 => "not_found", _ => "found_not_helpful" },
            ["article"] = i % 3 == 0 ? null : new JsonObject { ["id"] = "a", ["title"] = i % 3 == 1 ? "Changed your mind? You have thirty days" : question, ["url"] = "javascript:window.done=1" },
        })]),
    };

    /// <summary>Answers the page's two calls; everything else goes to the real server.</summary>
    public static async Task StandInAsync(IPage page, Func<JsonObject> overview, Func<JsonObject>? gaps = null)
    {
        await page.RouteAsync("**/v1/overview*", route => AnswerAsync(route, overview()));
        if (gaps is not null) await page.RouteAsync("**/v1/gaps*", route => AnswerAsync(route, gaps()));
    }

    private static Task AnswerAsync(IRoute route, JsonObject answer) =>
        route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = answer.ToJsonString() });

    private static JsonObject HourOf(DateTimeOffset from, int visits, bool isLive)
    {
        var (floundering, purposeful) = (visits / 9, visits / 17);
        var (none, some) = (States(0, 0), States(purposeful, floundering));
        var (offered, accepted) = (floundering + purposeful, (floundering + purposeful + 1) / 2);
        var rest = offered - accepted;
        return new JsonObject
        {
            ["from"] = Text(from), ["visits"] = visits, ["needs"] = offered + visits / 15, ["offered"] = isLive ? some : none, ["wouldHaveOffered"] = isLive ? none.DeepClone() : some,
            ["heldOut"] = States(visits > 55 ? 1 : 0, visits > 60 ? 1 : 0), ["shown"] = isLive ? offered : 0, ["accepted"] = isLive ? accepted : 0, ["declined"] = isLive ? rest / 2 : 0,
            ["ignored"] = isLive ? rest - rest / 2 : 0, ["withdrawn"] = isLive && visits > 50 ? 1 : 0, ["asked"] = isLive ? visits / 30 : 0, ["claimed"] = isLive ? accepted : 0,
            ["unclaimed"] = isLive && visits > 60 ? 1 : 0, ["questionsLeft"] = visits / 25, ["questionsAnswered"] = visits / 30,
        };
    }

    private static JsonObject States(int purposeful, int floundering) => new() { ["purposeful"] = purposeful, ["floundering"] = floundering };

    private static JsonObject Hindrance(string code, string text, int visits) => new() { ["code"] = code, ["text"] = text, ["visits"] = visits };

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void Add(JsonObject sum, JsonObject other)
    {
        foreach (var (name, value) in other)
        {
            if (value is JsonObject inner) Add(sum[name]!.AsObject(), inner);
            else if (name != "from") sum[name] = (int)sum[name]! + (int)value!;
        }
    }

    private static void Clear(JsonObject counts)
    {
        foreach (var (name, value) in counts.ToArray())
        {
            if (value is JsonObject inner) Clear(inner);
            else if (name.EndsWith("At", StringComparison.Ordinal) || name.EndsWith("Since", StringComparison.Ordinal)) counts[name] = null;
            else if (name != "from") counts[name] = 0;
        }
    }
}
