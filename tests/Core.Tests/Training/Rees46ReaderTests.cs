using Engagement.Training;
using Engagement.Training.Data;

namespace Core.Tests.Training;

public sealed class Rees46ReaderTests : IDisposable
{
    private const string Header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session";
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public void Dispose() => File.Delete(_path);

    private List<SourceEvent> Read(params string[] lines)
    {
        File.WriteAllLines(_path, lines);
        return Rees46Reader.Read(_path);
    }

    [Fact]
    public void Read_RowsOfEachType_BecomeCanonicalEvents()
    {
        var events = Read(
            Header,
            "2019-10-01 00:00:00 UTC,view,1,2,,brand,35.79,7,s",
            "2019-10-01 00:00:05 UTC,cart,1,2,a.b,,0.00,7,s",
            "2019-10-01 00:00:05 UTC,purchase,1,2,a.b,,35.79,7,s");
        Assert.Equal(["product_viewed", "product_added", "order_completed"], events.Select(e => e.Type));
        Assert.Equal(35.79, (double)events[0].Body!["product"]!["price"]!);
        Assert.Null(events[1].Body!["product"]!["price"]);
        Assert.Equal(5000, (events[1].At - events[0].At).TotalMilliseconds);
        Assert.Equal(3, events.DistinctBy(e => e.Id).Count());
    }

    [Theory]
    [InlineData("2019-10-01 00:00:00 UTC,view,1,2,,brand,35.79,7")]
    [InlineData("yesterday,view,1,2,,brand,35.79,7,s")]
    [InlineData("2019-10-01 00:00:00 UTC,click,1,2,,brand,35.79,7,s")]
    [InlineData("2019-10-01 00:00:00 UTC,view,1,2,,brand,free,7,s")]
    [InlineData("2019-10-01 00:00:00 UTC,view,1,2,,brand,35.79,,s")]
    public void Read_FaultyRow_NamesItsLine(string line)
    {
        var fault = Assert.Throws<TrainingException>(() => Read(Header, "2019-10-01 00:00:00 UTC,view,1,2,,brand,35.79,7,s", line));
        Assert.Contains("line 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithFaultsNoted_LeavesFaultyRowsOutAndPutsTheRestInOrder()
    {
        File.WriteAllLines(_path,
        [
            Header, "2019-10-01 00:00:05 UTC,view,1,2,,brand,35.79,7,s", "2019-10-01 00:00:06 UTC,click,1,2,,brand,35.79,7,s", "garbage",
            "2019-10-01 00:00:07 UTC,view,1,2,,brand,NaN,7,s", "2019-10-01 00:00:01 UTC,remove_from_cart,9,2,,brand,,7,s",
        ]);
        var faults = new RowFaults();
        var events = Rees46Reader.Read(_path, faults);
        Assert.Equal(["product_removed", "product_viewed"], events.Select(e => e.Type));
        Assert.Equal([3, 4, 5], faults.First.Select(fault => fault.Line));
        Assert.Contains("event_type", faults.First[0].Reason, StringComparison.Ordinal);
        Assert.Contains("fields", faults.First[1].Reason, StringComparison.Ordinal);
        Assert.Contains("price", faults.First[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CategoryCode_IsTheCategoryAndTheIdWhereThereIsNone()
    {
        var events = Read(Header, "2019-10-01 00:00:00 UTC,view,1,2,,brand,35.79,7,s", "2019-10-01 00:00:05 UTC,view,1,2,a.b,,1,7,s");
        Assert.Equal(["2", "a.b"], events.Select(e => (string?)e.Body!["product"]!["category"]));
        Assert.Equal("s", events[0].SourceSession);
    }

    [Fact]
    public void Read_NothingInIt_SaysSo()
    {
        Assert.Contains("empty", Assert.Throws<TrainingException>(() => Read()).Message, StringComparison.Ordinal);
        Assert.Contains("no event", Assert.Throws<TrainingException>(() => Read(Header)).Message, StringComparison.Ordinal);
        File.WriteAllLines(_path, [Header, "garbage"]);
        Assert.Contains("line 2", Assert.Throws<TrainingException>(() => Rees46Reader.Read(_path, new RowFaults())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherColumnsOrBackwardsOrAbsent_SaysSo()
    {
        Assert.Throws<TrainingException>(() => Read("a,b,c"));
        Assert.Throws<TrainingException>(() => Rees46Reader.Read(_path + ".absent"));
        var fault = Assert.Throws<TrainingException>(() => Read(
            Header, "2019-10-01 00:00:05 UTC,view,1,2,,brand,35.79,7,s", "2019-10-01 00:00:00 UTC,view,1,2,,brand,35.79,7,s"));
        Assert.Contains("earlier", fault.Message, StringComparison.Ordinal);
    }
}
