using Core.Tests.Needs;
using Engagement.Core.Needs;
using Engagement.Training;
using Engagement.Training.Data;
using Engagement.Training.Needs;

namespace Core.Tests.Training;

/// <summary>What a site may hand over as examples: what is wrong is said, and where; nothing is learnt from what cannot teach.</summary>
public sealed class NeedDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-need-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void CsvRows_OfQuotesCommasAndLineEnds_AreFields() =>
        Assert.Equal(new string[][] { ["a", "b, \"c\"\r\nd"], ["e", ""] }, CsvRows.Read("a,\"b, \"\"c\"\"\r\nd\"\r\ne,\r\n\r\n", "x.csv"));

    [Theory]
    [InlineData("a,b\n\"c,d\n", "line 2")]
    [InlineData("a,b\n\"c\"d,e\n", "line 2")]
    [InlineData("\"a\nb\"\nc,\"d", "line 3")]
    public void CsvRows_OfAQuoteThatIsWrong_NameTheLine(string text, string line) =>
        Assert.Contains(line, Assert.Throws<TrainingException>(() => CsvRows.Read(text, "x.csv")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "no rows")]
    [InlineData("text,topic\n", "no rows")]
    [InlineData("words,topic\nhello,greeting\n", "no column text")]
    [InlineData("text,kind\nhello,greeting\n", "no column topic")]
    [InlineData("text,topic\nhello,greeting\nbye\n", "row 3: 1 fields, the header has 2")]
    [InlineData("text,topic\nhello,greeting,more\n", "row 2: 3 fields")]
    public void ReadOwn_OfATableThatIsWrong_SaysWhatAndWhere(string text, string says) =>
        Assert.Contains(says, Assert.Throws<TrainingException>(() => NeedDataReader.ReadOwn(File("own.csv", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadOwn_OfAFileThatIsNotThere_SaysSo() =>
        Assert.Contains("no file", Assert.Throws<TrainingException>(() => NeedDataReader.ReadOwn(Path.Combine(_folder.FullName, "none.csv"))).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadOwn_OfATable_LeavesOutEmptyTextsAndKeepsWhatHasNoTopicAsOutOfScope()
    {
        var examples = NeedDataReader.ReadOwn(File("own.csv", "\uFEFFIntent,Utterance\nreturns,send it back\nreturns,   \n,the weather\n")).Examples;

        Assert.Equal([new NeedExample("send it back", "returns"), new NeedExample("the weather", null)], examples);
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("{\"pages\":[]}", "not a list of articles")]
    [InlineData("[{\"title\":\"A\"},{\"text\":\"no title\"}]", "article 1: no title")]
    [InlineData("[{\"title\":\"\"}]", "article 0: no title")]
    [InlineData("[3]", "article 0: no title")]
    public void ReadOwn_OfArticlesThatAreWrong_SaysWhatAndWhere(string text, string says) =>
        Assert.Contains(says, Assert.Throws<TrainingException>(() => NeedDataReader.ReadOwn(File("articles.json", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadOwn_OfArticles_GivesTitleAndSentencesToTheTopic() => Assert.Equal(
        [new NeedExample("Sending back", "returns"), new NeedExample("Print the label", "returns"), new NeedExample("Pack it", "returns"), new NeedExample("Bills", "Bills")],
        NeedDataReader.ReadOwn(File("articles.json", """{ "articles": [ { "title": "Sending back", "topic": "returns", "text": ["Print the label. Pack it!"] }, { "title": "Bills" }, ] }""")).Examples);

    [Fact]
    public void Train_OfOneTopic_IsRefused() => Assert.Contains(
        "1 topics", Assert.Throws<TrainingException>(() => Released([.. TrainedNeeds.Examples.Where(e => e.Topic == "returns")])).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_OfNoTopicAtAll_IsRefused() =>
        Assert.Throws<TrainingException>(() => Released([.. TrainedNeeds.Examples.Select(e => e with { Topic = null })]));

    [Fact]
    public void Train_OfTopicsWithFewTexts_NamesThem() => Assert.Contains(
        "lamps", Assert.Throws<TrainingException>(() => Released([.. TrainedNeeds.Examples, new NeedExample("a lamp", "lamps")])).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_OfTextsThatHoldNoWord_IsRefusedAndNotLearnt() =>
        Assert.Throws<TrainingException>(() => Released([.. TrainedNeeds.Examples.Select(e => e with { Text = "?! …" })]));

    [Fact]
    public void Train_OfEveryTextTenTimes_IsNotFooledByTheCopies()
    {
        var noisy = Noisy();
        List<NeedExample> copied = [.. Enumerable.Repeat(noisy, 10).SelectMany(e => e)];
        var (once, tenTimes) = (RightOf(noisy), RightOf(copied));

        Assert.InRange(once, 0.5, 0.95);
        Assert.InRange(tenTimes, once - 0.1, once + 0.1);
        Assert.InRange(Released(copied).Arrays.Clarity.Threshold, (float)ReleasedNeedStudy.MarginalPrecisionMin, 1f);
    }

    [Fact]
    public void Train_OfShuffledTopics_IsNoBetterThanChanceAndAnswersNothing()
    {
        string?[] topics = [.. TrainedNeeds.Examples.Select(e => e.Topic)];
        new Random(7).Shuffle(topics);
        List<NeedExample> shuffled = [.. TrainedNeeds.Examples.Select((e, i) => e with { Topic = topics[i] })];

        Assert.InRange(RightOf(shuffled), 0.1, 0.5);
        Assert.InRange(RightOf(TrainedNeeds.Examples), 0.9, 1);
        Assert.InRange(Released(shuffled).HeldOut.Coverage, 0, 0.1);
    }

    /// <summary>One in ten texts has another's topic, so that there is something to calibrate on.</summary>
    private static List<NeedExample> Noisy() => [.. TrainedNeeds.Examples.Select((e, i) => i % 10 == 0 ? e with { Topic = TrainedNeeds.Examples[(i + 25) % 60].Topic } : e)];

    private static double RightOf(List<NeedExample> examples) => HeldOutStudy.Read(examples, TrainedNeeds.Settings).Average(r => r.IsRight ? 1.0 : 0);

    private static (NeedModelArrays Arrays, HeldOutFigures HeldOut) Released(List<NeedExample> examples) =>
        ReleasedNeedStudy.Train(new NeedData(examples, "made up", new string('0', 64), "nobody"), TrainedNeeds.Settings, 0.9, null, _ => { });
}
