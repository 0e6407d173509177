using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core.Events;
using Engagement.Testing;

namespace Engagement.Core.Tests.Events;

public sealed class CanonicalEventWriterTests
{
    private static readonly Instant s_now = Instant.FromUnixMs(1_795_341_040_123);
    private static readonly VisitorKey s_visitor = new(1, 0xabc);

    private readonly VisitorEventReader _reader = new();
    private readonly CanonicalEventWriter _writer = new();

    [Fact]
    public void TryWrite_ClientEvent_GivesTheDocumentedRecord()
    {
        var record = Write("""
            { "id" : "e1", "visitor":"anna@example.com", "type":"search_performed", "site":"other", "v":1, "receivedAt":"2020-01-01T00:00:00Z",
              "occurredAt":1795341039000, "search" : {"query":"boots \u00e4 \"x\"", "resultCount":3, "scope":"help"},
              "privacy":{"consent":true}, "page":{"url":"https://s.example/?token=1"} }
            """);
        Assert.Equal(
            """{"v":1,"id":"e1","site":"demo","visitor":"00000000000000010000000000000abc","type":"search_performed","""
            + $"\"occurredAt\":\"{s_now - TimeSpan.FromMilliseconds(1123)}\",\"receivedAt\":\"{s_now}\""
            + ""","privacy":{"consent":true},"search":{"query":"boots ä \"x\"","resultCount":3,"scope":"help"},"page":{"url":"https://s.example/?token=[secret]"}}""",
            record);
    }

