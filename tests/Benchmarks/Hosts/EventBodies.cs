using System.Globalization;
using System.Text;

namespace Benchmarks.Hosts;

/// <summary>Bodies of client events, as a shop's page would send them; made before the clock starts.</summary>
internal static class EventBodies
{
    private static readonly string[] Words = ["boots", "red shoes", "coat", "umbrella", "return", "delivery time", "gift card", "size guide"];

    /// <summary>NDJSON of <paramref name="count"/> events that browse, search now and then, and put things into carts; seeded.</summary>
    public static byte[] Browsing(Random random, int visitors, int count, string prefix)
    {
        var body = new StringBuilder(count * 300);
        for (var i = 0; i < count; i++)
        {
            var visitor = random.Next(visitors);
            var product = random.Next(500);
            var id = prefix + i.ToString(CultureInfo.InvariantCulture);
            body.Append(CultureInfo.InvariantCulture, $$"""{"id":"{{id}}","visitor":"v{{visitor}}",""");
            switch (random.Next(10))
            {
                case 0:
                    body.Append(CultureInfo.InvariantCulture, $$"""
                        "type":"search_performed","page":{"url":"https://shop.example/search"},"search":{"query":"{{Words[product % Words.Length]}} {{visitor % 7}}","resultCount":{{product % 30}},"scope":"catalogue"}}
                        """);
                    break;
                case 1:
                    body.Append(CultureInfo.InvariantCulture, $$"""
                        "type":"product_added","page":{"url":"https://shop.example/p/{{product}}"},"product":{"id":"p{{product}}","name":"Product {{product}}","category":"c{{product % 20}}","price":{{product % 90 + 9}}.95,"quantity":1}}
                        """);
                    break;
                case 2 or 3:
                    body.Append(CultureInfo.InvariantCulture, $$"""
                        "type":"page_viewed","page":{"url":"https://shop.example/c/{{product % 20}}","title":"Category {{product % 20}}","language":"en"}}
                        """);
                    break;
                default:
                    body.Append(CultureInfo.InvariantCulture, $$"""
                        "type":"product_viewed","page":{"url":"https://shop.example/p/{{product}}","title":"Product {{product}} - Shop","referrer":"https://shop.example/c/{{product % 20}}","language":"en"},"product":{"id":"p{{product}}","name":"Product {{product}}","category":"c{{product % 20}}","price":{{product % 90 + 9}}.95}}
                        """);
                    break;
            }
            body.Append('\n');
        }
        return Encoding.UTF8.GetBytes(body.ToString());
    }

    private static readonly string[] Queries = ["return label", "print return label", "returns label missing", "where is my return label", "return label pdf"];

    /// <summary>One fruitless help search, the <paramref name="ordinal"/>-th of its visitor (from 0).</summary>
    public static byte[] FruitlessSearch(string visitor, int ordinal) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
        {"id":"{{visitor}}-{{ordinal}}","visitor":"{{visitor}}","type":"search_performed","page":{"url":"https://shop.example/help","title":"Help","language":"en"},"search":{"query":"{{Queries[ordinal % Queries.Length]}}","resultCount":0,"scope":"help"}}

        """));
}
