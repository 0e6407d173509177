using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Testing;

namespace Core.Tests.Scoring;

public sealed class MonotoneLinkTests
{
    private static readonly MonotoneLink _link = MonotoneLink.Of([(-2, 0.1f), (0, 0.1f), (1, 0.5f), (3, 0.9f)]);

    private static readonly ModelManifest _manifest = new()
    {
        Trainer = "random", TrainerVersion = "1", Seed = 3, TrainedAt = "2026-11-30", Predicts = "nothing", Data = "none", DataSha256 = new string('0', 64), Credit = "nobody",
        Rows = 1, PositiveRows = 0, Settings = [],
    };

    [Theory]
    [InlineData(-100, 0.1f)]
    [InlineData(-2, 0.1f)]
    [InlineData(-1, 0.1f)]
    [InlineData(0.5f, 0.3f)]
    [InlineData(1, 0.5f)]
    [InlineData(2, 0.7f)]
    [InlineData(3, 0.9f)]
    [InlineData(float.PositiveInfinity, 0.9f)]
    public void Probability_BetweenPointsAndBeyond_IsStraightAndThenLevel(float margin, float expected) => Assert.Equal(expected, _link.Probability(margin), 1e-6f);

    [Fact]
    public void Probability_AnyMargins_NeverFallsAndAllocatesNothing()
    {
        var margins = Enumerable.Range(0, 2000).Select(i => i / 200f - 5).ToArray();
        for (var i = 1; i < margins.Length; i++) Assert.True(_link.Probability(margins[i]) >= _link.Probability(margins[i - 1]));
        Assert.True(float.IsNaN(_link.Probability(float.NaN)));
        Assert.Equal(0, Allocations.Of(10_000, () => _link.Probability(0.7f)));
    }

    [Fact]
    public void TryOf_PointsThatAreNoLink_SaysWhy()
    {
        float[][][] bad = [[], [[0]], [[0, 0]], [[0, 1]], [[float.NaN, 0.5f]], [[0, float.NaN]], [[0, 0.5f], [0, 0.6f]], [[0, 0.5f], [1, 0.4f]], [.. Enumerable.Range(0, 513).Select(i => new[] { i, 0.5f })]];
        Assert.All(bad, points =>
        {
            Assert.Null(MonotoneLink.TryOf(points, out var fault));
            Assert.NotNull(fault);
        });
    }

    private static byte[] File(MonotoneLink? link)
    {
        var random = new Random(4);
        var arrays = RandomEnsembles.Make(random, FeatureSchema.Count, 10, 4) with { Link = link };
        var rows = Enumerable.Range(0, 8).Select(_ => RandomEnsembles.Row(random, FeatureSchema.Count).Select(x => float.IsInfinity(x) ? 7 : x).ToArray()).ToList();
        return TreeEnsembleWriter.Write("test", "1", arrays, _manifest, rows, [.. rows.Select(row => RandomEnsembles.Margin(arrays, row))]);
    }

    private static TreeEnsembleReadResult ReadEdited(byte[] file, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(file)!.AsObject();
        edit(json);
        return TreeEnsembleReader.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    [Fact]
    public void Read_FileWithPoints_ScoresByThem()
    {
        var read = TreeEnsembleReader.Read(File(_link));
        Assert.True(read.IsOk, read.ToString());
        var row = RandomEnsembles.Row(new Random(9), FeatureSchema.Count);
        Assert.Equal(_link.Probability(read.Model.Margin(row)), read.Model.Score(row));
        Assert.NotEqual(TreeEnsembleReader.Read(File(null)).Model!.Score(row), read.Model.Score(row));
    }

    [Fact]
    public void Write_WithoutPoints_StaysVersion1_AndWithThemIsVersion2()
    {
        Assert.Equal(1, (int)JsonNode.Parse(File(null))!["formatVersion"]!);
        Assert.False(JsonNode.Parse(File(null))!["calibration"]!.AsObject().ContainsKey("points"));
        Assert.Equal(2, (int)JsonNode.Parse(File(_link))!["formatVersion"]!);
    }

    [Fact]
    public void Read_PointsThatDoNotFitTheVersionOrAreWrong_AreRefused()
    {
        Assert.Equal(TreeEnsembleError.UnsupportedFormat, ReadEdited(File(_link), json => json["formatVersion"] = 1).Error);
        Assert.Equal(TreeEnsembleError.UnsupportedFormat, ReadEdited(File(null), json => json["formatVersion"] = 2).Error);
        Assert.Equal(TreeEnsembleError.InvalidCalibration, ReadEdited(File(_link), json => json["calibration"]!["points"]![1]![1] = 0.01).Error);
        Assert.Equal(TreeEnsembleError.InvalidCalibration, ReadEdited(File(_link), json => json["calibration"]!["points"] = new JsonArray()).Error);
        Assert.Equal(TreeEnsembleError.ParityMismatch, ReadEdited(File(_link), json =>
        {
            foreach (var point in json["calibration"]!["points"]!.AsArray()) point![1] = 0.5;
        }).Error);
    }
}