    [Fact]
    public void TryWrite_EveryFreeText_IsMasked()
    {
        var record = Write("""
            {"id":"e1","visitor":"v","type":"custom","name":"a@b.example","page":{"url":"https://s.example/a@b.example","title":"a@b.example",
            "referrer":"https://r.example/?q=a%40b.example","x":"a@b.example"},"product":{"id":"4111111111111111","name":"a@b.example","category":"a@b.example"},
            "search":{"query":"a@b.example 4111111111111111"},"article":{"id":"01711234567","title":"a@b.example"},
            "extra":{"list":["a@b.example",{"deep":"+49301234567"}],"a@b.example":1},"card":4111111111111111,"password":"hunter2","phone":12345,"when":1795341040123}
            """);
        Assert.DoesNotContain("a@b", record, StringComparison.Ordinal);
        Assert.DoesNotContain("%40", record, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", record, StringComparison.Ordinal);
        Assert.DoesNotContain("+49", record, StringComparison.Ordinal);
        var json = JsonNode.Parse(record)!;
        Assert.Equal("4111111111111111", (string?)json["product"]!["id"]);
        Assert.Equal("01711234567", (string?)json["article"]!["id"]);
        Assert.Equal("[email] [card]", (string?)json["search"]!["query"]);
        Assert.Equal("[card]", (string?)json["card"]);
        Assert.Equal("[secret]", (string?)json["phone"]);
        Assert.Equal(1795341040123, (long?)json["when"]);
        Assert.Equal("[phone]", (string?)json["extra"]!["list"]![1]!["deep"]);
    }

    [Fact]
    public void TryWrite_UnknownMembers_ArePreserved()
    {
        var record = JsonNode.Parse(Write(
            """{"id":"e1","visitor":"v","type":"wishlist_shared","step":"shipping","offer":7,"x":{"a":[],"b":{},"c":[1,-2.5e3,true,false,null]}}"""))!;
        Assert.Equal("wishlist_shared", (string?)record["type"]);
        Assert.Equal("""{"a":[],"b":{},"c":[1,-2.5e3,true,false,null]}""", record["x"]!.ToJsonString());
        Assert.Equal("shipping", (string?)record["step"]);
    }

    [Fact]
    public void TryWrite_MembersNamedAsTheEngines_DoNotDisturbTheLog()
    {
        var record = Write("""{"id":"e1","visitor":"v","type":"checkout_step_completed","step":"x","offer":{},"expiresAt":"soon","cause":[]}""");
        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(record), out var e).IsOk);
        Assert.Equal((0, 0), (e.OfferOrdinal, e.OfferStep));
    }

    [Fact]
    public void TryWrite_LoneSurrogateAndControls_AreReadableByAnyReader()
    {
        var record = Write("""{"id":"e1","visitor":"v","type":"page_viewed","page":{"title":"cut \ud83d"},"\ud800":"a\u0000\u001f\n\\\/\ud83d\ude00"}""");
        using var parsed = JsonDocument.Parse(record);
        Assert.Equal("cut \uFFFD", parsed.RootElement.GetProperty("page").GetProperty("title").GetString());
        Assert.Equal("a\0\u001f\n\\/😀", parsed.RootElement.GetProperty("\uFFFD").GetString());
    }

    [Fact]
    public void TryWrite_NoOccurredAt_IsWhenItCame()
    {
        var record = JsonNode.Parse(Write("""{"id":"e1","visitor":"v","type":"heartbeat"}"""))!;
        Assert.Equal((string?)record["receivedAt"], (string?)record["occurredAt"]);
    }

    [Fact]
    public void TryWrite_RequestSignals_AreTheEventsToo()
    {
        var signals = PrivacySignals.ConsentGiven | PrivacySignals.GlobalPrivacyControl | PrivacySignals.DoNotTrack | PrivacySignals.NoInvitation;
        var record = Write("""{"id":"e1","visitor":"v","type":"heartbeat","privacy":{"consent":true}}""", signals);
        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(record), out var e).IsOk);
        Assert.Equal(signals, e.Privacy);
    }

    [Fact]
    public void TryWrite_ReadAgain_GivesTheSameEvent()
    {
        var client = VisitorEventReaderTests.Record.Replace("0123456789abcdef000000000000002a", "anna", StringComparison.Ordinal);
        var json = Encoding.UTF8.GetBytes(client);
        var record = Encoding.UTF8.GetBytes(Write(client));
        Assert.True(_reader.ReadClient(json, out var sent).IsOk);
        var second = new VisitorEventReader();
        Assert.True(second.TryRead(record, out var read).IsOk);
        Assert.True(sent.Id.SequenceEqual(read.Id) && sent.Query.SequenceEqual(read.Query) && sent.PageTitle.SequenceEqual(read.PageTitle));
        Assert.True(sent.PageUrl.SequenceEqual(read.PageUrl) && sent.ProductName.SequenceEqual(read.ProductName));
        Assert.Equal((sent.Type, sent.OccurredAt, sent.ProductPrice, sent.ProductQuantity, sent.CartItems, sent.ResultCount, sent.Helpful, sent.Privacy),
            (read.Type, read.OccurredAt, read.ProductPrice, read.ProductQuantity, read.CartItems, read.ResultCount, read.Helpful, read.Privacy));
        Assert.Equal((s_visitor, s_now), (read.VisitorKey, read.ReceivedAt));
    }

    [Fact]
    public void TryWrite_MaskedTextThatOutgrowsARecord_IsFalse()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"id":"e1","visitor":"v","type":"heartbeat","x":"{{string.Concat(Enumerable.Repeat("pin=1;", 5_400))}}"}""");
        Assert.True(_reader.ReadClient(json, out var e).IsOk);
        Assert.False(_writer.TryWrite(json, e, new RecordStamp("demo"u8, s_visitor, s_now, e.Privacy), out _));
        Assert.Contains("\"id\":\"e2\"", Write("""{"id":"e2","visitor":"v","type":"heartbeat"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void TryWrite_SteadyState_AllocatesNothing()
    {
        var json = """{"id":"e1","visitor":"v","type":"search_performed","search":{"query":"a@b.example \"x\""},"more":[1,{"phone":"1"}]}"""u8.ToArray();
        for (var i = 0; i < 100; i++) WriteOnce();
        Assert.Equal(0, Allocations.Of(10_000, WriteOnce));

        void WriteOnce()
        {
            if (!_reader.ReadClient(json, out var e).IsOk || !_writer.TryWrite(json, e, new RecordStamp("demo"u8, s_visitor, s_now, e.Privacy), out _))
            {
                throw new InvalidOperationException("not written");
            }
        }
    }

    private string Write(string client, PrivacySignals? signals = null)
    {
        var json = Encoding.UTF8.GetBytes(client);
        Assert.Equal(EventReadResult.Ok, _reader.ReadClient(json, out var e));
        Assert.True(_writer.TryWrite(json, e, new RecordStamp("demo"u8, s_visitor, s_now, signals ?? e.Privacy), out var record));
        return Encoding.UTF8.GetString(record);
    }
}
