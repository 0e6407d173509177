using System.Text;
using System.Text.Json;
using Engagement.Core.Features;
using Engagement.Testing;
using Engagement.Training.Purposeful;
using Engagement.Training.Studies;

namespace Core.Tests.Training;

/// <summary>The comparison of trainers stands in the report beside the model's figures, and only where both are of the same features, data and seed.</summary>
public sealed class TrainersComparisonTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-trainers-");
    public void Dispose() => _folder.Delete(recursive: true);

    private static string Shipped(string file) => Repository.PathOf("models", "purposeful", file);

    private StudySection SectionWith(TrainersFigures trainers)
    {
        var folder = _folder.CreateSubdirectory("purposeful").FullName;
        File.Copy(Shipped("evaluation.json"), Path.Combine(folder, "evaluation.json"), overwrite: true);
        File.WriteAllBytes(Path.Combine(folder, "trainers.json"), trainers.Write());
        return new PurposefulEntry().Section(new StudyContext("nowhere", _folder.FullName, 1, "2026-11-30"))!;
    }

    private static TrainersFigures ShippedFigures() => TrainersFigures.Read(File.ReadAllBytes(Shipped("trainers.json")))!;

    [Fact]
    public void Shipped_IsOfTheFeaturesDataAndSeedOfTheReleasedModel_AndXGBoostIsThatModel()
    {
        var model = JsonSerializer.Deserialize(File.ReadAllBytes(Shipped("evaluation.json")), PurposefulFiguresJson.Default.PurposefulFigures)!;
        var trainers = ShippedFigures();
        Assert.True(trainers.IsOf(model), $"trainers.json is of schema {trainers.FeatureSchema}; today's is {FeatureSchema.Hash}");
        Assert.Equal(["xgboost", "mlnet-fasttree", "mlnet-lightgbm"], trainers.Trainers.Select(trainer => trainer.Trainer));
        Assert.Equal(model.AfterEvent.Select(row => (row.Event, row.RocAuc, row.PrAuc)), trainers.Trainers[0].AfterEvent.Select(row => (row.Event, row.RocAuc, row.PrAuc)));
        Assert.Equal(Encoding.UTF8.GetString(trainers.Write()), File.ReadAllText(Shipped("trainers.json")));
    }

    [Fact]
    public void Section_OfTheSameFeatures_ShowsEveryTrainerWithItsInterval()
    {
        var section = SectionWith(ShippedFigures());
        var rows = section.Tables.SelectMany(table => table.Rows).Where(row => row.Name.Contains("mlnet-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2 * 2 * PurposefulFigures.ReportedEvents.Length, rows.Length);
        Assert.All(rows, row => Assert.True(row.Low < row.Value && row.Value < row.High && row.Reference > 0));
        Assert.Contains(section.Prose, paragraph => paragraph.Contains("paired differences", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("data")]
    [InlineData("seed")]
    [InlineData("none")]
    public void Section_OfOtherFeaturesDataOrSeed_LeavesItOutAndSaysSo(string difference)
    {
        var shipped = ShippedFigures();
        var section = SectionWith(difference switch
        {
            "schema" => shipped with { FeatureSchema = "0000000000000000" },
            "data" => shipped with { DataSha256 = new string('0', 64) },
            "seed" => shipped with { Seed = shipped.Seed + 1 },
            _ => shipped with { FeatureSchema = null },
        });
        Assert.DoesNotContain(section.Tables.SelectMany(table => table.Rows), row => row.Name.Contains("mlnet-", StringComparison.Ordinal));
        Assert.Contains(section.Prose, paragraph => paragraph.Contains("is left out", StringComparison.Ordinal));
    }
}
