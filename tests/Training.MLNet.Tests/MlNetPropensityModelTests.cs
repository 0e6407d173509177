using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Engine.Sites;
using Engagement.Scoring.MLNet;
using Engagement.Training.MLNet.Trainers;
using Engagement.Training.Trainers;

namespace Training.MLNet.Tests;

/// <summary>ML.NET's own scorer behind the engine's interface, held against the portable model of the same training.</summary>
public sealed class MlNetPropensityModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engagement-mlnet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Score_EveryRow_IsThePortableModels(string trainer)
    {
        var rows = Trained.Generated(300, seed: 1);
        var (zip, portable) = Release(trainer, rows, calibrated: true);
        using var model = MlNetPropensityModel.Load(zip, portable);
        Assert.Equal(portable.Version, model.Version);
        foreach (var matrix in new[] { rows, Trained.Strange(1_000, seed: 2) })
        {
            for (var i = 0; i < matrix.Rows; i++)
            {
                var row = matrix.Values.AsSpan(i * matrix.Columns, matrix.Columns);
                Assert.Equal(portable.Margin(row), model.Margin(row), MlNetPropensityModel.Tolerance);
                Assert.Equal(portable.Score(row), model.Score(row), MlNetPropensityModel.Tolerance);
            }
        }
    }

    [Fact]
    public void Explain_ARow_AddsUpToItsMargin()
    {
        var rows = Trained.Generated(200, seed: 1);
        var (zip, portable) = Release("mlnet-fasttree", rows);
        using var model = MlNetPropensityModel.Load(zip, portable);
        var row = rows.Values.AsSpan(0, rows.Columns);
        var contributions = new float[rows.Columns];
        Assert.Equal(model.Margin(row), model.Explain(row, contributions) + contributions.Sum(), 1e-4f);
    }

    [Fact]
    public void Score_FromManyThreads_IsEachRowsOwn()
    {
        var rows = Trained.Generated(200, seed: 1);
        var (zip, portable) = Release("mlnet-fasttree", rows);
        using var model = MlNetPropensityModel.Load(zip, portable);
        var shared = model;
        Parallel.For(0, 20_000, i =>
        {
            var row = rows.Values.AsSpan(i % rows.Rows * rows.Columns, rows.Columns);
            if (MathF.Abs(portable.Score(row) - shared.Score(row)) > MlNetPropensityModel.Tolerance) throw new InvalidOperationException($"row {i % rows.Rows}");
        });
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Score_AfterAThreadsFirst_AllocatesNothing(string trainer)
    {
        var rows = Trained.Generated(200, seed: 1);
        var (zip, portable) = Release(trainer, rows);
        using var model = MlNetPropensityModel.Load(zip, portable);
        float sum = 0;
        for (var i = 0; i < rows.Rows; i++) sum += model.Score(rows.Values.AsSpan(i * rows.Columns, rows.Columns));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rows.Rows; i++) sum += model.Score(rows.Values.AsSpan(i * rows.Columns, rows.Columns));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(float.IsFinite(sum));
    }

    [Fact]
    public void Load_AnotherTrainingsTrees_IsRefused()
    {
        var rows = Trained.Generated(200, seed: 1);
        var (zip, _) = Release("mlnet-fasttree", rows);
        using var other = new FastTreeTrainer().Train(rows, Trained.Settings with { Seed = 99 });
        var fault = Assert.Throws<InvalidDataException>(() => MlNetPropensityModel.Load(zip, new TreeEnsemble("other/1", other.Export())));
        Assert.Contains("other/1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoModel_IsRefusedWithItsPath()
    {
        var (_, portable) = Release("mlnet-fasttree", Trained.Generated(200, seed: 1));
        var path = Path.Combine(_folder, "no-model.zip");
        foreach (var bytes in new[] { Array.Empty<byte>(), [1, 2, 3], new byte[10_000] })
        {
            File.WriteAllBytes(path, bytes);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => MlNetPropensityModel.Load(path, portable)).Message, StringComparison.Ordinal);
        }
        Assert.Contains("needs", Assert.Throws<InvalidDataException>(() => MlNetPropensityModel.LoadBeside(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SiteModelReader_ZipAndJsonOfOneTraining_AreServedByMlNet()
    {
        var rows = Trained.Generated(200, seed: 1);
        var (_, portable) = Release("mlnet-fasttree", rows);
        var reader = new SiteModelReader(_folder);
        Assert.Null(reader.ReadPurposeful("model.zip", _folder, out var cause));
        Assert.Contains("model.json", cause, StringComparison.Ordinal);

        float[][] inputs = [.. rows.Values.Chunk(rows.Columns).Take(8)];
        WriteJson(portable, inputs);
        // Another version of the file, or the first answer would stand.
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "model.zip"), new DateTime(2026, 11, 22, 0, 0, 0, DateTimeKind.Utc));
        var model = reader.ReadPurposeful("model.zip", _folder, out cause);
        Assert.Null(cause);
        Assert.IsType<MlNetPropensityModel>(model);
        Assert.Same(model, reader.ReadPurposeful("model.zip", _folder, out _));
        Assert.Equal("test/1", model.Version);
        Assert.Equal(portable.Score(inputs[3]), model.Score(inputs[3]), MlNetPropensityModel.Tolerance);
        Assert.Throws<ArgumentException>(() => model.Score(inputs[3].AsSpan(1)));
    }

    private void WriteJson(TreeEnsemble portable, float[][] inputs)
    {
        var manifest = new ModelManifest
        {
            Trainer = "mlnet-fasttree", TrainerVersion = "5", Seed = 7, TrainedAt = "2026-11-22", Predicts = "a purchase", Data = "generated", DataSha256 = new string('0', 64),
            Credit = "nobody", Rows = 200, PositiveRows = 1, Settings = [],
        };
        File.WriteAllBytes(
            Path.Combine(_folder, "model.json"), TreeEnsembleWriter.Write("test", "1", portable.Arrays, manifest, inputs, [.. inputs.Select(row => portable.Margin(row))]));
    }

    private (string Zip, TreeEnsemble Portable) Release(string trainer, TrainingMatrix rows, bool calibrated = false)
    {
        using var trained = Trained.Trainer(trainer).Train(rows, Trained.Settings);
        var zip = Path.Combine(_folder, "model.zip");
        File.WriteAllBytes(zip, trained.OwnFile()!);
        var arrays = trained.Export();
        return (zip, new TreeEnsemble("test/1", calibrated ? arrays with { CalibrationA = 0.8f, CalibrationB = -0.3f } : arrays));
    }
}
