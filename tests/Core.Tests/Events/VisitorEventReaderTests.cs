using System.Text;
using Engagement.Core.Events;
using Engagement.Testing;

namespace Engagement.Core.Tests.Events;

public sealed class VisitorEventReaderTests
{
    internal const string Record = """
        {"v":1,"id":"e-1","site":"demo","visitor":"0123456789abcdef000000000000002a","type":"search_performed",
        "occurredAt":"2026-11-22T09:50:40.123Z","receivedAt":"2026-11-22T09:50:40.456Z",
        "page":{"url":"https://shop.example/s?q=boots","title":"Search \u2013 \"boots\"","referrer":"https://shop.example/","language":"en-GB"},
        "product":{"id":"sku-1","name":"Boots","category":"shoes/winter","price":79.5,"quantity":2},
        "cart":{"items":3,"value":120},"search":{"query":"winter boots","resultCount":0,"scope":"catalogue"},
        "article":{"id":"a-9","title":"Returns","helpful":false},"privacy":{"consent":true,"gpc":true,"noInvitation":true},
        "more":[1,{"deep":[true,null,-1.5e3,"x"]},[]],"empty":{}}
        """;

    private readonly VisitorEventReader _reader = new();

    [Fact]
    public void TryRead_EveryField_IsRead()
    {
        Assert.Equal(EventReadResult.Ok, _reader.TryRead(Encoding.UTF8.GetBytes(Record), out var e));
        Assert.Equal(EventType.SearchPerformed, e.Type);
        Assert.Equal(1, e.SchemaVersion);
        Assert.Equal("e-1", Text(e.Id));
        Assert.Equal(new EventKey(Identifiers.Hash64("e-1"u8)), e.Key);
        Assert.Equal("demo", Text(e.Site));
        Assert.Equal(new VisitorKey(0x0123456789abcdef, 42), e.VisitorKey);
        Assert.Equal("2026-11-22T09:50:40.123Z", e.OccurredAt.ToString());
        Assert.Equal("2026-11-22T09:50:40.456Z", e.ReceivedAt.ToString());
        Assert.Equal("https://shop.example/s?q=boots", Text(e.PageUrl));
        Assert.Equal("Search – \"boots\"", Text(e.PageTitle));
        Assert.Equal("en-GB", Text(e.PageLanguage));
        Assert.Equal(("sku-1", "Boots", "shoes/winter", 79.5, 2),
            (Text(e.ProductId), Text(e.ProductName), Text(e.ProductCategory), e.ProductPrice, e.ProductQuantity));
        Assert.Equal((3, 120.0), (e.CartItems, e.CartValue));
        Assert.Equal(("winter boots", 0, SearchScope.Catalogue), (Text(e.Query), e.ResultCount, e.Scope));
        Assert.Equal(("a-9", "Returns", (sbyte)-1), (Text(e.ArticleId), Text(e.ArticleTitle), e.Helpful));
        Assert.Equal(PrivacySignals.ConsentGiven | PrivacySignals.GlobalPrivacyControl | PrivacySignals.NoInvitation, e.Privacy);
    }

