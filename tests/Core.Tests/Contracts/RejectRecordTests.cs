using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Core.Tests.Contracts;

public sealed class RejectRecordTests
{
    private static RejectRecord? Read(string json) => RejectRecord.Read(Encoding.UTF8.GetBytes(json), withOriginal: true);

    [Fact]
    public void Read_WithOriginal_GivesAllOfIt()
    {
        var reject = Read("""
            {"v":1,"site":"shop","receivedAt":"2026-11-22T09:50:40.123Z","code":"missing_field","field":"properties.product_id","dialect":"segment","index":3,"bytes":9,
            "visitor":"000000000000000100000000000000ff","payload":"{}","id":"00ff","original":"AQID"}
            """)!;
        Assert.Equal(("shop", "missing_field", "properties.product_id", "segment", "00ff"), (reject.Site, reject.Code, reject.Field, reject.Dialect, reject.Id));
        Assert.Equal(("2026-11-22T09:50:40.123Z", new VisitorKey(1, 255)), (reject.ReceivedAt.ToString(), reject.Visitor));
        Assert.True(reject.HasOriginal);
        Assert.Equal([1, 2, 3], reject.Original.ToArray());
    }

    [Fact]
    public void Read_WrittenByAnEarlierVersion_SaysSo()
    {
        var reject = Read("""{"v":1,"site":"shop","receivedAt":"2026-11-22T09:50:40.123Z","code":"malformed_json","index":0,"bytes":3,"payload":"{{{"}""")!;
        Assert.Equal((RejectCauses.Earlier, null, false), (reject.WhyNotKept, reject.Visitor, reject.HasOriginal));
    }

    [Theory]
    [InlineData("""{"site":"shop","code":"x","visitor":"000000000000000100000000000000ff","original":"AQID"}""")]
    [InlineData("""{"site":"shop","code":"x","visitor":"nobody","id":"1","original":"AQID"}""")]
    [InlineData("""{"site":"shop","code":"x","id":"1","original":"AQID"}""")]
    [InlineData("""{"site":"shop","code":"x","receivedAt":12,"visitor":{},"id":[],"original":{}}""")]
    public void Read_OriginalOfNobody_IsNone(string json) => Assert.Empty(Read(json)!.Original.ToArray());

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"reject\"")]
    [InlineData("""{"site":1,"code":"x"}""")]
    [InlineData("""{"site":"shop"}""")]
    public void Read_NoReject_IsNull(string json) => Assert.Null(Read(json));

    [Theory]
    [InlineData("\"!!!\"")]
    [InlineData("17")]
    [InlineData("null")]
    public void Read_OriginalThatIsNone_IsEmpty_AndOpensNothing(string original) =>
        Assert.Empty(Read($$"""{"site":"shop","code":"x","visitor":"000000000000000100000000000000ff","id":"1","original":{{original}}}""")!.Original.ToArray());
}
