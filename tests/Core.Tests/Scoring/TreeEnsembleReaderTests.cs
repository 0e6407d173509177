using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Core.Scoring;

namespace Core.Tests.Scoring;

public sealed class TreeEnsembleReaderTests
{
    private static readonly ModelManifest Manifest = new()
    {
        Trainer = "random",
        TrainerVersion = "1",
        Seed = 3,
        TrainedAt = "2026-11-22T00:00:00Z",
        Predicts = "nothing",
        Data = "none",
        DataSha256 = new string('0', 64),
        Credit = "nobody",
        Rows = 1,
        PositiveRows = 0,
        Settings = ["depth=4"],
    };

    private static byte[] ValidFile(int seed = 3)
    {
        var random = new Random(seed);
        var arrays = RandomEnsembles.Make(random, FeatureSchema.Count, 10, 4, a: 0.9f, b: 0.1f);
        var rows = Enumerable.Range(0, 8)
            .Select(_ => RandomEnsembles.Row(random, FeatureSchema.Count).Select(x => float.IsInfinity(x) ? 7 : x).ToArray()).ToList();
        return TreeEnsembleWriter.Write("test", "1", arrays, Manifest, rows, [.. rows.Select(row => RandomEnsembles.Margin(arrays, row))]);
    }

    private static byte[] Edited(Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(ValidFile())!.AsObject();
        edit(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static int FirstInnerNode(JsonObject json) => json["trees"]!["left"]!.AsArray().Select((v, i) => (v, i)).First(p => (int)p.v! >= 0).i;

    private static int FirstLeaf(JsonObject json) => json["trees"]!["left"]!.AsArray().Select((v, i) => (v, i)).First(p => (int)p.v! < 0).i;

    [Fact]
    public void Read_WrittenFile_GivesTheSameModelAndWritesTheSameBytes()
    {
        var file = ValidFile();
        var read = TreeEnsembleReader.Read(file);
        Assert.True(read.IsOk, read.ToString());
        Assert.Equal("test/1", read.Model.Version);
        Assert.Equal("random", read.Model.Manifest!.Trainer);
        Assert.Equal(file, ValidFile());
    }

    public static TheoryData<TreeEnsembleError, string> Faults()
    {
        var data = new TheoryData<TreeEnsembleError, string>();
        foreach (var name in Edits.Keys) data.Add(Edits[name].Error, name);
        return data;
    }

    private static readonly Dictionary<string, (TreeEnsembleError Error, Action<JsonObject> Edit)> Edits = new()
    {
        ["another format"] = (TreeEnsembleError.UnsupportedFormat, j => j["format"] = "other"),
        ["a later format version"] = (TreeEnsembleError.UnsupportedFormat, j => j["formatVersion"] = 2),
        ["no trees member"] = (TreeEnsembleError.MalformedJson, j => j.Remove("trees")),
        ["null trees"] = (TreeEnsembleError.MalformedJson, j => j["trees"] = null),
        ["null array"] = (TreeEnsembleError.MalformedJson, j => j["trees"]!["left"] = null),
        ["a number as text"] = (TreeEnsembleError.MalformedJson, j => j["base"] = "1"),
        ["another schema version"] = (TreeEnsembleError.SchemaVersionMismatch, j => j["features"]!["version"] = FeatureSchema.Version + 1),
        ["a renamed feature"] = (TreeEnsembleError.SchemaNamesMismatch, j => j["features"]!["names"]![3] = "page_value"),
        ["a feature too few"] = (TreeEnsembleError.SchemaNamesMismatch, j => j["features"]!["names"]!.AsArray().RemoveAt(FeatureSchema.Count - 1)),
        ["a feature too many"] = (TreeEnsembleError.SchemaNamesMismatch, j => j["features"]!["names"]!.AsArray().Add("more")),
        ["another hash"] = (TreeEnsembleError.SchemaHashMismatch, j => j["features"]!["hash"] = "0000000000000000"),
        ["a short array"] = (TreeEnsembleError.ArrayLengthMismatch, j => j["trees"]!["value"]!.AsArray().RemoveAt(0)),
        ["no roots"] = (TreeEnsembleError.NoTrees, j => j["trees"]!["roots"] = new JsonArray()),
        ["a root out of range"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["roots"]![9] = 1_000_000),
        ["a negative root"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["roots"]![0] = -1),
        ["a child out of range"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["left"]![FirstInnerNode(j)] = 1_000_000),
        ["a feature out of range"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["feature"]![0] = FeatureSchema.Count),
        ["a negative feature"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["feature"]![0] = -1),
        ["a default of 2"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["defaultLeft"]![0] = 2),
        ["a default of 257"] = (TreeEnsembleError.IndexOutOfRange, j => j["trees"]!["defaultLeft"]![0] = 257),
        ["a cycle"] = (TreeEnsembleError.NotATree, j => j["trees"]!["left"]![FirstInnerNode(j)] = FirstInnerNode(j)),
        ["two parents"] = (TreeEnsembleError.NotATree, j => j["trees"]!["left"]![0] = (int)j["trees"]!["right"]![0]!),
        ["one child"] = (TreeEnsembleError.NotATree, j => j["trees"]!["right"]![FirstInnerNode(j)] = -1),
        ["an orphan"] = (TreeEnsembleError.NotATree, j =>
        {
            j["trees"]!["left"]![0] = -1;
            j["trees"]!["right"]![0] = -1;
        }),
        ["an infinite threshold"] = (TreeEnsembleError.NotFinite, j => j["trees"]!["threshold"]![0] = 1e39),
        ["an infinite leaf"] = (TreeEnsembleError.NotFinite, j => j["trees"]!["value"]![FirstLeaf(j)] = -1e39),
        ["no cover"] = (TreeEnsembleError.InvalidCover, j => j["trees"]!["cover"]![0] = 0),
        ["a falling link"] = (TreeEnsembleError.InvalidCalibration, j => j["calibration"]!["a"] = -1),
        ["too few parity vectors"] = (TreeEnsembleError.ParityMissing, j => j["parity"]!["inputs"]!.AsArray().RemoveAt(0)),
        ["a parity vector that is null"] = (TreeEnsembleError.ArrayLengthMismatch, j => j["parity"]!["inputs"]![0] = null),
        ["a parity margin missing"] = (TreeEnsembleError.ArrayLengthMismatch, j => j["parity"]!["margins"]!.AsArray().RemoveAt(0)),
        ["a wrong parity margin"] = (TreeEnsembleError.ParityMismatch, j => j["parity"]!["margins"]![2] = 3.5),
        ["a wrong parity probability"] = (TreeEnsembleError.ParityMismatch, j => j["parity"]!["probabilities"]![2] = 0.001),
        ["a changed base"] = (TreeEnsembleError.ParityMismatch, j => j["base"] = (float)j["base"]! + 0.001f),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_FaultyFile_IsRefusedWithItsCause(TreeEnsembleError error, string fault)
    {
        var read = TreeEnsembleReader.Read(Edited(Edits[fault].Edit));
        Assert.Equal(error, read.Error);
        Assert.Null(read.Model);
    }

    [Fact]
    public void Read_TooLargeOrTooDeepOrNotJson_IsRefusedWithItsCause()
    {
        Assert.Equal(TreeEnsembleError.TooLarge, TreeEnsembleReader.Read(new byte[Limits.ModelBytesMax + 1]).Error);
        Assert.Equal(TreeEnsembleError.MalformedJson, TreeEnsembleReader.Read("null"u8).Error);
        Assert.Equal(TreeEnsembleError.MalformedJson, TreeEnsembleReader.Read([]).Error);
        Assert.Equal(TreeEnsembleError.MalformedJson, TreeEnsembleReader.Read([0xff, 0xfe, 0]).Error);

        var n = Limits.ModelDepthMax + 1;
        var deep = Chain(n);
        Assert.Equal(TreeEnsembleError.TooDeep, deep.Validate().Error);
        Assert.Equal(TreeEnsembleError.None, Chain(n - 1).Validate().Error);
        var contributions = new float[1];
        var deepest = new TreeEnsemble("chain/1", Chain(n - 1));
        Assert.Equal(deepest.Margin([0.5f]), deepest.Explain([0.5f], contributions) + contributions[0], 1e-4f);
    }

    [Fact]
    public void Read_CutOrFlippedBytes_NeverThrows()
    {
        var file = ValidFile();
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var bytes = file.ToArray();
            if (i % 2 == 0) bytes = bytes[..random.Next(bytes.Length)];
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!TreeEnsembleReader.Read(bytes).IsOk) refused++;
        }
        Assert.InRange(refused, 200, 400);
    }

    private static TreeEnsembleArrays Chain(int depth)
    {
        // Node 2i is inner with leaf 2i+1 and inner (or last leaf) 2i+2.
        var nodes = 2 * depth + 1;
        int[] Ints(Func<int, int> of) => [.. Enumerable.Range(0, nodes).Select(of)];
        bool Inner(int i) => i % 2 == 0 && i < nodes - 1;
        return new TreeEnsembleArrays
        {
            FeatureCount = 1,
            Roots = [0],
            Left = Ints(i => Inner(i) ? i + 1 : -1),
            Right = Ints(i => Inner(i) ? i + 2 : -1),
            Feature = new int[nodes],
            Threshold = [.. Enumerable.Range(0, nodes).Select(i => Inner(i) ? i / (float)nodes : 0)],
            DefaultLeft = new byte[nodes],
            Value = [.. Enumerable.Range(0, nodes).Select(i => Inner(i) ? 0f : i)],
            Cover = [.. Enumerable.Repeat(1f, nodes)],
            Base = 0,
        };
    }
}
