using System.Collections.Frozen;
using System.Text;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects;

/// <summary>
/// Events of category, action, label and value, as Matomo and Snowplow know them beside those with a meaning of their own. Under the category
/// <see cref="Agreed"/> the action is the name of a canonical event, for what those protocols have no event for, such as an article that was rated; all
/// others are kept as <c>custom</c> under their action. Pure.
/// </summary>
internal static class StructuredEventReader
{
    /// <summary>The category under which actions are canonical names.</summary>
    public const string Agreed = "engagement";

    private static readonly FrozenSet<EventType> s_agreed = FrozenSet.Create(
        EventType.ArticleViewed, EventType.ArticleRated, EventType.ProductAdded, EventType.ProductRemoved, EventType.SearchResultOpened, EventType.CartViewed,
        EventType.CheckoutStarted, EventType.CheckoutStepCompleted, EventType.FormError, EventType.RageClicked, EventType.PageLeft, EventType.PageHidden,
        EventType.Heartbeat);

    /// <param name="e">To be filled.</param>
    /// <param name="category">What the event is about, such as <c>Videos</c>.</param>
    /// <param name="action">What was done, such as <c>play</c>.</param>
    /// <param name="label">To what; under the agreed category the id of the article or product.</param>
    /// <param name="value">A number; under the agreed category 1 or 0 for helpful or not, or pieces of a product.</param>
    /// <param name="valueField">How the dialect calls the value.</param>
    public static void Read(DialectEvent e, string? category, string? action, string? label, string? value, string valueField)
    {
        e.Name = action ?? category;
        var type = string.Equals(category, Agreed, StringComparison.OrdinalIgnoreCase) ? EventTypeNames.Parse(Encoding.UTF8.GetBytes(action ?? "")) : EventType.Unknown;
        if (!s_agreed.Contains(type))
        {
            e.Properties = DialectJson.Object([new("category", category), new("action", action), new("label", label), new("value", value)]);
            return;
        }
        e.Type = type;
        int? count = DialectText.TryCount(value, out var read) ? read : null;
        if (value is not null && count is null) e.NotRead(valueField);
        switch (type)
        {
            case EventType.ArticleViewed or EventType.ArticleRated:
                e.ArticleId = label;
                if (type == EventType.ArticleRated && count is not null) e.Helpful = count > 0;
                break;
            case EventType.ProductAdded or EventType.ProductRemoved or EventType.SearchResultOpened when label is not null:
                e.Product = new DialectProduct(label, Quantity: count);
                break;
        }
    }
}
