using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Engagement.Collector;
using Engagement.Collector.Budgets;
using Engagement.Core;
using Engagement.Core.Events;
using Engagement.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Collector;

/// <summary>The collector's parser alone: every event of a body ends in exactly one place, whatever its bytes.</summary>
public sealed class EventIntakeTests : IDisposable
{
    private static readonly int s_rounds = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 100_000 : 5_000;

    private static readonly byte[] s_array = Encoding.UTF8.GetBytes(
        """
        [{"id":"e1","visitor":"anna","type":"page_viewed","page":{"url":"https://shop.example/a?token=1","title":"[A] {\"b\"}, c"}},
        {"id":"e2","visitor":"anna","type":"search_performed","search":{"query":"a@b.example \\"}},
        {"id":"e3","visitor":"bob","type":"product_added","product":{"id":"4006381333931","price":9.5},"x":[[1],{"y":null}]}]
        """);
    private static readonly byte[] s_lines = Encoding.UTF8.GetBytes(
        """
        {"id":"e1","visitor":"anna","type":"heartbeat"}
        {"id":"e2","visitor":"bob","type":"custom","name":"x"}

        {"id":"e3","visitor":"bob","type":"article_rated","article":{"id":"a","helpful":false}}
        """);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly EventIntake _intake;
    private readonly IntakeBatch _batch = new();
    private readonly IntakeRequest _request = new(CollectorHost.Shop(), CollectorHost.Shop().Keys[0], new Instant(1_795_341_040_123), PrivacySignals.None);

    public EventIntakeTests() => _intake = new EventIntake(
        new CollectorMetrics(_services.GetRequiredService<IMeterFactory>()),
        new VisitorPolicy(new CollectorOptions { SetsBotsApart = false, VisitorEventsPerSecondMax = 1_000_000, VisitorEventsBurstMax = 10_000_000 }));

    [Fact]
    public void Take_MutatedBodies_EveryEventEndsInOnePlaceAndEveryRecordIsJson()
    {
        var random = new Random(20261122);
        var (accepted, rejected, whole) = (0, 0, 0);
        for (var round = 0; round < s_rounds; round++)
        {
            var isArray = random.Next(2) == 0;
            var body = Mutate(isArray ? s_array : s_lines, random);
            var kind = isArray ? (BodyKind)random.Next(3) : BodyKind.Lines;
            if (!EventSplitter.TrySplit(body, kind, Limits.RequestEventsMax, _intake.Ranges))
            {
                whole++;
                _intake.Reject(body, _request, _batch);
            }
            else
            {
                var count = _intake.Ranges.Count;
                _intake.Take(body, _request, _batch);
                Assert.Equal(count, _batch.Accepted + _batch.Refused + _batch.Rejected.Count);
            }
            _batch.Seal();
            Assert.Equal(_batch.Accepted, _batch.Events.Count);
            Assert.Equal(_batch.Rejected.Count, _batch.Rejects.Count);
            foreach (var record in _batch.Events.Concat(_batch.Rejects)) JsonDocument.Parse(record.Value).Dispose();
            (accepted, rejected) = (accepted + _batch.Accepted, rejected + _batch.Rejected.Count);
            _batch.Clear();
            _intake.Ranges.Clear();
        }
        Assert.True(accepted > s_rounds / 2 && rejected > s_rounds / 2 && whole > s_rounds / 100, $"{accepted} {rejected} {whole}");
    }

    [Fact]
    public void Take_EventsOfSeveralVisitors_AreKeyedEachByTheirOwn()
    {
        var names = new[] { "anna", "anna", "bob", "anna", "bob" };
        var body = Encoding.UTF8.GetBytes("[" + string.Join(',', names.Select((n, i) => $$"""{"id":"{{i}}","visitor":"{{n}}","type":"heartbeat"}""")) + "]");
        Assert.True(EventSplitter.TrySplit(body, BodyKind.Json, 10, _intake.Ranges));
        _intake.Take(body, _request, _batch);
        _batch.Seal();
        var keys = names.Select(n => $"shop:{Engagement.Core.Sites.VisitorIdentity.KeyOf(_request.Site, n, _request.Now)}");
        Assert.Equal(keys, _batch.Events.Select(e => Encoding.UTF8.GetString(e.Key.Span)));
    }

    [Theory]
    [InlineData("[1,[2,3],{\"a\":\",]\"},\"x\\\\\",\"\\\"]\"]", 5)]
    [InlineData("[]", 0)]
    [InlineData("[,]", 2)]
    [InlineData("\uFEFF[{}]", 1)]
    [InlineData("\uFEFF {}", 1)]
    public void TrySplit_Array_FindsItsElements(string body, int count)
    {
        Assert.True(EventSplitter.TrySplit(Encoding.UTF8.GetBytes(body), BodyKind.Json, 10, _intake.Ranges));
        Assert.Equal(count, _intake.Ranges.Count);
    }

    [Fact]
    public void Take_SteadyState_AllocatesNothingForAnEvent()
    {
        for (var i = 0; i < 50; i++) TakeAll();
        Assert.Equal(0, Allocations.Of(1_000, TakeAll));

        void TakeAll()
        {
            EventSplitter.TrySplit(s_array, BodyKind.Json, 10, _intake.Ranges);
            _intake.Take(s_array, _request, _batch);
            _batch.Seal();
            if (_batch.Accepted != 3) throw new InvalidOperationException("not accepted");
            _batch.Clear();
            _intake.Ranges.Clear();
        }
    }

    public void Dispose() => _services.Dispose();

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 3: bytes.Insert(at, "{}[]\",:\\\n0"u8[random.Next(10)]); break;
                default: bytes[at] ^= 0x80; break;
            }
            if (bytes.Count == 0) bytes.Add((byte)'[');
        }
        return [.. bytes];
    }
}
