using System.Text;
using System.Text.Json;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Shopify;

/// <summary>Reads the envelope of Shopify's events: one, an array, or <c>{events: […]}</c>. Of a checkout who buys and where they live is not read.</summary>
internal static class ShopifyReader
{
    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        var root = request.Json;
        var array = root.ValueKind == JsonValueKind.Array ? root : root.Member("events");
        if (array.ValueKind != JsonValueKind.Array)
        {
            ReadEvent(root, root, request, events);
            return;
        }
        foreach (var e in array.EnumerateArray()) ReadEvent(e, root, request, events);
    }

    /// <param name="sent">What is to be read.</param>
    /// <param name="root">The request's own object, whose consent and sending time hold for every event of it.</param>
    private static void ReadEvent(JsonElement sent, JsonElement root, DialectRequest request, CanonicalEvents events)
    {
        var original = sent.ValueKind == JsonValueKind.Undefined ? request.Body : DialectJson.Bytes(sent);
        if (sent.ValueKind != JsonValueKind.Object)
        {
            events.AddMalformed(original);
            return;
        }
        var e = events.Begin();
        e.Id = sent.Text("id") ?? CanonicalEvents.IdOf(DialectJson.Raw(sent));
        e.Visitor = sent.Text("clientId");
        e.Name = sent.Text("name");
        e.Type = ShopifyNames.Events.TryGetValue(e.Name ?? "", out var type) ? type : null;
        e.OccurredAt = DialectText.WithoutSkew(e.Time(sent, "timestamp", ""), DialectText.TryTime(root.Text("sentAt"), out var sentAt) ? sentAt : null, request.Now);
        ReadPage(e, sent.Member("context"));
        e.Consent = sent.Member("customerPrivacy").Flag("analyticsProcessingAllowed") ?? root.Member("customerPrivacy").Flag("analyticsProcessingAllowed");
        var missing = e.Name is null ? "name" : ShopifyShopReader.Read(e, sent);
        if (missing is not null) events.AddFaulty(original, EventReadError.MissingField, missing);
        else events.Add(original);
    }

    private static void ReadPage(DialectEvent e, JsonElement context)
    {
        var document = context.Member("document");
        e.Url = WithoutToken(document.Member("location").Text("href") ?? context.Member("window").Member("location").Text("href"));
        e.Title = document.Text("title");
        e.Referrer = WithoutToken(document.Text("referrer"));
        e.Language = context.Member("navigator").Text("language");
    }

    /// <summary>The address of a checkout or an order holds a token with which anybody may open it.</summary>
    private static string? WithoutToken(string? url)
    {
        foreach (var folder in new[] { "/checkouts/", "/orders/" })
        {
            if (url?.IndexOf(folder, StringComparison.OrdinalIgnoreCase) is >= 0 and var at) return url[..(at + folder.Length - 1)];
        }
        return url;
    }
}
