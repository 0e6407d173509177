using System.Text.Json;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Snowplow;

/// <summary>
/// Reads what the e-commerce plugin sends: an action that says little, and entities beside it that say of what. Follows
/// @snowplow/browser-plugin-snowplow-ecommerce 4.10.2. Pure.
/// </summary>
internal static class SnowplowCommerceReader
{
    public static void Read(DialectEvent e, JsonElement action, List<SnowplowEntity> entities)
    {
        var type = action.Text("type");
        e.Name = type ?? e.Name;
        if (type is null || !SnowplowNames.Actions.TryGetValue(type, out var known))
        {
            ReadProducts(e, entities);
            return;
        }
        e.Type = known;
        var pieces = ReadProducts(e, entities);
        switch (known)
        {
            case EventType.ProductListViewed:
                e.Product = new DialectProduct(null, Category: CategoryOf(e.Products) ?? action.Text("name"));
                break;
            case EventType.CheckoutStepCompleted:
                if (SnowplowEntity.Find(entities, "checkout_step").Text("step") == "1") e.Type = EventType.CheckoutStarted;
                ReadCart(e, entities);
                break;
            case EventType.OrderCompleted:
                var order = SnowplowEntity.Find(entities, "transaction");
                e.CartItems = Count(e, order, "total_quantity", "transaction.") ?? pieces;
                e.CartValue = Amount(e, order, "revenue", "transaction.");
                break;
            case EventType.FormError:
                break;
            default:
                e.Product = e.Products.Count > 0 ? e.Products[0] : null;
                ReadCart(e, entities);
                break;
        }
    }

    /// <summary>A page that the site calls its cart is the cart viewed: the plugin has no event for it.</summary>
    public static void ReadPage(DialectEvent e, List<SnowplowEntity> entities)
    {
        e.Type = EventType.PageViewed;
        if (SnowplowEntity.Find(entities, "page").Text("type") is not ("cart" or "basket")) return;
        e.Type = EventType.CartViewed;
        e.CartItems = ReadProducts(e, entities);
        ReadCart(e, entities);
    }

    /// <summary>An amount of at least 0; named where there is one that cannot be read.</summary>
    public static double? Amount(DialectEvent e, JsonElement element, string name, string path)
    {
        if (element.Text(name) is not { } text) return null;
        if (DialectText.TryNumber(text, out var amount) && amount >= 0) return amount;
        e.NotRead(path + name);
        return null;
    }

    /// <summary>A whole number of at least 0; named where there is one that cannot be read.</summary>
    public static int? Count(DialectEvent e, JsonElement element, string name, string path)
    {
        if (element.Text(name) is not { } text) return null;
        if (DialectText.TryCount(text, out var count)) return count;
        e.NotRead(path + name);
        return null;
    }

    private static void ReadCart(DialectEvent e, List<SnowplowEntity> entities) =>
        e.CartValue = Amount(e, SnowplowEntity.Find(entities, "cart"), "total_value", "cart.");

    /// <summary>Their pieces; null where there are none.</summary>
    private static int? ReadProducts(DialectEvent e, List<SnowplowEntity> entities)
    {
        long pieces = 0;
        foreach (var entity in entities)
        {
            if (entity.Name != "product" || entity.Content.ValueKind != JsonValueKind.Object) continue;
            var product = new DialectProduct(
                entity.Content.Text("id"), entity.Content.Text("name"), entity.Content.Text("category"), Amount(e, entity.Content, "price", "product."),
                Count(e, entity.Content, "quantity", "product."));
            e.AddProduct(product);
            pieces += product.Quantity ?? 1;
        }
        return pieces is > 0 and <= int.MaxValue ? (int)pieces : null;
    }

    /// <summary>The category that all share.</summary>
    private static string? CategoryOf(IReadOnlyList<DialectProduct> products)
    {
        if (products.Count == 0) return null;
        for (var i = 1; i < products.Count; i++)
        {
            if (products[i].Category != products[0].Category) return null;
        }
        return products[0].Category;
    }
}