    [Fact]
    public void TryRead_AbsentAndNullFields_HaveTheirAbsentValues()
    {
        var json = """
            {"id":"1","site":"s","visitor":"0123456789abcdef000000000000002a","type":"page_viewed","receivedAt":1795341040123,
            "page":null,"search":{"resultCount":null,"query":null},"occurredAt":null}
            """;
        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(json), out var e).IsOk);
        Assert.Equal(Instant.Start, e.OccurredAt);
        Assert.Equal(Instant.FromUnixMs(1795341040123), e.ReceivedAt);
        Assert.True(double.IsNaN(e.ProductPrice) && double.IsNaN(e.CartValue));
        Assert.Equal((1, -1, -1), (e.ProductQuantity, e.CartItems, e.ResultCount));
        Assert.True(e.PageUrl.IsEmpty && e.Query.IsEmpty && e.Cause.IsEmpty);
        Assert.Equal(PrivacySignals.None, e.Privacy);
    }

    [Fact]
    public void TryRead_CustomTypeWithName_HasTheName()
    {
        Assert.True(_reader.ReadClient("""{"id":"1","visitor":"v","type":"custom","name":"size_guide_opened"}"""u8, out var e).IsOk);
        Assert.Equal((EventType.Custom, "size_guide_opened"), (e.Type, Text(e.TypeName)));
    }

    [Fact]
    public void ReadClient_UnknownType_IsKeptByName()
    {
        Assert.True(_reader.ReadClient("""{"id":"1","visitor":"v","type":"wishlist_shared"}"""u8, out var e).IsOk);
        Assert.Equal((EventType.Unknown, "wishlist_shared"), (e.Type, Text(e.TypeName)));
    }

    [Fact]
    public void TryRead_EscapedMemberName_IsTheSameMember()
    {
        Assert.True(_reader.ReadClient("""{"\u0069d":"1","visitor":"v\u002e","type":"cart\u005fviewed"}"""u8, out var e).IsOk);
        Assert.Equal(("1", "v.", EventType.CartViewed), (Text(e.Id), Text(e.Visitor), e.Type));
    }

    [Fact]
    public void TryRead_MemberTwice_LastCounts()
    {
        Assert.True(_reader.ReadClient("""{"id":"1","visitor":"a","type":"page_viewed","visitor":"b"}"""u8, out var e).IsOk);
        Assert.Equal("b", Text(e.Visitor));
    }

    [Fact]
    public void TryRead_AfterAnEventWithEverything_HoldsNothingOfIt()
    {
        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(Record), out _).IsOk);
        Assert.True(_reader.ReadClient("""{"id":"2","visitor":"b","type":"heartbeat"}"""u8, out var e).IsOk);
        Assert.True(e.Query.IsEmpty && e.PageTitle.IsEmpty && e.Privacy == PrivacySignals.None && e.Helpful == 0);
    }

    [Theory]
    [InlineData("", EventReadError.MalformedJson, null)]
    [InlineData("[]", EventReadError.MalformedJson, null)]
    [InlineData("nul", EventReadError.MalformedJson, null)]
    [InlineData("""{"id":"1" "type":"page_viewed"}""", EventReadError.MalformedJson, null)]
    [InlineData("""{"id":"1","visitor":"v","type":"page_viewed"}}""", EventReadError.MalformedJson, null)]
    [InlineData("""{"id":"1","visitor":"v","type":"page_viewed",}""", EventReadError.MalformedJson, null)]
    [InlineData("""{"visitor":"v","type":"page_viewed"}""", EventReadError.MissingId, "id")]
    [InlineData("""{"id":"1","type":"page_viewed"}""", EventReadError.MissingVisitor, "visitor")]
    [InlineData("""{"id":"1","visitor":"v"}""", EventReadError.MissingType, "type")]
    [InlineData("""{"id":1,"visitor":"v","type":"page_viewed"}""", EventReadError.InvalidField, "id")]
    [InlineData("""{"id":"1","visitor":"v","type":"tick"}""", EventReadError.ReservedType, "type")]
    [InlineData("""{"id":"1","visitor":"v","type":"invitation_accepted"}""", EventReadError.ReservedType, "type")]
    [InlineData("""{"id":"1","visitor":"v","type":"anna@example.com"}""", EventReadError.InvalidField, "type")]
    [InlineData("""{"id":"1","visitor":"v","type":"search_performed"}""", EventReadError.MissingField, "search.query")]
    [InlineData("""{"id":"1","visitor":"v","type":"product_viewed"}""", EventReadError.MissingField, "product.id")]
    [InlineData("""{"id":"1","visitor":"v","type":"product_added","product":{"name":"x"}}""", EventReadError.MissingField, "product.id")]
    [InlineData("""{"id":"1","visitor":"v","type":"article_viewed"}""", EventReadError.MissingField, "article.id")]
    [InlineData("""{"id":"1","visitor":"v","type":"article_rated","article":{"id":"a"}}""", EventReadError.MissingField, "article.helpful")]
    [InlineData("""{"id":"1","visitor":"v","type":"page_viewed","occurredAt":"yesterday"}""", EventReadError.InvalidTimestamp, "occurredAt")]
    [InlineData("""{"id":"1","visitor":"v","type":"page_viewed","occurredAt":1e12}""", EventReadError.InvalidTimestamp, "occurredAt")]
    [InlineData("""{"id":"1","visitor":"v","type":"page_viewed","v":2}""", EventReadError.UnsupportedVersion, "v")]
    [InlineData("""{"id":"1","visitor":"v","type":"page_viewed","page":[]}""", EventReadError.InvalidField, "page")]
    [InlineData("""{"id":"1","visitor":"v","type":"cart_viewed","cart":{"items":-1}}""", EventReadError.InvalidField, "cart.items")]
    [InlineData("""{"id":"1","visitor":"v","type":"cart_viewed","cart":{"items":1.5}}""", EventReadError.InvalidField, "cart.items")]
    [InlineData("""{"id":"1","visitor":"v","type":"cart_viewed","cart":{"value":1e999}}""", EventReadError.InvalidField, "cart.value")]
    [InlineData("""{"id":"1","visitor":"v","type":"cart_viewed","privacy":{"noInvitation":1}}""", EventReadError.InvalidField, "privacy.noInvitation")]
    [InlineData("""{"id":"1","visitor":"v","type":"cart_viewed","privacy":{"gpc":"1"}}""", EventReadError.InvalidField, "privacy.gpc")]
    [InlineData("""{"id":"1","visitor":"v","type":"search_performed","search":{"query":"q","scope":"web"}}""", EventReadError.InvalidField, "search.scope")]
    public void ReadClient_Fault_IsTypedAndNamesItsField(string json, EventReadError error, string? field)
    {
        var result = _reader.ReadClient(Encoding.UTF8.GetBytes(json), out _);
        Assert.Equal((error, field), (result.Error, result.Field));
    }

    [Fact]
    public void ReadClient_TextOverItsLimit_IsFieldTooLong()
    {
        var atLimit = $$$"""{"id":"1","visitor":"v","type":"search_performed","search":{"query":"{{{new string('q', Limits.QueryBytesMax)}}}"}}""";
        Assert.True(_reader.ReadClient(Encoding.UTF8.GetBytes(atLimit), out _).IsOk);
        var result = _reader.ReadClient(Encoding.UTF8.GetBytes(atLimit.Replace(":\"q", ":\"qq", StringComparison.Ordinal)), out _);
        Assert.Equal((EventReadError.FieldTooLong, "search.query"), (result.Error, result.Field));
    }

    [Fact]
    public void ReadClient_LargerThanAnEvent_IsTooLarge() =>
        Assert.Equal(EventReadError.EventTooLarge, _reader.ReadClient(new byte[Limits.EventBytesMax + 1], out _).Error);

    [Fact]
    public void ReadClient_Depth_IsBounded()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(
            $$"""{"id":"1","visitor":"v","type":"heartbeat","x":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""");
        Assert.True(_reader.ReadClient(Nested(Limits.EventDepthMax), out _).IsOk);
        Assert.Equal(EventReadError.TooDeep, _reader.ReadClient(Nested(Limits.EventDepthMax + 1), out _).Error);
        Assert.Equal(EventReadError.TooDeep, _reader.ReadClient(Nested(10_000), out _).Error);
    }

    [Fact]
    public void ReadClient_BadUtf8_IsTyped()
    {
        var json = """{"id":"1","visitor":"v","type":"heartbeat","x":"?"}"""u8.ToArray();
        json[^3] = 0xC3;
        Assert.Equal(EventReadError.InvalidUtf8, _reader.ReadClient(json, out _).Error);
    }

    [Theory]
    [InlineData("not hex")]
    [InlineData("0123456789abcdef000000000000002")]
    public void TryRead_VisitorThatIsNoKey_IsInvalid(string visitor)
    {
        var json = $$"""{"id":"1","site":"s","visitor":"{{visitor}}","type":"heartbeat","receivedAt":1}""";
        Assert.Equal(EventReadError.InvalidField, _reader.TryRead(Encoding.UTF8.GetBytes(json), out _).Error);
    }

    [Fact]
    public void TryRead_SteadyState_AllocatesNothing()
    {
        var good = Encoding.UTF8.GetBytes(Record);
        var bad = good[..^40];
        var wrong = """{"id":"1","visitor":"v","type":"search_performed","search":{"query":[]}}"""u8.ToArray();
        for (var i = 0; i < 100; i++) ReadAll();
        Assert.Equal(0, Allocations.Of(10_000, ReadAll));

        void ReadAll()
        {
            if (!_reader.TryRead(good, out _).IsOk || _reader.TryRead(bad, out _).IsOk || _reader.ReadClient(wrong, out _).IsOk)
            {
                throw new InvalidOperationException("read otherwise than expected");
            }
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
