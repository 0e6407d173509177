using Engagement.Collector.Dialects.CloudEvents;
using Engagement.Collector.Dialects.Ga4;
using Engagement.Collector.Dialects.GoogleTag;
using Engagement.Collector.Dialects.Matomo;
using Engagement.Collector.Dialects.PostHog;
using Engagement.Collector.Dialects.Segment;
using Engagement.Collector.Dialects.Shopify;
using Engagement.Collector.Dialects.Snowplow;

namespace Engagement.Collector.Dialects;

/// <summary>Every dialect that the collector speaks.</summary>
internal static class DialectCatalog
{
    public static IReadOnlyList<Dialect> All { get; } =
    [
        new SegmentDialect(), new SnowplowDialect(), new ShopifyDialect(), new MatomoDialect(), new Ga4Dialect(), new PostHogDialect(), new CloudEventsDialect(), new GoogleTagDialect(),
    ];
}
