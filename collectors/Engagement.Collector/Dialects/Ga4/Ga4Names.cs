using System.Collections.Frozen;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Ga4;

/// <summary>Google Analytics 4's names: of recommended and automatic events, of those agreed on here for what has none, and of fields.</summary>
internal static class Ga4Names
{
    /// <summary>Events that Google takes in one request.</summary>
    public const int RequestEventsMax = 25;

    /// <summary>What is not here is kept as <c>custom</c> under its own name.</summary>
    public static readonly FrozenDictionary<string, EventType> Events = new Dictionary<string, EventType>
    {
        ["page_view"] = EventType.PageViewed,
        ["screen_view"] = EventType.PageViewed,
        ["search"] = EventType.SearchPerformed,
        ["view_search_results"] = EventType.SearchPerformed,
        ["view_item_list"] = EventType.ProductListViewed,
        ["select_item"] = EventType.SearchResultOpened,
        ["view_item"] = EventType.ProductViewed,
        ["add_to_cart"] = EventType.ProductAdded,
        ["remove_from_cart"] = EventType.ProductRemoved,
        ["view_cart"] = EventType.CartViewed,
        ["begin_checkout"] = EventType.CheckoutStarted,
        ["add_shipping_info"] = EventType.CheckoutStepCompleted,
        ["add_payment_info"] = EventType.CheckoutStepCompleted,
        ["purchase"] = EventType.OrderCompleted,
        ["user_engagement"] = EventType.Heartbeat,

        // Google has no names for these: agreed on here.
        ["search_result_opened"] = EventType.SearchResultOpened,
        ["article_viewed"] = EventType.ArticleViewed,
        ["article_rated"] = EventType.ArticleRated,
        ["form_error"] = EventType.FormError,
        ["rage_clicked"] = EventType.RageClicked,
        ["page_left"] = EventType.PageLeft,
        ["page_hidden"] = EventType.PageHidden,
        ["heartbeat"] = EventType.Heartbeat,
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["visitor"] = "client_id",
        ["name"] = "name",
        ["type"] = "name",
        ["page.url"] = "params.page_location",
        ["page.title"] = "params.page_title",
        ["page.referrer"] = "params.page_referrer",
        ["page.language"] = "params.language",
        ["product.id"] = "params.items[0].item_id",
        ["product.name"] = "params.items[0].item_name",
        ["product.category"] = "params.items[0].item_category",
        ["product.price"] = "params.items[0].price",
        ["product.quantity"] = "params.items[0].quantity",
        ["cart.value"] = "params.value",
        ["search.query"] = "params.search_term",
        ["search.resultCount"] = "params.results_count",
        ["article.id"] = "params.article_id",
        ["article.helpful"] = "params.helpful",
        ["occurredAt"] = "timestamp_micros",
    }.ToFrozenDictionary();
}
