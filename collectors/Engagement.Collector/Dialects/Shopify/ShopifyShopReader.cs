using System.Text.Json;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Shopify;

/// <summary>Reads what an event says of the shop: products, lists, searches, carts, checkouts. Prices stand in <c>{amount, currencyCode}</c>.</summary>
internal static class ShopifyShopReader
{
    private const string Variant = "data.productVariant";
    private const string Merchandise = "data.cartLine.merchandise";

    /// <summary>The field without which the event means nothing; null where it has all.</summary>
    public static string? Read(DialectEvent e, JsonElement sent)
    {
        var data = sent.Member("data");
        switch (e.Type)
        {
            case EventType.ProductViewed:
                e.Product = ProductOf(e, data.Member("productVariant"), Variant, null);
                return e.Product?.Id is null ? $"{Variant}.product.id" : null;
            case EventType.ProductAdded or EventType.ProductRemoved:
                var line = data.Member("cartLine");
                e.Product = ProductOf(e, line.Member("merchandise"), Merchandise, e.Count(line, "quantity", "data.cartLine."));
                return e.Product?.Id is null ? $"{Merchandise}.product.id" : null;
            case EventType.ProductListViewed:
                ReadVariants(e, data.Member("collection"), "data.collection.productVariants[]");
                if (data.Member("collection").Text("title") is { } title) e.Product = new DialectProduct(null, Category: title);
                return null;
            case EventType.SearchPerformed:
                return ReadSearch(e, data.Member("searchResult"));
            case EventType.CartViewed:
                ReadCart(e, data.Member("cart"));
                return null;
            case EventType.CheckoutStarted or EventType.CheckoutStepCompleted or EventType.OrderCompleted:
                ReadCheckout(e, data.Member("checkout"));
                return null;
            case null:
                // Of a shop's own event; what a library's event of the page's elements holds may be what somebody typed.
                if (sent.Member("customData") is { ValueKind: JsonValueKind.Object } own) e.Properties = DialectValues.Behaviour(own, _ => false);
                return null;
            default:
                return null;
        }
    }

    /// <summary>How many were found is how many products come with it: none is none, more than a page's are not counted.</summary>
    private static string? ReadSearch(DialectEvent e, JsonElement result)
    {
        e.Query = result.Text("query");
        e.Scope = SearchScope.Catalogue;
        if (result.Member("productVariants") is { ValueKind: JsonValueKind.Array } found) e.ResultCount = found.GetArrayLength();
        ReadVariants(e, result, "data.searchResult.productVariants[]");
        return e.Query is null ? "data.searchResult.query" : null;
    }

    private static void ReadVariants(DialectEvent e, JsonElement parent, string path)
    {
        if (parent.Member("productVariants") is not { ValueKind: JsonValueKind.Array } variants) return;
        foreach (var variant in variants.EnumerateArray())
        {
            if (ProductOf(e, variant, path, null) is { } product) e.AddProduct(product);
        }
    }

    private static void ReadCart(DialectEvent e, JsonElement cart)
    {
        if (cart.ValueKind == JsonValueKind.Null)
        {
            e.CartItems = 0; // a shop without a cart yet
            return;
        }
        e.CartItems = e.Count(cart, "totalQuantity", "data.cart.");
        e.CartValue = Money(e, cart.Member("cost"), "totalAmount", "data.cart.cost.");
        ReadLines(e, cart.Member("lines"), "merchandise", "data.cart.lines[].");
    }

    private static void ReadCheckout(DialectEvent e, JsonElement checkout)
    {
        e.CartItems = ReadLines(e, checkout.Member("lineItems"), "variant", "data.checkout.lineItems[].");
        e.CartValue = Money(e, checkout, "totalPrice", "data.checkout.") ?? Money(e, checkout, "subtotalPrice", "data.checkout.");
    }

    /// <summary>Pieces over all lines; null where there are no lines.</summary>
    private static int? ReadLines(DialectEvent e, JsonElement lines, string member, string path)
    {
        if (lines.ValueKind != JsonValueKind.Array) return null;
        long pieces = 0;
        foreach (var line in lines.EnumerateArray())
        {
            var quantity = e.Count(line, "quantity", path);
            if (ProductOf(e, line.Member(member), path + member, quantity) is { } product) e.AddProduct(product);
            pieces += quantity ?? 1;
        }
        return (int)Math.Min(pieces, int.MaxValue);
    }

    /// <summary>The product rather than its variant: a view and an order of it are then of the same.</summary>
    private static DialectProduct? ProductOf(DialectEvent e, JsonElement variant, string path, int? quantity)
    {
        if (variant.ValueKind != JsonValueKind.Object) return null;
        var product = variant.Member("product");
        return new DialectProduct(
            product.Text("id") ?? variant.Text("id", "sku"), product.Text("title") ?? variant.Text("title"), product.Text("type"), Money(e, variant, "price", path + "."), quantity);
    }

    private static double? Money(DialectEvent e, JsonElement parent, string name, string path)
    {
        var money = parent.Member(name);
        if (money.ValueKind is JsonValueKind.Object) return e.Amount(money, "amount", $"{path}{name}.");
        return e.Amount(parent, name, path);
    }
}
