using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Ga4;

/// <summary>Reads a request's events. Properties of the user, user-provided data, place, device and address are not read.</summary>
internal static class Ga4Reader
{
    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        var root = request.Json;
        if (root.Member("events") is not { ValueKind: JsonValueKind.Array } list)
        {
            events.AddMalformed(request.Body);
            return;
        }
        var index = request.FirstIndex;
        foreach (var item in list.EnumerateArray()) ReadEvent(item, root, index++, events);
    }

    /// <param name="item">What is to be read.</param>
    /// <param name="root">The request's own object, which says whose the events are.</param>
    /// <param name="index">Its place, which tells it from another that is like it.</param>
    private static void ReadEvent(JsonElement item, JsonElement root, int index, CanonicalEvents events)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            events.AddMalformed(DialectJson.Bytes(item));
            return;
        }
        var e = events.Begin();
        var parameters = item.Member("params");
        e.Visitor = root.Text("client_id", "app_instance_id", "user_id");
        e.Name = item.Text("name");
        if (e.Name is null) e.NotRead("name");
        ReadTime(e, item, root);
        // Without a time, a repeated sending cannot be told from the same thing done twice.
        if (e.OccurredAt is null) e.MintId();
        else e.Id = CanonicalEvents.IdOf(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{e.Visitor}\n{e.OccurredAt.Value.UnixMs}\n{index}\n{item.GetRawText()}")));
        // The two that Google names, of advertising, say nothing of being heard here.
        e.Consent = root.Member("consent").Text("analytics_storage") switch { "GRANTED" or "granted" => true, "DENIED" or "denied" => false, _ => null };
        ReadParameters(e, parameters);
        events.Add(DialectJson.Bytes(item));
    }

    /// <summary>Reads the parameters of an event whose name is known; also of those that Google's tag sends from a page.</summary>
    public static void ReadParameters(DialectEvent e, JsonElement parameters)
    {
        e.Url = parameters.Text("page_location");
        e.Title = parameters.Text("page_title");
        e.Referrer = parameters.Text("page_referrer");
        e.Language = parameters.Text("language");
        if (e.Name is null || !Ga4Names.Events.TryGetValue(e.Name, out var type))
        {
            e.Properties = parameters;
            return;
        }
        e.Type = type;
        switch (type)
        {
            case EventType.PageViewed:
                e.Title ??= parameters.Text("screen_name", "firebase_screen");
                break;
            case EventType.SearchPerformed:
                e.Query = parameters.Text("search_term");
                e.ResultCount = Count(e, parameters, "results_count", "params.");
                e.Scope = parameters.Text("scope") switch { "help" => SearchScope.Help, "catalogue" => SearchScope.Catalogue, _ => SearchScope.Unspecified };
                break;
            case EventType.ArticleViewed or EventType.ArticleRated:
                e.ArticleId = parameters.Text("article_id");
                e.ArticleTitle = parameters.Text("article_title");
                e.Helpful = parameters.Text("helpful") switch { "true" or "1" => true, "false" or "0" => false, _ => null };
                break;
            default:
                ReadCommerce(e, parameters);
                break;
        }
    }

    private static void ReadCommerce(DialectEvent e, JsonElement parameters)
    {
        long pieces = 0;
        if (parameters.Member("items") is { ValueKind: JsonValueKind.Array } items)
        {
            foreach (var item in items.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object) continue;
                var product = new DialectProduct(
                    item.Text("item_id"), item.Text("item_name"), item.Text("item_category"), Amount(e, item, "price", "params.items[]."), Count(e, item, "quantity", "params.items[]."));
                e.AddProduct(product);
                pieces += product.Quantity ?? 1;
            }
        }
        if (e.Type is EventType.ProductViewed or EventType.ProductAdded or EventType.ProductRemoved or EventType.SearchResultOpened && e.Products.Count > 0) e.Product = e.Products[0];
        if (e.Type == EventType.ProductListViewed && parameters.Text("item_list_name", "item_list_id") is { } list) e.Product = new DialectProduct(null, Category: list);
        if (e.Type is not (EventType.CartViewed or EventType.CheckoutStarted or EventType.CheckoutStepCompleted or EventType.OrderCompleted)) return;
        if (pieces is > 0 and <= int.MaxValue) e.CartItems = (int)pieces;
        e.CartValue = Amount(e, parameters, "value", "params.");
    }

    /// <summary>The event's own time goes before the request's.</summary>
    private static void ReadTime(DialectEvent e, JsonElement item, JsonElement root)
    {
        if ((item.Text("timestamp_micros") ?? root.Text("timestamp_micros")) is not { } text) return;
        if (DialectText.TryNumber(text, out var micros) && DialectText.TryUnixMs(Math.Floor(micros / 1000).ToString("R", CultureInfo.InvariantCulture), out var at)) e.OccurredAt = at;
        else e.NotRead("timestamp_micros");
    }

    private static double? Amount(DialectEvent e, JsonElement element, string name, string path)
    {
        if (element.Text(name) is not { } text) return null;
        if (DialectText.TryNumber(text, out var amount) && amount >= 0) return amount;
        e.NotRead(path + name);
        return null;
    }

    private static int? Count(DialectEvent e, JsonElement element, string name, string path)
    {
        if (element.Text(name) is not { } text) return null;
        if (DialectText.TryCount(text, out var count)) return count;
        e.NotRead(path + name);
        return null;
    }
}
