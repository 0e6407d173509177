using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Testing;

/// <summary>
/// A stream of records as the collector writes them: shoppers, comparers, searchers and readers come, act and go, in the order of time. The same seed
/// gives the same bytes.
/// </summary>
internal sealed class EventStream
{
    private static readonly string[] s_words =
        ["return", "policy", "refund", "delivery", "late", "order", "size", "change", "invoice", "warranty", "broken", "login", "password", "cancel", "größe", "livraison"];

    private readonly Random _random;
    private readonly MemoryStream _bytes = new();
    private readonly List<int> _ends = [];
    private readonly List<byte[]> _keys = [];

    private EventStream(int seed) => _random = new Random(seed);

    /// <summary>Records end to end.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>End of each record.</summary>
    public int[] Ends { get; private set; } = [];

    /// <summary>Key of each record, as the log has it.</summary>
    public byte[][] Keys { get; private set; } = [];

    public int Count => Ends.Length;

    /// <summary>When a stream begins unless it is told otherwise.</summary>
    public static readonly Instant Opening = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    /// <summary>When the last record was received.</summary>
    public Instant End { get; private set; }

    /// <param name="live">Visitors on the site at a time.</param>
    /// <param name="opening">When it begins; default <see cref="Opening"/>.</param>
    public static EventStream Generate(int events, int live, int seed, string site, Instant? opening = null)
    {
        var stream = new EventStream(seed);
        var queue = new PriorityQueue<Visitor, long>();
        var now = (opening ?? Opening).UnixMs;
        for (var i = 0; i < live; i++) queue.Enqueue(stream.NewVisitor(), now + stream._random.Next(60_000));
        while (stream._ends.Count < events)
        {
            queue.TryDequeue(out var visitor, out var at);
            stream.Write(visitor!, stream.End = Instant.FromUnixMs(at), site);
            if (--visitor!.Left == 0) visitor = stream.NewVisitor();
            queue.Enqueue(visitor, at + 1_000 + (long)(-Math.Log(1 - stream._random.NextDouble()) * 24_000));
        }
        stream.Bytes = stream._bytes.ToArray();
        stream.Ends = [.. stream._ends];
        stream.Keys = [.. stream._keys];
        return stream;
    }

    public ReadOnlySpan<byte> this[int index] => Bytes.AsSpan()[(index == 0 ? 0 : Ends[index - 1])..Ends[index]];

    private Visitor NewVisitor() => new()
    {
        Key = new VisitorKey((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
        Kind = _random.Next(4),
        Left = 2 + _random.Next(22),
        Topic = _random.Next(s_words.Length),
    };

    private void Write(Visitor visitor, Instant at, string site)
    {
        visitor.Step++;
        var (type, rest) = visitor.Kind switch
        {
            0 => Shopper(visitor),
            1 => Comparer(visitor),
            2 => Searcher(visitor),
            _ => Reader(visitor),
        };
        if (_random.Next(8) == 0) (type, rest) = ("heartbeat", "");
        var page = $$"""
        "page":{"url":"https://shop.example/{{type}}/{{visitor.Step % 7}}?utm_source=mail","title":"Page {{visitor.Step % 7}} of the shop","referrer":"https://shop.example/","language":"en-GB"}
        """;
        var json = $$"""
        {"v":1,"id":"{{_random.NextInt64():x16}}","site":"{{site}}","visitor":"{{visitor.Key}}","type":"{{type}}","occurredAt":"{{at - TimeSpan.FromMilliseconds(120)}}","receivedAt":"{{at}}",{{page}}{{rest}},"privacy":{"consent":true} }
        """;
        _bytes.Write(Encoding.UTF8.GetBytes(json));
        _ends.Add((int)_bytes.Length);
        _keys.Add(RecordKeys.Of(site, visitor.Key));
    }

    private (string Type, string More) Shopper(Visitor v) => (v.Step % 9) switch
    {
        0 => ("product_added", Product(v.Step)),
        1 or 2 => ("product_list_viewed", ""),
        5 => ("cart_viewed", ",\"cart\":{\"items\":2,\"value\":59.90}"),
        7 => ("checkout_started", ""),
        8 => ("order_completed", ""),
        _ => ("product_viewed", Product(v.Step)),
    };

    private (string Type, string More) Comparer(Visitor v) => v.Step % 6 == 0 ? ("page_viewed", "") : ("product_viewed", Product(v.Step % 3));

    private (string Type, string More) Searcher(Visitor v) => (v.Step % 5) switch
    {
        0 => ("search_result_opened", ""),
        4 => ("page_viewed", ""),
        _ => ("search_performed",
            $",\"search\":{{\"query\":\"{s_words[v.Topic]} {s_words[_random.Next(s_words.Length)]} {s_words[(v.Topic + 1) % s_words.Length]}\",\"resultCount\":{_random.Next(4)},\"scope\":\"help\"}}"),
    };

    private (string Type, string More) Reader(Visitor v) => (v.Step % 4) switch
    {
        0 => ("article_rated", $",\"article\":{{\"id\":\"a{v.Step % 11}\",\"helpful\":{(_random.Next(2) == 0 ? "true" : "false")}}}"),
        1 => ("page_viewed", ""),
        _ => ("article_viewed", $",\"article\":{{\"id\":\"a{_random.Next(40)}\",\"title\":\"How to change an order\"}}"),
    };

    private string Product(int step) => string.Create(
        CultureInfo.InvariantCulture,
        $",\"product\":{{\"id\":\"sku-{step % 5}{_random.Next(3)}\",\"name\":\"Rain jacket {step % 5}\",\"category\":\"outdoor/jackets\",\"price\":{19.9 + step % 40},\"quantity\":1}}");

    private sealed class Visitor
    {
        public VisitorKey Key;
        public int Kind;
        public int Left;
        public int Step;
        public int Topic;
    }
}
