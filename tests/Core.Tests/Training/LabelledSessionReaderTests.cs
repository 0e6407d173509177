using Engagement.Core.Scoring;
using Engagement.Training;
using Engagement.Training.Data;
using Engagement.Training.Floundering;

namespace Core.Tests.Training;

public sealed class LabelledSessionReaderTests : IDisposable
{
    private const string Search = """{"id":"ID","visitor":"WHO","type":"search_performed","occurredAt":"2026-03-02TTIME:00Z","search":{"query":"return label","resultCount":0,"scope":"help"}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-labels-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Line(string id, string visitor, string time) =>
        Search.Replace("TTIME", "T" + time, StringComparison.Ordinal).Replace("ID", id, StringComparison.Ordinal).Replace("WHO", visitor, StringComparison.Ordinal);

    private LabelledSessions Read(string[] events, string labels) =>
        LabelledSessionReader.Read(Write("events.jsonl", string.Join('\n', events)), Write("labels.csv", labels));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Read_VisitorWithTwoSessions_LabelsTheOneAtItsTime()
    {
        var read = Read([Line("1", "ann", "09:00"), Line("2", "ann", "09:01"), Line("3", "ann", "11:00"), Line("4", "bob", "09:00")], "visitor,label,time\nann,1,2026-03-02T11:05:00Z\nbob,0,\n");
        Assert.Equal(2, read.Sessions.Count);
        Assert.Equal(1, read.Unlabelled);
        Assert.Equal(1, Assert.Single(read.Sessions, session => session.Label).Searches);
    }

    [Fact]
    public void Read_EveryEventTenTimes_CountsOnce()
    {
        string[] events = [Line("1", "ann", "09:00"), Line("2", "ann", "09:01"), Line("3", "ann", "09:02")];
        var once = Read(events, "visitor,label\nann,1\n");
        var tenTimes = Read([.. Enumerable.Repeat(events, 10).SelectMany(copy => copy)], string.Concat("visitor,label\n", string.Concat(Enumerable.Repeat("ann,1\n", 10))));
        Assert.Equal(once.Sessions.Single().Rows[^1], tenTimes.Sessions.Single().Rows[^1]);
    }

    [Fact]
    public void Read_SessionsOfTheSitesOwnNaming_AreFoundByIt()
    {
        var named = Line("1", "ann", "09:00").Replace("\"id\"", "\"session\":\"s-7\",\"id\"", StringComparison.Ordinal);
        Assert.True(Read([named, Line("2", "bob", "09:00")], "session,label\ns-7,true\n").Sessions.Single().Label);
    }

    [Theory]
    [InlineData("visitor,outcome\nann,1", "line 1")]
    [InlineData("visitor,label\nann,NaN", "line 2")]
    [InlineData("visitor,label\nann,1\n\nbob", "line 4")]
    [InlineData("visitor,label\nann,1\nzoe,0", "line 3")]
    [InlineData("visitor,label\nann,1\nann,0", "line 3")]
    [InlineData("visitor,label,time\nann,1,noon", "line 2")]
    [InlineData("visitor,label\n,1", "line 2")]
    [InlineData("", "line 1")]
    public void Read_FaultyLabels_NamesTheLine(string labels, string where)
    {
        var fault = Assert.Throws<TrainingException>(() => Read([Line("1", "ann", "09:00"), Line("2", "bob", "09:00")], labels));
        Assert.Contains(where, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"1","visitor":"ann","type":"search_performed","search":{"query":"a"}}""")]
    [InlineData("""{"id":"1","type":"page_viewed","occurredAt":"2026-03-02T09:00:00Z"}""")]
    [InlineData("""{"id":"1","visitor":"ann","type":"search_performed","occurredAt":"2026-03-02T09:00:00Z","search":{"query":"a","resultCount":NaN}}""")]
    [InlineData("not json")]
    public void Read_FaultyEvent_NamesItsLine(string line)
    {
        var fault = Assert.Throws<TrainingException>(() => Read([Line("0", "ann", "09:00"), line], "visitor,label\nann,1\n"));
        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LabelledSessions_AreMeasuredAtTheThreshold()
    {
        var events = new List<string>();
        var labels = "visitor,label\n";
        for (var i = 0; i < 30; i++)
        {
            for (var search = 0; search < (i % 3 == 0 ? 4 : 1); search++) events.Add(Line($"{i}-{search}", $"v{i}", $"09:0{search}"));
            labels += $"v{i},{(i % 3 == 0 ? 1 : 0)}\n";
        }
        var figures = OutsideFigures.Of("test", Read([.. events], labels).Sessions, PublishedStruggleRules.Instance, null, seed: 1);
        Assert.Equal(1, figures.Groups[0].Scores[0].RocAuc.Value);
        Assert.Equal(3, figures.Detection[0].SearchMedian);
        Assert.Equal(1, figures.Detection[0].Ever.Value);
    }
}
