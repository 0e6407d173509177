using System.Collections.Frozen;
using System.Text;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.CloudEvents;

/// <summary>Names of types, and of the members that data has: those of the collector's own event.</summary>
internal static class CloudEventsNames
{
    /// <summary>Members of data that are read as what they are; of a custom event the others are its properties.</summary>
    public static readonly FrozenSet<string> Members =
        FrozenSet.Create("id", "visitor", "type", "name", "site", "occurredAt", "receivedAt", "page", "product", "products", "cart", "search", "article", "privacy", "properties");

    public static readonly FrozenDictionary<string, string> Fields = new[]
    {
        "visitor", "name", "page.url", "page.title", "page.referrer", "page.language", "product.id", "product.name", "product.category", "product.price",
        "product.quantity", "cart.items", "cart.value", "search.query", "search.resultCount", "search.scope", "article.id", "article.title", "article.helpful",
    }.ToFrozenDictionary(field => field, field => $"data.{field}");

    /// <summary>
    /// <c>search_performed</c>, <c>com.example.search_performed</c> or <c>com.example.search_performed.v1</c>. Custom for every other type, and for
    /// those that only the engine writes.
    /// </summary>
    public static EventType TypeOf(string type)
    {
        var segments = type.Split('.');
        var last = segments[^1];
        if (segments.Length > 1 && last.Length > 1 && last[0] == 'v' && last.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0) last = segments[^2];
        var known = EventTypeNames.Parse(Encoding.UTF8.GetBytes(last));
        return known == EventType.Unknown || known >= EventTypeNames.FirstReserved ? EventType.Custom : known;
    }
}
