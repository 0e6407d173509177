using Engagement.Collector.Dialects.CloudEvents;
using Engagement.Collector.Dialects.PostHog;
using Engagement.Collector.Dialects.Segment;
using Engagement.Collector.Dialects.Shopify;

namespace Engagement.Collector.Dialects;

/// <summary>Every dialect that the collector speaks.</summary>
internal static class DialectCatalog
{
    public static IReadOnlyList<Dialect> All { get; } = [new SegmentDialect(), new CloudEventsDialect(), new PostHogDialect(), new ShopifyDialect()];
}
