using Core.Tests.Training;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.MLNet.Trainers;
using Engagement.Training.Trainers;

namespace Training.MLNet.Tests;

/// <summary>The exported ensemble gives its trainer's own predictions, margin and probability, on every row.</summary>
public sealed class ParityTests
{
    private const float Tolerance = 1e-5f;

    private static readonly Lazy<TrainingMatrix> Recorded = new(() => Trained.Recorded()!);

    [RecordedTheory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    [InlineData("xgboost")]
    public void Export_EveryRecordedRow_GivesTheTrainersOwnPrediction(string trainer)
    {
        using var trained = Trained.Trainer(trainer).Train(Recorded.Value, Trained.Settings);
        AssertEqual(trained, Recorded.Value);
        AssertEqual(trained, Trained.Strange(2_000, seed: 5));
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Export_RowsWithMissingValues_GivesTheTrainersOwnPrediction(string trainer)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var rows = Trained.Generated(300, seed);
            using var trained = Trained.Trainer(trainer).Train(rows, Trained.Settings with { Depth = 1 + seed, Seed = seed });
            AssertEqual(trained, rows);
            AssertEqual(trained, Trained.Strange(1_000, seed));
        }
    }

    [RequiresXGBoostFact]
    public void Export_RowsWithMissingValues_GivesXGBoostsOwnPrediction()
    {
        var rows = Trained.Generated(300, seed: 1);
        using var trained = Trained.Trainer("xgboost").Train(rows, Trained.Settings);
        AssertEqual(trained, rows);
        AssertEqual(trained, Trained.Strange(1_000, seed: 1));
    }

    [Theory]
    [InlineData("mlnet-fasttree")]
    [InlineData("mlnet-lightgbm")]
    public void Export_ItsCovers_AreTheTrainingWeightsAndItsContributionsAddUp(string trainer)
    {
        var rows = Trained.Generated(300, seed: 2);
        using var trained = Trained.Trainer(trainer).Train(rows, Trained.Settings);
        var model = new TreeEnsemble("test/1", trained.Export());
        var arrays = model.Arrays;
        Assert.All(arrays.Roots, root => Assert.Equal(rows.Weights.Sum(), arrays.Cover[root], 0.1f));
        for (var node = 0; node < arrays.Left.Length; node++)
        {
            if (arrays.Left[node] >= 0) Assert.Equal(arrays.Cover[node], arrays.Cover[arrays.Left[node]] + arrays.Cover[arrays.Right[node]], 0.1f);
        }
        var contributions = new float[FeatureSchema.Count];
        for (var i = 0; i < 50; i++)
        {
            var row = rows.Values.AsSpan(i * rows.Columns, rows.Columns);
            var expected = model.Explain(row, contributions);
            Assert.Equal(model.Margin(row), expected + contributions.Sum(), 1e-4f);
        }
    }

    private static void AssertEqual(ITrainedTrees trained, TrainingMatrix rows)
    {
        var model = new TreeEnsemble("test/1", trained.Export());
        var margins = trained.Margins(rows);
        var probabilities = trained is MlNetTrees own ? own.Probabilities(rows) : Array.ConvertAll(margins, margin => 1 / (1 + MathF.Exp(-margin)));
        for (var i = 0; i < rows.Rows; i++)
        {
            var row = rows.Values.AsSpan(i * rows.Columns, rows.Columns);
            Assert.Equal(margins[i], model.Margin(row), Tolerance);
            Assert.Equal(probabilities[i], model.Score(row), Tolerance);
        }
        Assert.True(margins.Distinct().Count() > 20, "the trees tell rows apart");
    }
}
