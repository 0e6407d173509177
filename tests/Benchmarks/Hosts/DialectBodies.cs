using System.Globalization;
using System.Text;

namespace Benchmarks.Hosts;

/// <summary>One and the same view of a product, fifty times a request, as each dialect's client writes it. Where an event needs an id, it begins with the mark.</summary>
internal static class DialectBodies
{
    public const int Events = 50;

    /// <summary>Ten bytes that stand once in each event, and that each request overwrites: ids must differ.</summary>
    public const string Mark = "0000000000";

    /// <summary>Stands in each visitor's id, and that each request overwrites: a visitor has a budget of her own.</summary>
    public const string VisitorMark = "wzyx";
    private const string Key = BenchCollector.WriteKey;
    private const string At = "2026-01-01T00:00:00.000Z";
    private const string Page = "https://shop.example/p/7";

    public static IReadOnlyList<(string Name, string Path, string ContentType, string Body)> All { get; } =
    [
        ("native", "/v1/events", "application/x-ndjson", Lines("\n", i => $$$"""
            {"id":"{{{Mark}}}{{{i}}}","visitor":"{{{VisitorMark}}}{{{i}}}","type":"product_viewed","occurredAt":"{{{At}}}","page":{"url":"{{{Page}}}","title":"Product 7","language":"en"},"product":{"id":"p7","name":"Product 7","category":"c7","price":9.95,"quantity":1}}
            """)),
        ("segment", "/v1/batch", "application/json", $$"""{"writeKey":"{{Key}}","sentAt":"{{At}}","batch":[{{Lines(",", i => $$$"""
            {"type":"track","event":"Product Viewed","messageId":"{{{Mark}}}{{{i}}}","anonymousId":"{{{VisitorMark}}}{{{i}}}","timestamp":"{{{At}}}","context":{"page":{"url":"{{{Page}}}","title":"Product 7"},"locale":"en"},"properties":{"product_id":"p7","name":"Product 7","category":"c7","price":9.95,"quantity":1}}
            """)}}]}"""),
        ("snowplow", "/com.snowplowanalytics.snowplow/tp2", "application/json", $$"""{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[{{Lines(",", i => $$$"""
            {"e":"ue","eid":"{{{Mark}}}{{{i}}}","aid":"{{{Key}}}","duid":"{{{VisitorMark}}}{{{i}}}","url":"{{{Page}}}","page":"Product 7","lang":"en","dtm":"1767225600000","stm":"1767225600000","ue_pr":"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":{\"schema\":\"iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2\",\"data\":{\"type\":\"product_view\"} } }","co":"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0\",\"data\":[{\"schema\":\"iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0\",\"data\":{\"id\":\"p7\",\"name\":\"Product 7\",\"category\":\"c7\",\"price\":9.95,\"currency\":\"EUR\",\"quantity\":1}}]}"}
            """)}}]}"""),
        ("matomo", $"/matomo.php?key={Key}", "application/json", $$"""{"requests":[{{Lines(",", i => $$$"""
            "?idsite=1&rec=1&rand={{{Mark}}}{{{i}}}&_id={{{VisitorMark}}}{{{i}}}&url=https%3A%2F%2Fshop.example%2Fp%2F7&action_name=Product%207&lang=en&_pks=p7&_pkn=Product%207&_pkc=c7&_pkp=9.95"
            """)}}]}"""),
        ("ga4", $"/mp/collect?api_secret={Key}", "application/json", $$"""{"client_id":"1.{{Mark}}","timestamp_micros":1767225600000000,"events":[{{Lines(",", i => $$$"""
            {"name":"view_item","params":{"page_location":"{{{Page}}}?{{{i}}}","page_title":"Product 7","language":"en","items":[{"item_id":"p7","item_name":"Product 7","item_category":"c7","price":9.95,"quantity":1}]}}
            """)}}]}"""),
        ("posthog", "/batch", "application/json", $$"""{"api_key":"{{Key}}","batch":[{{Lines(",", i => $$$"""
            {"event":"Product Viewed","uuid":"{{{Mark}}}{{{i}}}","distinct_id":"{{{VisitorMark}}}{{{i}}}","timestamp":"{{{At}}}","properties":{"$current_url":"{{{Page}}}","$title":"Product 7","product_id":"p7","name":"Product 7","category":"c7","price":9.95,"quantity":1}}
            """)}}]}"""),
        ("cloudevents", "/v1/cloudevents", "application/cloudevents-batch+json", $"[{Lines(",", i => $$$"""
            {"specversion":"1.0","id":"{{{Mark}}}{{{i}}}","source":"https://shop.example/backend","type":"com.example.product_viewed","subject":"{{{VisitorMark}}}{{{i}}}","time":"{{{At}}}","data":{"page":{"url":"{{{Page}}}","title":"Product 7","language":"en"},"product":{"id":"p7","name":"Product 7","category":"c7","price":9.95,"quantity":1} } }
            """)}]"),
        ("gtag", $"/g/collect?v=2&tid={Key}&cid=1.{VisitorMark}&_p=1&ul=en", "text/plain", Lines("\r\n", i => $$"""
            en=view_item&dl=https%3A%2F%2Fshop.example%2Fp%2F7&dt=Product%207&ep.mark={{Mark}}{{i}}&pr1=idp7~nmProduct%207~cac7~pr9.95~qt1
            """)),
    ];

    private static string Lines(string between, Func<string, string> of) =>
        string.Join(between, Enumerable.Range(10, Events).Select(i => of(i.ToString(CultureInfo.InvariantCulture)).Trim()));

    /// <summary>Where a mark stands in a body.</summary>
    public static int[] PlacesOf(string text, ReadOnlySpan<byte> body)
    {
        var mark = Encoding.UTF8.GetBytes(text);
        var places = new List<int>();
        for (var at = 0; body[at..].IndexOf(mark) is >= 0 and var found; at += found + mark.Length) places.Add(at + found);
        return [.. places];
    }
}
