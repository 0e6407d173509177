using System.Text.Json;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Segment;

/// <summary>
/// Reads what a named event carries in its properties. PostHog mandates no names for a shop's events, so that its customers use Segment's: both are
/// read here.
/// </summary>
internal static class SegmentEventReader
{
    private const string Path = "properties.";
    private const string ProductsPath = "properties.products[].";

    /// <summary>False, and nothing read, where <see cref="DialectEvent.Name"/> is none of <see cref="SegmentNames.Events"/>.</summary>
    public static bool TryRead(DialectEvent e, JsonElement properties)
    {
        if (e.Name is null || !SegmentNames.Events.TryGetValue(e.Name, out var known)) return false;
        e.Type = known.Type;
        e.Scope = known.Scope;
        switch (known.Type)
        {
            case EventType.SearchPerformed:
                e.Query = properties.Text("query", "search_query", "search_term");
                e.ResultCount = e.Count(properties, ["results_count", "result_count", "number_of_results"], Path);
                if (properties.Text("scope") is { } scope) e.Scope = scope == "help" ? SearchScope.Help : SearchScope.Catalogue;
                break;
            case EventType.ArticleViewed or EventType.ArticleRated:
                e.ArticleId = properties.Text("article_id", "id", "slug");
                e.ArticleTitle = properties.Text("title", "name");
                e.Helpful = properties.Flag("helpful");
                break;
            default:
                ReadCommerce(e, properties);
                break;
        }
        return true;
    }

    private static void ReadCommerce(DialectEvent e, JsonElement properties)
    {
        long pieces = 0;
        if (properties.Member("products") is { ValueKind: JsonValueKind.Array } products)
        {
            foreach (var product in products.EnumerateArray())
            {
                if (ReadProduct(e, product, ProductsPath) is not { } read) continue;
                e.AddProduct(read);
                pieces += read.Quantity ?? 1;
            }
        }
        if (e.Type is EventType.ProductViewed or EventType.ProductAdded or EventType.ProductRemoved or EventType.SearchResultOpened) e.Product = ReadProduct(e, properties, Path);
        if (e.Type == EventType.ProductListViewed && properties.Text("category") is { } category) e.Product = new DialectProduct(null, Category: category);
        if (e.Type is not (EventType.CartViewed or EventType.CheckoutStarted or EventType.OrderCompleted)) return;
        if (e.Products.Count > 0) e.CartItems = (int)Math.Min(pieces, int.MaxValue);
        e.CartValue = e.Amount(properties, "value", Path) ?? e.Amount(properties, "total", Path) ?? e.Amount(properties, "revenue", Path);
    }

    private static DialectProduct? ReadProduct(DialectEvent e, JsonElement product, string path)
    {
        if (product.ValueKind != JsonValueKind.Object) return null;
        return new DialectProduct(
            product.Text("product_id", "sku", "id"), product.Text("name"), product.Text("category"), e.Amount(product, "price", path), e.Count(product, "quantity", path));
    }
}
