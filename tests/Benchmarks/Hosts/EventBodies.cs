using System.Globalization;
using System.Text;

namespace Benchmarks.Hosts;

/// <summary>Bodies of client events, as a shop's page would send them; made before the clock starts.</summary>
internal static class EventBodies
{
    private static readonly string[] Words = ["boots", "red shoes", "coat", "umbrella", "return", "delivery time", "gift card", "size guide"];
    private static readonly string[] Queries = ["return label", "print return label", "returns label missing", "where is my return label", "return label pdf"];

    /// <summary>NDJSON of <paramref name="count"/> events that browse, search now and then, and put things into carts; seeded.</summary>
    public static byte[] Browsing(Random random, int visitors, int count, string prefix)
    {
        var body = new StringBuilder(count * 300);
        for (var i = 0; i < count; i++)
        {
            var visitor = random.Next(visitors);
            var product = random.Next(500);
            body.Append(CultureInfo.InvariantCulture, $$"""{"id":"{{prefix}}{{i}}","visitor":"v{{visitor}}",""");
            body.Append(random.Next(10) switch
            {
                0 => Search(product, visitor),
                1 => Addition(product),
                2 or 3 => Category(product),
                _ => Product(product),
            });
            body.Append("}\n");
        }
        return Encoding.UTF8.GetBytes(body.ToString());
    }

    /// <summary>One fruitless help search, the <paramref name="ordinal"/>-th of its visitor (from 0).</summary>
    public static byte[] FruitlessSearch(string visitor, int ordinal) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""
        {"id":"{{{visitor}}}-{{{ordinal}}}","visitor":"{{{visitor}}}","type":"search_performed","page":{"url":"https://shop.example/help","title":"Help","language":"en"},"search":{"query":"{{{Queries[ordinal % Queries.Length]}}}","resultCount":0,"scope":"help"}}
        """));

    private static string Search(int product, int visitor) => string.Create(CultureInfo.InvariantCulture, $$$"""
        "type":"search_performed","page":{"url":"https://shop.example/search"},"search":{"query":"{{{Words[product % Words.Length]}}} {{{visitor % 7}}}","resultCount":{{{product % 30}}},"scope":"catalogue"}
        """);

    private static string Addition(int product) => string.Create(CultureInfo.InvariantCulture, $$$"""
        "type":"product_added","page":{"url":"https://shop.example/p/{{{product}}}"},{{{Item(product)}}}
        """);

    private static string Category(int product) => string.Create(CultureInfo.InvariantCulture, $$$"""
        "type":"page_viewed","page":{"url":"https://shop.example/c/{{{product % 20}}}","title":"Category {{{product % 20}}}","language":"en"}
        """);

    private static string Product(int product) => string.Create(CultureInfo.InvariantCulture, $$$"""
        "type":"product_viewed","page":{"url":"https://shop.example/p/{{{product}}}","title":"Product {{{product}}} - Shop","referrer":"https://shop.example/c/{{{product % 20}}}","language":"en"},{{{Item(product)}}}
        """);

    private static string Item(int product) => string.Create(CultureInfo.InvariantCulture, $$$"""
        "product":{"id":"p{{{product}}}","name":"Product {{{product}}}","category":"c{{{product % 20}}}","price":{{{product % 90 + 9}}}.95,"quantity":1}
        """);
}
