using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Core.Tests.Simulation;

/// <summary>
/// A day of one partition from a seed: visitors of several kinds, and a network that loses, repeats, delays and reorders what they send, past collectors
/// whose clocks differ. The same seed gives the same day.
/// </summary>
internal sealed class SimulatedDay
{
    private static readonly string[] s_topics = ["return policy", "delivery time", "reset password", "size chart", "invoice copy"];

    private readonly Random _random;
    private readonly PriorityQueue<byte[], (Instant Received, int Order)> _network = new();
    private int _order;

    public SimulatedDay(int seed, int visitors)
    {
        _random = new Random(seed);
        for (var i = 0; i < visitors; i++) Visit(i, LogText.Start + TimeSpan.FromSeconds(_random.Next(12 * 3600)));
    }

    /// <summary>Records in the order in which they reach the log.</summary>
    public IEnumerable<byte[]> Records()
    {
        while (_network.TryDequeue(out var record, out _)) yield return record;
    }

    private void Visit(int visitor, Instant at)
    {
        var kind = _random.Next(5);
        var topic = s_topics[_random.Next(s_topics.Length)];
        var senderIsWrongBy = _random.Next(10) == 0 ? TimeSpan.FromSeconds(_random.Next(-90, 90)) : TimeSpan.Zero;
        var length = 1 + _random.Next(20);
        for (var step = 0; step < length; step++)
        {
            var (type, rest) = Deed(kind, step, topic);
            Send(visitor, type, rest, at, senderIsWrongBy, $"v{visitor}-{step}");
            at += TimeSpan.FromSeconds(_random.Next(30) == 0 ? _random.Next(1_000, 3_000) : 1 + _random.Next(70));
        }
        if (_random.Next(2) == 0) Send(visitor, "page_left", "", at, senderIsWrongBy, $"v{visitor}-left");
    }

    private (string Type, string More) Deed(int kind, int step, string topic) => kind switch
    {
        0 => step % 3 == 2 ? ("search_result_opened", "") : ("search_performed", LogText.Search($"{topic} {_random.Next(3)}", _random.Next(3))),
        1 => ("product_viewed", LogText.Product($"p{step % 3}", 20 + step, "shoes")),
        2 => step switch { < 3 => ("product_viewed", LogText.Product($"p{step}", 30)), 3 => ("product_added", LogText.Product("p2", 30)), 4 => ("checkout_started", ""), 8 => ("order_completed", ""), _ => ("checkout_step_completed", "") },
        3 => step % 4 == 3 ? ("article_rated", LogText.Article($"a{step}", helpful: _random.Next(2) == 0)) : ("article_viewed", LogText.Article($"a{step}", "How to return")),
        _ => _random.Next(4) == 0 ? ("heartbeat", "") : ("page_viewed", LogText.Page($"https://shop.example/{step}", "A page")),
    };

    private void Send(int visitor, string type, string rest, Instant at, TimeSpan senderIsWrongBy, string id)
    {
        if (_random.Next(100) == 0) return;
        var collectorIsWrongBy = TimeSpan.FromMilliseconds(visitor % 2 == 0 ? 0 : 700);
        var copies = _random.Next(40) == 0 ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var delay = TimeSpan.FromMilliseconds(_random.Next(50) == 0 ? _random.Next(90_000) : _random.Next(400));
            var arrived = at + delay;
            _network.Enqueue(LogText.Event(type, arrived + collectorIsWrongBy, id, rest, visitor, TestSites.Shop, at + senderIsWrongBy), (arrived, _order++));
        }
    }
}
