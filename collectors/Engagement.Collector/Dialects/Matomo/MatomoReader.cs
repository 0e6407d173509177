using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Matomo;

/// <summary>
/// Reads Matomo's requests. Which action one is, its parameters tell, in this order: a ping, a search, an order or cart, an event, a goal, a click that
/// leaves, a product's or a category's page, a page. The sender's address, user agent, place and custom dimensions are not read.
/// </summary>
internal static class MatomoReader
{
    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        foreach (var parameters in MatomoParameters.Of(request))
        {
            if (parameters is null) events.AddMalformed("null"u8.ToArray());
            else ReadOne(parameters, request, events);
        }
    }

    private static void ReadOne(Dictionary<string, string> parameters, DialectRequest request, CanonicalEvents events)
    {
        // The keys of whoever sends are not kept with what is rejected.
        var original = DialectJson.Bytes(DialectJson.Object(parameters.Where(p => p.Key is not "key" and not "token_auth").Select(p => new KeyValuePair<string, string?>(p.Key, p.Value))));
        var e = events.Begin();
        e.Visitor = Of(parameters, "_id") ?? Of(parameters, "cid") ?? Of(parameters, "uid");
        e.Url = Of(parameters, "url");
        e.Title = Of(parameters, "action_name");
        e.Referrer = Of(parameters, "urlref");
        e.Language = LanguageOf(Of(parameters, "lang"));
        e.Consent = Of(parameters, "consent") switch { "1" or "true" => true, "0" or "false" => false, _ => null };
        ReadTime(e, parameters, request.Now);
        // A random number or a time tells two requests of the same content apart; without either nothing does.
        if (parameters.ContainsKey("rand") || parameters.ContainsKey("cdt")) e.Id = CanonicalEvents.IdOf(original.Span);
        else e.MintId();
        ReadAction(e, parameters);
        events.Add(original);
    }

    private static void ReadAction(DialectEvent e, Dictionary<string, string> parameters)
    {
        if (Of(parameters, "ping") == "1") e.Type = EventType.Heartbeat;
        else if (Of(parameters, "search") is { } query) ReadSearch(e, parameters, query);
        else if (Of(parameters, "idgoal") == "0") ReadCart(e, parameters);
        else if (parameters.ContainsKey("e_c") || parameters.ContainsKey("e_a"))
        {
            StructuredEventReader.Read(e, Of(parameters, "e_c"), Of(parameters, "e_a"), Of(parameters, "e_n"), Of(parameters, "e_v"), "e_v");
        }
        else if (Of(parameters, "idgoal") is { } goal) ReadCustom(e, "goal", [new("idgoal", goal), new("revenue", Of(parameters, "revenue"))]);
        else if (Of(parameters, "download") is { } file) ReadCustom(e, "download", [new("url", file)]);
        else if (Of(parameters, "link") is { } link) ReadCustom(e, "outlink", [new("url", link)]);
        else if (Of(parameters, "c_n") is { } content)
        {
            ReadCustom(e, parameters.ContainsKey("c_i") ? "content_interaction" : "content_impression",
                [new("name", content), new("piece", Of(parameters, "c_p")), new("target", Of(parameters, "c_t")), new("interaction", Of(parameters, "c_i"))]);
        }
        else if (Of(parameters, "ca") == "1") ReadCustom(e, "custom_action", []);
        else ReadPage(e, parameters);
    }

    private static void ReadSearch(DialectEvent e, Dictionary<string, string> parameters, string query)
    {
        e.Type = EventType.SearchPerformed;
        e.Query = query;
        e.ResultCount = Count(e, Of(parameters, "search_count"), "search_count");
        var category = Of(parameters, "search_cat");
        e.Scope = category is null ? SearchScope.Unspecified
            : MatomoNames.HelpCategories.Contains(category) ? SearchScope.Help
            : MatomoNames.CatalogueCategories.Contains(category) ? SearchScope.Catalogue : SearchScope.Unspecified;
    }

    /// <summary>With an order's id an order; without, the cart as it now is, which says neither what came nor what went.</summary>
    private static void ReadCart(DialectEvent e, Dictionary<string, string> parameters)
    {
        e.Type = Of(parameters, "ec_id") is null ? EventType.CartViewed : EventType.OrderCompleted;
        e.CartValue = Amount(e, Of(parameters, "revenue"), "revenue");
        if (Of(parameters, "ec_items") is not { } text) return;
        if (!DialectJson.TryParse(Encoding.UTF8.GetBytes(text), out var items) || items.ValueKind != JsonValueKind.Array)
        {
            e.NotRead("ec_items");
            return;
        }
        long pieces = 0;
        foreach (var item in items.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() == 0)
            {
                e.NotRead("ec_items[]");
                continue;
            }
            var product = ReadItem(e, item);
            e.AddProduct(product);
            pieces += product.Quantity ?? 1;
        }
        if (pieces <= int.MaxValue) e.CartItems = (int)pieces;
    }

    /// <summary><c>[sku, name, category or categories, price, quantity]</c>, of which all but the first may be missing.</summary>
    private static DialectProduct ReadItem(DialectEvent e, JsonElement item)
    {
        var length = item.GetArrayLength();
        return new DialectProduct(At(0).AsText(), At(1).AsText(), FirstOf(At(2)), Amount(e, At(3).AsText(), "ec_items[][3]"), Count(e, At(4).AsText(), "ec_items[][4]"));

        JsonElement At(int index) => index < length ? item[index] : default;
    }

    private static void ReadPage(DialectEvent e, Dictionary<string, string> parameters)
    {
        var category = Of(parameters, "_pkc");
        if (category?.StartsWith('[') == true && DialectJson.TryParse(Encoding.UTF8.GetBytes(category), out var categories)) category = FirstOf(categories);
        if (Of(parameters, "_pks") is { } sku)
        {
            e.Type = EventType.ProductViewed;
            e.Product = new DialectProduct(sku, Of(parameters, "_pkn"), category, Amount(e, Of(parameters, "_pkp"), "_pkp"));
        }
        else if (parameters.ContainsKey("_pkn") || parameters.ContainsKey("_pkp"))
        {
            // A product without its number: rejected, and told which is missing.
            e.Type = EventType.ProductViewed;
            e.Product = new DialectProduct(null, Of(parameters, "_pkn"), category);
        }
        else if (category is not null)
        {
            e.Type = EventType.ProductListViewed;
            e.Product = new DialectProduct(null, Category: category);
        }
        else
        {
            e.Type = EventType.PageViewed;
        }
    }

    private static void ReadCustom(DialectEvent e, string name, List<KeyValuePair<string, string?>> properties)
    {
        e.Name = name;
        if (properties.Count > 0) e.Properties = DialectJson.Object(properties);
    }

    /// <summary><c>cdt</c> as Matomo writes it, as RFC 3339, or in Unix seconds; or <c>cdo</c>, seconds ago.</summary>
    private static void ReadTime(DialectEvent e, Dictionary<string, string> parameters, Instant now)
    {
        if (Of(parameters, "cdt") is { } time)
        {
            if (DialectText.TryTime(time, out var at) || DialectText.TryTime(time + "Z", out at)
                || (DialectText.TryNumber(time, out var seconds) && DialectText.TryUnixMs((seconds * 1000).ToString("R", CultureInfo.InvariantCulture), out at)))
            {
                e.OccurredAt = at;
            }
            else
            {
                e.NotRead("cdt");
            }
        }
        else if (Of(parameters, "cdo") is { } ago)
        {
            if (DialectText.TryCount(ago, out var seconds)) e.OccurredAt = new Instant(now.UnixMs - seconds * 1000L);
            else e.NotRead("cdo");
        }
    }

    /// <summary>The first of what a browser accepts: <c>de-DE,de;q=0.9</c>.</summary>
    private static string? LanguageOf(string? accepted) => accepted is not null && accepted.IndexOfAny([',', ';']) is > 0 and var end ? accepted[..end] : accepted;

    private static string? FirstOf(JsonElement categories) =>
        categories.ValueKind == JsonValueKind.Array ? categories.EnumerateArray().Select(category => category.AsText()).FirstOrDefault(text => text is not null) : categories.AsText();

    private static double? Amount(DialectEvent e, string? text, string field)
    {
        if (text is null) return null;
        if (DialectText.TryNumber(text, out var amount) && amount >= 0) return amount;
        e.NotRead(field);
        return null;
    }

    private static int? Count(DialectEvent e, string? text, string field)
    {
        if (text is null) return null;
        if (DialectText.TryCount(text, out var count)) return count;
        e.NotRead(field);
        return null;
    }

    private static string? Of(Dictionary<string, string> parameters, string name) => parameters.GetValueOrDefault(name);
}
