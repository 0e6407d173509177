using Engagement.Core.Features;
using Engagement.Training;
using Engagement.Training.Data;
using Engagement.Training.Floundering;

namespace Core.Tests.Training;

public sealed class TrecSessionReaderTests : IDisposable
{
    private const string Layout2013 = """
        <sessiontrack2013>
          <session num="1" starttime="0" userid="7">
            <topic><desc>anything</desc></topic>
            <interaction num="1" starttime="10.25" type="reformulate">
              <query>solar panels</query>
              <results>
                <result rank="1"><url>u</url><clueweb12id>clueweb12-a</clueweb12id></result>
                <result rank="2"><url>u</url><clueweb12id>clueweb12-b</clueweb12id></result>
              </results>
              <clicked><click num="1" starttime="14.5" endtime="60.0"><rank>2</rank></click></clicked>
            </interaction>
            <currentquery starttime="70.0"><query>solar panels cost</query></currentquery>
          </session>
          <session num="2" starttime="0">
            <interaction num="1" starttime="1.0">
              <query>solar panels</query>
              <results><result rank="1"><clueweb12id>clueweb12-a</clueweb12id></result></results>
              <clicked><click num="1" starttime="4.5"><rank>1</rank><docno>clueweb12-a</docno></click></clicked>
            </interaction>
          </session>
        </sessiontrack2013>
        """;

    private const string Layout2012 = """
        <sessiontrack2012>
          <session num="1" starttime="23:59:50.5">
            <topic num="9"/>
            <interaction num="1" starttime="23:59:55.0">
              <query>403b</query>
              <results><result rank="1"><clueweb09id>clueweb09-x</clueweb09id></result></results>
              <clicked><click num="1" starttime="00:00:05.0"><rank>1</rank></click></clicked>
            </interaction>
          </session>
        </sessiontrack2012>
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-trec-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private List<TrecSession> Read(string sessions, string judgements, string? map = null) =>
        TrecSessionReader.Read(Write("sessions.xml", sessions), Write("qrels.txt", judgements), map is null ? null : Write("map.txt", map));

    [Fact]
    public void Read_LayoutOf2013_TakesTopicsFromTheMapAndTimesInSeconds()
    {
        var sessions = Read(Layout2013, "61 0 clueweb12-b 1\n61 0 clueweb12-a 0\n62 0 clueweb12-a -2\n", "1 61 0\n2 62 0\n");
        Assert.True(sessions[0].Found);
        Assert.False(sessions[1].Found);
        Assert.Equal(4_250, (sessions[0].Events[1].At - sessions[0].Events[0].At).TotalMilliseconds);
        var rows = FlounderingSession.Of(sessions)[0].Rows;
        Assert.Equal(2, rows[^1][(int)Feature.Searches]);
        Assert.Equal(1, rows[^1][(int)Feature.ResultsOpened]);
    }

    [Fact]
    public void Read_LayoutOf2012_TakesTopicsFromTheSessionsAndGoesPastMidnight()
    {
        var session = Assert.Single(Read(Layout2012, "9 0 clueweb09-x 2"));
        Assert.True(session.Found);
        Assert.Equal(10_000, (session.Events[1].At - session.Events[0].At).TotalMilliseconds);
    }

    [Fact]
    public void Read_NoTopicAnywhere_NamesTheLine()
    {
        Assert.Contains("line 3", Assert.Throws<TrainingException>(() => Read(Layout2013, "61 0 clueweb12-b 1")).Message, StringComparison.Ordinal);
        Assert.Contains("line 14", Assert.Throws<TrainingException>(() => Read(Layout2013, "61 0 clueweb12-b 1", "1 61")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("61 0 clueweb12-b", "line 1")]
    [InlineData("61 0 a 1\n61 0 b NaN", "line 2")]
    [InlineData("", "empty")]
    public void Read_FaultyJudgements_NamesTheLine(string judgements, string where) =>
        Assert.Contains(where, Assert.Throws<TrainingException>(() => Read(Layout2013, judgements, "1 61\n2 62")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("<a><session num='1'><topic num='1'/><interaction starttime='soon'><query>q</query></interaction></session></a>", "soon")]
    [InlineData("<a><session num='1'><topic num='1'/><interaction starttime='1'/></session></a>", "query")]
    [InlineData("<a/>", "session")]
    [InlineData("<a>", "Line 1")]
    public void Read_FaultySessions_SayWhat(string sessions, string what) =>
        Assert.Contains(what, Assert.Throws<TrainingException>(() => Read(sessions, "1 0 d 1")).Message, StringComparison.Ordinal);
}
