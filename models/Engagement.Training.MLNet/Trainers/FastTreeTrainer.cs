using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;

namespace Engagement.Training.MLNet.Trainers;

/// <summary>
/// ML.NET's FastTree (MART, Friedman 2001) on one thread. It has no L2 on leaves and holds no feature to a direction: <see cref="TrainerSettings.Lambda"/> and
/// <see cref="TrainerSettings.Rising"/> say nothing to it.
/// </summary>
public sealed class FastTreeTrainer : ITrainer
{
    public string Name => "mlnet-fasttree";

    public string Version { get; } = MlNetVersion.Of(typeof(FastTreeBinaryTrainer));

    public ITrainedTrees Train(TrainingMatrix rows, TrainerSettings settings)
    {
        rows.RequireLearnable();
        var context = new MLContext(seed: unchecked((int)settings.Seed));
        var view = MlNetRow.ForTraining(context, rows);
        var trainer = context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            LabelColumnName = nameof(MlNetRow.Label),
            FeatureColumnName = nameof(MlNetRow.Features),
            ExampleWeightColumnName = nameof(MlNetRow.Weight),
            NumberOfTrees = settings.Trees,
            // FastTree grows by leaves, not by depth: a full tree of the depth has so many.
            NumberOfLeaves = 1 << settings.Depth,
            MinimumExampleCountPerLeaf = Math.Max(1, (int)(settings.LeafWeightMin * 10)),
            LearningRate = settings.LearningRate,
            FeatureFraction = settings.ColumnShare,
            BaggingSize = settings.RowShare < 1 ? 1 : 0,
            BaggingExampleFraction = settings.RowShare,
            MaximumBinCountPerFeature = MlNetRow.Bins,
            NumberOfThreads = 1,
            Seed = unchecked((int)settings.Seed),
            FeatureSelectionSeed = unchecked((int)settings.Seed),
        });
        return new MlNetTrees(context, trainer.Fit(view), rows, view.Schema);
    }
}
