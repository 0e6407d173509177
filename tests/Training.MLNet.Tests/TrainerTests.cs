using Core.Tests.Training;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training;
using Engagement.Training.MLNet.Trainers;
using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Training.MLNet.Tests;

public sealed class TrainerTests
{
    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Find_ByName_GivesThatTrainer(string name)
    {
        var trainer = TrainerCatalog.Find(name);
        Assert.Equal(name, trainer.Name);
        Assert.Matches(@"^\d+\.\d+\.\d+", trainer.Version);
    }

    [Fact]
    public void Find_UnknownName_SaysWhichThereAre() =>
        Assert.Contains("mlnet-lightgbm", Assert.Throws<TrainingException>(() => TrainerCatalog.Find("mlnet")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Train_SameSeed_GivesTheSameTrees(string name)
    {
        var rows = Trained.Generated(300, seed: 3);
        using var one = Trained.Trainer(name).Train(rows, Trained.Settings);
        using var two = Trained.Trainer(name).Train(rows, Trained.Settings);
        using var other = Trained.Trainer(name).Train(rows, Trained.Settings with { Seed = 8 });
        Assert.Equal(one.Export().Value, two.Export().Value);
        Assert.Equal(one.Export().Threshold, two.Export().Threshold);
        Assert.Equal(one.Export().Cover, two.Export().Cover);
        Assert.NotEqual(one.Export().Value, other.Export().Value);
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Train_Settings_BoundTheTrees(string name)
    {
        using var trained = Trained.Trainer(name).Train(Trained.Generated(600, seed: 4), new TrainerSettings(30, 3, 0.1f, 1, 1, 1));
        var arrays = trained.Export();
        Assert.Equal(30, arrays.Roots.Length);
        var leaves = arrays.Roots.Select((root, i) => arrays.Left[root..(i + 1 < arrays.Roots.Length ? arrays.Roots[i + 1] : arrays.Left.Length)].Count(left => left < 0));
        Assert.All(leaves, count => Assert.InRange(count, 2, 8));
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Train_OnlyMissingnessTells_LearnsIt(string name)
    {
        var random = new Random(5);
        var rows = Trained.Strange(2_000, seed: 6);
        for (var i = 0; i < rows.Rows; i++) rows.Labels[i] = random.NextDouble() < (float.IsNaN(rows.Values[i * rows.Columns + 4]) ? 0.9 : 0.1) ? 1 : 0;
        using var trained = Trained.Trainer(name).Train(rows, Trained.Settings);
        var model = new TreeEnsemble("test/1", trained.Export());
        var row = rows.Values[..rows.Columns];
        foreach (var value in new[] { -3f, 0f, 9f, 399f })
        {
            row[4] = value;
            var present = model.Score(row);
            row[4] = float.NaN;
            Assert.True(model.Score(row) > present + 0.4f, $"{value}: {present}, missing {model.Score(row)}");
        }
    }

    /// <summary>Why the trainers replace missing values: where this begins to fail, ML.NET has mended its copy of LightGBM's trees and they need not.</summary>
    [Fact]
    public void MlNet_LightGbmsOwnMissingValues_AreLostInItsCopyOfTheTrees()
    {
        var random = new Random(5);
        var rows = Trained.Strange(2_000, seed: 6);
        for (var i = 0; i < rows.Rows; i++) rows.Labels[i] = random.NextDouble() < (float.IsNaN(rows.Values[i * rows.Columns + 4]) ? 0.9 : 0.1) ? 1 : 0;
        var context = new MLContext(1);
        var view = MlNetRow.ForPrediction(context, rows);
        var model = context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            NumberOfIterations = 60, NumberOfLeaves = 8, NumberOfThreads = 1, Seed = 1, HandleMissingValue = true, ExampleWeightColumnName = nameof(MlNetRow.Weight),
        }).Fit(view);
        float[] probabilities = [.. model.Transform(view).GetColumn<float>("Probability")];
        var missing = Enumerable.Range(0, rows.Rows).Where(i => float.IsNaN(rows.Values[i * rows.Columns + 4])).Average(i => probabilities[i]);
        Assert.True(missing < 0.6f, $"rows that are positive nine times in ten get {missing} on average");
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Train_RowsThatTeachNothing_SaysWhy(string name)
    {
        var trainer = Trained.Trainer(name);
        var rows = Trained.Generated(50, seed: 4);
        AssertRefused(rows with { Labels = new float[rows.Rows] }, "class");
        AssertRefused(rows with { Labels = [.. Enumerable.Repeat(1f, rows.Rows)] }, "class");
        AssertRefused(new TrainingMatrix([], FeatureSchema.Count, [], []), "no rows");
        AssertRefused(rows with { Labels = [float.NaN, .. rows.Labels[1..]] }, "label of row 0");
        AssertRefused(rows with { Weights = [.. rows.Weights[..^1], float.NaN] }, "weight of row");
        AssertRefused(rows with { Values = Array.ConvertAll(rows.Values, _ => 1f) }, "No feature differs");
        AssertRefused(rows with { Values = Array.ConvertAll(rows.Values, _ => float.NaN) }, "No feature differs");
        AssertRefused(rows with { Values = [float.PositiveInfinity, .. rows.Values[1..]] }, "infinite");

        void AssertRefused(TrainingMatrix faulty, string why) =>
            Assert.Contains(why, Assert.Throws<TrainingException>(() => trainer.Train(faulty, Trained.Settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Train_TooFewRowsForALeaf_SaysSo(string name)
    {
        var rows = Trained.Generated(3, seed: 9);
        rows = rows with { Labels = [.. rows.Labels.Select((_, i) => i % 2f)] };
        var settings = Trained.Settings with { LeafWeightMin = 1000 };
        Assert.Contains("tree", Assert.Throws<TrainingException>(() => Trained.Trainer(name).Train(rows, settings)).Message, StringComparison.Ordinal);
    }
}
