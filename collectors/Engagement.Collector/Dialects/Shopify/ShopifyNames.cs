using System.Collections.Frozen;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Shopify;

/// <summary>Shopify's names: of standard events, and of fields.</summary>
internal static class ShopifyNames
{
    /// <summary>What is not here is kept as <c>custom</c> under its own name.</summary>
    public static readonly FrozenDictionary<string, EventType> Events = new Dictionary<string, EventType>
    {
        ["page_viewed"] = EventType.PageViewed,
        ["product_viewed"] = EventType.ProductViewed,
        ["collection_viewed"] = EventType.ProductListViewed,
        ["search_submitted"] = EventType.SearchPerformed,
        ["product_added_to_cart"] = EventType.ProductAdded,
        ["product_removed_from_cart"] = EventType.ProductRemoved,
        ["cart_viewed"] = EventType.CartViewed,
        ["checkout_started"] = EventType.CheckoutStarted,
        ["checkout_contact_info_submitted"] = EventType.CheckoutStepCompleted,
        ["checkout_address_info_submitted"] = EventType.CheckoutStepCompleted,
        ["checkout_shipping_info_submitted"] = EventType.CheckoutStepCompleted,
        ["payment_info_submitted"] = EventType.CheckoutStepCompleted,
        ["checkout_completed"] = EventType.OrderCompleted,
        ["alert_displayed"] = EventType.FormError,
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["visitor"] = "clientId",
        ["page.url"] = "context.document.location.href",
        ["page.title"] = "context.document.title",
        ["page.referrer"] = "context.document.referrer",
        ["page.language"] = "context.navigator.language",
        ["search.query"] = "data.searchResult.query",
        ["occurredAt"] = "timestamp",
    }.ToFrozenDictionary();
}
