using System.Collections.Frozen;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Segment;

/// <summary>Segment's names: of events (version 2 of its e-commerce specification, the older ones, and those agreed on here for help centres), and of fields.</summary>
internal static class SegmentNames
{
    /// <summary>Compared without regard to case. What is not here is kept as <c>custom</c> under its own name.</summary>
    public static readonly FrozenDictionary<string, (EventType Type, SearchScope Scope)> Events = new Dictionary<string, (EventType, SearchScope)>(StringComparer.OrdinalIgnoreCase)
    {
        ["Products Searched"] = (EventType.SearchPerformed, SearchScope.Catalogue),
        ["Product List Viewed"] = (EventType.ProductListViewed, default),
        ["Product List Filtered"] = (EventType.ProductListViewed, default),
        ["Product Viewed"] = (EventType.ProductViewed, default),
        ["Product Added"] = (EventType.ProductAdded, default),
        ["Product Removed"] = (EventType.ProductRemoved, default),
        ["Cart Viewed"] = (EventType.CartViewed, default),
        ["Checkout Started"] = (EventType.CheckoutStarted, default),
        ["Checkout Step Completed"] = (EventType.CheckoutStepCompleted, default),
        ["Payment Info Entered"] = (EventType.CheckoutStepCompleted, default),
        ["Order Completed"] = (EventType.OrderCompleted, default),

        // The older names.
        ["Viewed Product Category"] = (EventType.ProductListViewed, default),
        ["Viewed Product"] = (EventType.ProductViewed, default),
        ["Added Product"] = (EventType.ProductAdded, default),
        ["Removed Product"] = (EventType.ProductRemoved, default),
        ["Completed Order"] = (EventType.OrderCompleted, default),

        // No specification names these: agreed on here.
        ["Articles Searched"] = (EventType.SearchPerformed, SearchScope.Help),
        ["FAQ Searched"] = (EventType.SearchPerformed, SearchScope.Help),
        ["Help Searched"] = (EventType.SearchPerformed, SearchScope.Help),
        ["Search Result Opened"] = (EventType.SearchResultOpened, default),
        ["Search Result Clicked"] = (EventType.SearchResultOpened, default),
        ["Product Clicked"] = (EventType.SearchResultOpened, SearchScope.Catalogue),
        ["Article Viewed"] = (EventType.ArticleViewed, default),
        ["Article Rated"] = (EventType.ArticleRated, default),
        ["Form Error"] = (EventType.FormError, default),
        ["Page Left"] = (EventType.PageLeft, default),
        ["Page Hidden"] = (EventType.PageHidden, default),
        ["Heartbeat"] = (EventType.Heartbeat, default),
        ["Rage Clicked"] = (EventType.RageClicked, default),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names that consent managers give to what covers hearing a visit; of others nothing is concluded.</summary>
    public static readonly FrozenSet<string> ConsentCategories =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "analytics", "analytical", "statistics", "measurement", "performance");

    /// <summary>Where <see cref="SegmentEventReader"/> finds what it reads.</summary>
    private static readonly Dictionary<string, string> s_eventFields = new()
    {
        ["product.id"] = "properties.product_id",
        ["product.name"] = "properties.name",
        ["product.category"] = "properties.category",
        ["product.price"] = "properties.price",
        ["product.quantity"] = "properties.quantity",
        ["cart.value"] = "properties.value",
        ["search.query"] = "properties.query",
        ["search.resultCount"] = "properties.results_count",
        ["article.id"] = "properties.article_id",
        ["article.helpful"] = "properties.helpful",
        ["occurredAt"] = "timestamp",
    };

    public static readonly FrozenDictionary<string, string> Fields = FieldsWith(new Dictionary<string, string>
    {
        ["id"] = "messageId",
        ["visitor"] = "anonymousId",
        ["name"] = "event",
        ["page.url"] = "context.page.url",
        ["page.title"] = "context.page.title",
        ["page.referrer"] = "context.page.referrer",
        ["page.language"] = "context.locale",
    });

    /// <summary>A protocol's own fields, and those of a shop's events by Segment's names.</summary>
    public static FrozenDictionary<string, string> FieldsWith(Dictionary<string, string> own) => own.Concat(s_eventFields).ToFrozenDictionary();
}
