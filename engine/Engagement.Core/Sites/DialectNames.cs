using System.Collections.Immutable;

namespace Engagement.Core.Sites;

/// <summary>Names of the protocols that the collector speaks beside its own, as sites' files and events call them.</summary>
public static class DialectNames
{
    public const string Segment = "segment";
    public const string Snowplow = "snowplow";
    public const string Shopify = "shopify";
    public const string Matomo = "matomo";
    public const string Ga4 = "ga4";
    public const string PostHog = "posthog";
    public const string CloudEvents = "cloudevents";

    /// <summary>GA4's browser wire: experimental, because Google documents it nowhere.</summary>
    public const string GoogleTag = "gtag";

    public static ImmutableArray<string> All { get; } = [Segment, Snowplow, Shopify, Matomo, Ga4, PostHog, CloudEvents, GoogleTag];
}
