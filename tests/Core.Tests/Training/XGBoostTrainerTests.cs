using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;

namespace Core.Tests.Training;

public sealed class XGBoostTrainerTests
{
    private static readonly TrainerSettings Settings = new(100, 5, 0.2f, 0.1f, 1, 7);

    [RequiresXGBoostFact]
    public void Export_EveryRow_GivesXGBoostsOwnPredictions()
    {
        var rows = GeneratedRows.Sessions(600, seed: 1);
        var matrix = GeneratedRows.Matrix(rows);
        using var trained = new XGBoostTrainer().Train(matrix, Settings);
        var arrays = trained.Export();
        Assert.Equal(100, arrays.Roots.Length);
        var model = new TreeEnsemble("test/1", arrays);
        var theirs = trained.Margins(matrix);
        for (var i = 0; i < rows.Count; i++) Assert.Equal(theirs[i], model.Margin(rows[i].Features), 1e-5f);
        Assert.True(theirs.Distinct().Count() > 100);
    }

    [RequiresXGBoostFact]
    public void Explain_EveryRow_GivesXGBoostsOwnContributions()
    {
        var rows = GeneratedRows.Sessions(200, seed: 2);
        var matrix = GeneratedRows.Matrix(rows);
        using var trained = (XGBoostTrees)new XGBoostTrainer().Train(matrix, Settings);
        var model = new TreeEnsemble("test/1", trained.Export());
        var theirs = trained.Contributions(matrix);
        var ours = new float[FeatureSchema.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var expected = model.Explain(rows[i].Features, ours);
            var own = theirs.AsSpan(i * (FeatureSchema.Count + 1), FeatureSchema.Count + 1);
            Assert.Equal(own[^1], expected, 1e-4f);
            for (var j = 0; j < ours.Length; j++) Assert.Equal(own[j], ours[j], 1e-4f);
        }
    }

    [RequiresXGBoostFact]
    public void Train_SameSeed_GivesTheSameTrees()
    {
        var matrix = GeneratedRows.Matrix(GeneratedRows.Sessions(300, seed: 3));
        using var one = new XGBoostTrainer().Train(matrix, Settings);
        using var two = new XGBoostTrainer().Train(matrix, Settings);
        Assert.Equal(one.Export().Value, two.Export().Value);
        Assert.Equal(one.Export().Threshold, two.Export().Threshold);
    }

    [RequiresXGBoostFact]
    public void Train_RowsOfOneClass_SaysSo()
    {
        foreach (var label in new[] { false, true })
        {
            var matrix = GeneratedRows.Matrix(GeneratedRows.Sessions(50, seed: 4, relabel: (_, _) => label));
            var fault = Assert.Throws<TrainingException>(() => new XGBoostTrainer().Train(matrix, Settings));
            Assert.Contains("class", fault.Message, StringComparison.Ordinal);
        }
        Assert.Throws<TrainingException>(() => new XGBoostTrainer().Train(new TrainingMatrix([], FeatureSchema.Count, [], []), Settings));
    }
}
