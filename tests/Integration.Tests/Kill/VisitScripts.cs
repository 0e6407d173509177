using System.Globalization;
using System.Text;

namespace Integration.Tests.Kill;

/// <summary>Events of many visitors as their pages would send them, in order by visitor; seeded. One instance serves one sender.</summary>
internal sealed class VisitScripts(int seed, string prefix)
{
    private static readonly string[] Queries = ["return label", "print return label", "returns label missing", "where is my return label", "return label pdf"];
    private readonly Random _random = new(seed);
    private readonly List<(string Visitor, int Next, int Kind)> _present = [];
    private int _visitors;

    /// <summary>Ids of all events made so far.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>NDJSON of the next events: of visitors at random, each one's in order.</summary>
    public byte[] Next(int count)
    {
        var body = new StringBuilder(count * 250);
        for (var i = 0; i < count; i++)
        {
            while (_present.Count < 12) Arrive();
            var at = _random.Next(_present.Count);
            var (visitor, next, kind) = _present[at];
            var id = string.Create(CultureInfo.InvariantCulture, $"{visitor}-{next}");
            Ids.Add(id);
            body.Append(CultureInfo.InvariantCulture, $$"""{"id":"{{id}}","visitor":"{{visitor}}",{{Event(kind, next)}}}""").Append('\n');
            if (next + 1 >= (kind == 0 ? 5 : 8)) _present.RemoveAt(at);
            else _present[at] = (visitor, next + 1, kind);
        }
        return Encoding.UTF8.GetBytes(body.ToString());
    }

    private void Arrive()
    {
        var visitor = string.Create(CultureInfo.InvariantCulture, $"{prefix}{_visitors++}");
        _present.Add((visitor, 0, _random.Next(3)));
    }

    private static string Event(int kind, int step) => kind switch
    {
        0 => $$"""
            "type":"search_performed","page":{"url":"https://shop.example/help","language":"en"},"search":{"query":"{{Queries[step]}}","resultCount":0,"scope":"help"}
            """,
        1 when step == 7 => """
            "type":"order_completed","cart":{"items":1,"value":49.95}
            """,
        1 when step == 4 => """
            "type":"product_added","product":{"id":"p1","name":"Boots","price":49.95,"quantity":1}
            """,
        1 when step == 6 => """
            "type":"checkout_started"
            """,
        _ => string.Create(CultureInfo.InvariantCulture, $$"""
            "type":"product_viewed","page":{"url":"https://shop.example/p/{{step}}","title":"Product {{step}}"},"product":{"id":"p{{step}}","name":"Product {{step}}","category":"c{{step % 3}}","price":{{20 + step}}.5}
            """),
    };
}
