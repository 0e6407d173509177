using System.Collections.Frozen;
using Engagement.Collector.Dialects.Segment;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.PostHog;

/// <summary>PostHog's own events and fields. A shop's events have Segment's names.</summary>
internal static class PostHogNames
{
    /// <summary>What every visitor without a cookie is called in PostHog's cookieless mode: nobody.</summary>
    public const string Nobody = "$posthog_cookieless";

    /// <summary>What stands for the referrer of a visit that has none.</summary>
    public const string Direct = "$direct";

    public const string Autocapture = "$autocapture";

    /// <summary>Beginning of the names of what PostHog's libraries write themselves.</summary>
    public const char Own = '$';

    /// <summary>PostHog's own events that mean something here; of its others, such as <c>$identify</c>, no more than the name is kept.</summary>
    public static readonly FrozenDictionary<string, EventType> Events = new Dictionary<string, EventType>
    {
        ["$pageview"] = EventType.PageViewed,
        ["$screen"] = EventType.PageViewed,
        ["$pageleave"] = EventType.PageLeft,
        ["$rageclick"] = EventType.RageClicked,
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<string, string> Fields = SegmentNames.FieldsWith(new Dictionary<string, string>
    {
        ["id"] = "uuid",
        ["visitor"] = "distinct_id",
        ["name"] = "event",
        ["page.url"] = "properties.$current_url",
        ["page.title"] = "properties.$title",
        ["page.referrer"] = "properties.$referrer",
        ["page.language"] = "properties.$browser_language",
    });

    /// <summary>Whether a property is the library's own, not the event's.</summary>
    public static bool IsLibrarys(string property) => property is ['$', ..] or "token" or "distinct_id" or "privacy";
}
