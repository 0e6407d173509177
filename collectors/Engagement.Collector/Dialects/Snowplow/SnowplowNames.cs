using System.Collections.Frozen;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Snowplow;

/// <summary>Snowplow's names: of e-commerce actions, of schemas, and of fields.</summary>
internal static class SnowplowNames
{
    /// <summary>Schemas whose vendor begins so are Snowplow's own, and known by their names alone.</summary>
    public const string Vendor = "com.snowplowanalytics.";

    /// <summary>The <c>type</c> of a <c>snowplow_ecommerce_action</c>. Promotions and refunds are kept as <c>custom</c>.</summary>
    public static readonly FrozenDictionary<string, EventType> Actions = new Dictionary<string, EventType>
    {
        ["product_view"] = EventType.ProductViewed,
        ["list_view"] = EventType.ProductListViewed,
        ["list_click"] = EventType.SearchResultOpened,
        ["add_to_cart"] = EventType.ProductAdded,
        ["remove_from_cart"] = EventType.ProductRemoved,
        ["checkout_step"] = EventType.CheckoutStepCompleted,
        ["transaction"] = EventType.OrderCompleted,
        ["trns_error"] = EventType.FormError,
    }.ToFrozenDictionary();

    /// <summary>Events of a form, whose properties are what somebody wrote in it.</summary>
    public static readonly FrozenSet<string> Forms = FrozenSet.Create("change_form", "focus_form", "submit_form");

    /// <summary>Scopes that consent managers give to what covers hearing a visit.</summary>
    public static readonly FrozenSet<string> ConsentScopes =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "analytics", "analytical", "statistics", "measurement", "performance");

    public static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["id"] = "eid",
        ["visitor"] = "duid",
        ["name"] = "e",
        ["type"] = "e",
        ["page.url"] = "url",
        ["page.title"] = "page",
        ["page.referrer"] = "refr",
        ["page.language"] = "lang",
        ["product.id"] = "product.id",
        ["product.price"] = "product.price",
        ["product.quantity"] = "product.quantity",
        ["cart.value"] = "cart.total_value",
        ["search.query"] = "site_search.terms",
        ["search.resultCount"] = "site_search.totalResults",
        ["article.id"] = "se_la",
        ["article.helpful"] = "se_va",
        ["occurredAt"] = "dtm",
    }.ToFrozenDictionary();
}
