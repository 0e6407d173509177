using System.Text;
using System.Text.Json;
using Engagement.Server.Replay;

namespace Hosts.Tests.Server;

public sealed class ReplayReaderTests
{
    private const string Header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session";
    private const string View = "2019-10-01 00:00:05 UTC,view,1480613,2053013561092866779,computers.desktop,pulser,908.62,512742880,0d0d91c2";

    [Fact]
    public void Rees46_View_BecomesAProductView()
    {
        var read = Assert.Single(Rees46(View).Events);
        using var json = JsonDocument.Parse(read.Json);
        var root = json.RootElement;
        Assert.Equal("product_viewed", root.GetProperty("type").GetString());
        Assert.Equal("512742880", root.GetProperty("visitor").GetString());
        Assert.Equal("2019-10-01T00:00:05.000Z", root.GetProperty("occurredAt").GetString());
        Assert.Equal("2019-10-01T00:00:05.000Z", root.GetProperty("receivedAt").GetString());
        Assert.Equal("pulser desktop", root.GetProperty("product").GetProperty("name").GetString());
        Assert.Equal("computers.desktop", root.GetProperty("product").GetProperty("category").GetString());
        Assert.Equal(908.62, root.GetProperty("product").GetProperty("price").GetDouble());
        Assert.False(root.TryGetProperty("user_session", out _));
    }

    [Theory]
    [InlineData("cart", "product_added")]
    [InlineData("purchase", "order_completed")]
    [InlineData("remove_from_cart", "product_removed")]
    public void Rees46_Type_IsMapped(string recorded, string canonical)
    {
        using var json = JsonDocument.Parse(Rees46(View.Replace("view", recorded, StringComparison.Ordinal)).Events[0].Json);
        Assert.Equal(canonical, json.RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public void Rees46_EqualRows_HaveTheirOwnIdsAndTheSameOnEveryRead()
    {
        string[] Ids() => [.. Rees46(View, View).Events.Select(e => JsonDocument.Parse(e.Json).RootElement.GetProperty("id").GetString()!)];
        var first = Ids();
        Assert.Equal(2, first.Distinct().Count());
        Assert.Equal(first, Ids());
    }

    [Theory]
    [InlineData("2019-10-01 00:00:05 UTC,hover,1,2,a,b,1,3,4")]
    [InlineData("yesterday,view,1,2,a,b,1,3,4")]
    [InlineData("2019-10-01 00:00:05 UTC,view,1,2,a,b,1,,4")]
    [InlineData("2019-10-01 00:00:05 UTC,view")]
    public void Rees46_RowThatIsNone_IsCounted(string row)
    {
        var recording = Rees46(row, View);
        Assert.Equal((1, 1), (recording.Unreadable, recording.Events.Count));
    }

    [Fact]
    public void Rees46_OtherFile_IsRefused() => Assert.Throws<InvalidDataException>(() => Rees46Reader.Read(new StringReader("a,b,c")));

    [Fact]
    public void Events_WithoutReceivedAt_GetTheirOccurredAt()
    {
        var recording = RecordedEventReader.Read(new StringReader("""
            {"id":"1","type":"page_viewed","visitor":"v","occurredAt":"2026-01-01T10:00:00Z"}

            {"id":"2","type":"page_viewed","visitor":"v","receivedAt":1767261600000}
            {"id":"3"}
            no json
            """));
        Assert.Equal(2, recording.Unreadable);
        Assert.Equal([1767261600000, 1767261600000], recording.Events.Select(e => e.ReceivedAt.UnixMs));
        Assert.Contains("\"receivedAt\":\"2026-01-01T10:00:00.000Z\"", Encoding.UTF8.GetString(recording.Events[0].Json.Span), StringComparison.Ordinal);
    }

    private static Recording Rees46(params string[] rows) => Rees46Reader.Read(new StringReader(string.Join('\n', [Header, .. rows])));
}
