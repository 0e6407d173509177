using System.Text.Json;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.CloudEvents;

/// <summary>Reads data whose members are those of the collector's own event. What is of the wrong kind is named, and the event kept without it.</summary>
internal static class CloudEventsContractReader
{
    public static void Read(DialectEvent e, JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object) return;
        ReadPage(e, data.Member("page"));
        ReadShop(e, data);
        ReadSearch(e, data.Member("search"));
        var article = data.Member("article");
        (e.ArticleId, e.ArticleTitle, e.Helpful) = (article.Text("id"), article.Text("title"), article.Flag("helpful"));
        e.ReadPrivacy(data.Member("privacy"));
        if (e.Type == EventType.Custom) ReadCustom(e, data);
    }

    private static void ReadPage(DialectEvent e, JsonElement page) =>
        (e.Url, e.Title, e.Referrer, e.Language) = (page.Text("url"), page.Text("title"), page.Text("referrer"), page.Text("language"));

    private static void ReadShop(DialectEvent e, JsonElement data)
    {
        e.Product = ProductOf(e, data.Member("product"), "data.product.");
        if (data.Member("products") is { ValueKind: JsonValueKind.Array } products)
        {
            foreach (var product in products.EnumerateArray())
            {
                if (ProductOf(e, product, "data.products[].") is { } read) e.AddProduct(read);
            }
        }
        e.CartItems = e.Count(data.Member("cart"), "items", "data.cart.");
        e.CartValue = e.Amount(data.Member("cart"), "value", "data.cart.");
    }

    private static DialectProduct? ProductOf(DialectEvent e, JsonElement product, string path) => product.ValueKind != JsonValueKind.Object ? null : new DialectProduct(
        product.Text("id"), product.Text("name"), product.Text("category"), e.Amount(product, "price", path), e.Count(product, "quantity", path));

    private static void ReadSearch(DialectEvent e, JsonElement search)
    {
        e.Query = search.Text("query");
        e.ResultCount = e.Count(search, "resultCount", "data.search.");
        switch (search.Text("scope"))
        {
            case null:
                break;
            case "catalogue":
                e.Scope = SearchScope.Catalogue;
                break;
            case "help":
                e.Scope = SearchScope.Help;
                break;
            default:
                e.NotRead("data.search.scope");
                break;
        }
    }

    /// <summary>Under data's own name where the type is <c>custom</c> itself, else under the type; with <c>data.properties</c>, or else what data holds besides.</summary>
    private static void ReadCustom(DialectEvent e, JsonElement data)
    {
        if (e.Name is "custom" || e.Name!.EndsWith(".custom", StringComparison.Ordinal)) e.Name = data.Text("name") ?? e.Name;
        e.Properties = data.Member("properties") is { ValueKind: JsonValueKind.Object } properties
            ? DialectValues.Behaviour(properties, _ => false)
            : DialectValues.Behaviour(data, CloudEventsNames.Members.Contains);
    }
}
