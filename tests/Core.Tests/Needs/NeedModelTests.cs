using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Needs;
using Engagement.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Needs;

public sealed class NeedModelTests
{
    private static readonly NeedModel _model = TrainedNeeds.Model;

    [Theory]
    [InlineData("where can I return my shoes?", "returns")]
    [InlineData("INVOICE copy!!", "invoices")]
    [InlineData("pasword reset does not work", "passwords")]
    public void Read_OfAKnownSubject_NamesItsTopic(string text, string topic)
    {
        var reading = _model.Read(text);

        Assert.Equal((topic, true), (_model.Topics[reading.Topic].Id, reading.IsClear));
    }

    [Theory]
    [InlineData("who won the football match yesterday")]
    [InlineData("zebra")]
    [InlineData("")]
    [InlineData("   !?")]
    [InlineData("👩‍👩‍👧🏳️‍🌈🧵")]
    [InlineData("\u202Egpj.exe \u2066\u200F")]
    [InlineData("קופסה עולם")]
    public void Read_OfWhatIsNoneOfThem_IsNotClear(string text) => Assert.False(_model.Read(text).IsClear);

    [Fact]
    public void Read_OfAnyText_GivesAProbabilityAndThrowsNothing() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            foreach (var hostile in new[] { text ?? "", text + "\ud800", string.Concat(Enumerable.Repeat(text + "x ", 2_000)), "<script>" + text })
                Assert.InRange(_model.Read(hostile).Probability, 0f, 1f);
        }));

    [Fact]
    public void Read_OfAQuery_AllocatesNothing() => Assert.Equal(0, Allocations.Of(100, () => _model.Read("how do I return a parcel without the receipt, please?")));

    [Fact]
    public void Read_ByManyThreads_SaysTheSame()
    {
        var alone = TrainedNeeds.Examples.Select(e => _model.Read(e.Text)).ToArray();

        Assert.Equal(alone, TrainedNeeds.Examples.AsParallel().AsOrdered().Select(e => _model.Read(e.Text)));
    }

    [Theory]
    [InlineData("en-GB", true)]
    [InlineData(null, true)]
    [InlineData("eng", false)]
    [InlineData("nl", false)]
    public void Speaks_OfTheLanguageItLearnt_Only(string? language, bool speaks) => Assert.Equal(speaks, _model.Speaks(language));

    [Fact]
    public void Write_OfTheSameTwice_GivesTheSameBytes() => Assert.Equal(
        TrainedNeeds.File,
        Engagement.Training.Needs.NeedRelease.Write(
            Engagement.Training.Needs.NeedTrainer.Train(TrainedNeeds.Examples, TrainedNeeds.Settings) with { Clarity = new ClarityRule(4, 2, 4, -4, 0.5f), Languages = ["en"] },
            TrainedNeeds.Data, TrainedNeeds.Settings, "2026-11-30"));

    public static TheoryData<string, string, NeedModelError> Broken => new()
    {
        { "formatVersion", "2", NeedModelError.UnsupportedFormat },
        { "topics", "[]", NeedModelError.InvalidTopics },
        { "topics", """[{"id":"a","names":{"en":"A"}},{"id":"a","names":{"en":"A"}},{"id":"b","names":{"en":"B"}}]""", NeedModelError.InvalidTopics },
        { "topics", """[{"id":"a","names":{}},{"id":"c","names":{"en":"C"}},{"id":"b","names":{"en":"B"}}]""", NeedModelError.InvalidTopics },
        { "ngrams", """{"wordsMax":9,"pairsApart":0,"charactersMin":2,"charactersMax":5}""", NeedModelError.InvalidNgrams },
        { "ngrams", """{"wordsMax":1,"pairsApart":0,"charactersMin":2,"charactersMax":5}""", NeedModelError.ParityMismatch },
        { "clarity", """{"margin":4,"lead":2,"known":4,"bias":-4,"threshold":1.5}""", NeedModelError.InvalidClarity },
        { "clarity", """{"margin":4,"lead":2,"known":4,"bias":-3,"threshold":0.5}""", NeedModelError.ParityMismatch },
        { "parity", """{"texts":[],"margins":[],"probabilities":[]}""", NeedModelError.ParityMissing },
        { "weights.hashes", "\"AAAA\"", NeedModelError.ArrayLengthMismatch },
        { "weights.steps", "\"AAAA\"", NeedModelError.ArrayLengthMismatch },
        { "weights.wordShare", "-1", NeedModelError.NotFinite },
        { "weights.biases", "[1,2]", NeedModelError.ArrayLengthMismatch },
        { "weights.hashes", "\"not base64\"", NeedModelError.MalformedJson },
        { "weights", "null", NeedModelError.MalformedJson },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Reader_OfAFileThatIsWrong_SaysWhat(string member, string value, NeedModelError error)
    {
        var file = JsonNode.Parse(TrainedNeeds.File)!.AsObject();
        var path = member.Split('.');
        var parent = path.Length == 1 ? file : file[path[0]]!.AsObject();
        parent[path[^1]] = JsonNode.Parse(value);

        Assert.Equal(error, NeedModelReader.Read(Encoding.UTF8.GetBytes(file.ToJsonString())).Error);
    }

    [Fact]
    public void Reader_OfAFileCutShortAnywhere_RefusesIt() =>
        Assert.All(Enumerable.Range(0, 40), i => Assert.False(NeedModelReader.Read(TrainedNeeds.File.AsSpan(0, i * TrainedNeeds.File.Length / 40)).IsOk));
}
