using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;

namespace Engagement.Training.MLNet.Trainers;

/// <summary>
/// LightGBM (Ke et al. 2017) as ML.NET brings it, native library included, on one thread. ML.NET offers no way to hold a feature to a direction:
/// <see cref="TrainerSettings.Rising"/> says nothing to it.
/// </summary>
public sealed class LightGbmTrainer : ITrainer
{
    // ML.NET's link is sigmoid(score / 2), and its own: another slope here would leave its probabilities wrong.
    private const double Sigmoid = 0.5;

    public string Name => "mlnet-lightgbm";

    public string Version { get; } = MlNetVersion.Of(typeof(LightGbmBinaryTrainer));

    public ITrainedTrees Train(TrainingMatrix rows, TrainerSettings settings)
    {
        rows.RequireLearnable();
        var context = new MLContext(seed: unchecked((int)settings.Seed));
        var view = MlNetRow.ForTraining(context, rows);
        var trainer = context.BinaryClassification.Trainers.LightGbm(Options(settings));
        return new MlNetTrees(context, trainer.Fit(view), rows, view.Schema);
    }

    private static LightGbmBinaryTrainer.Options Options(TrainerSettings settings) => new()
    {
        LabelColumnName = nameof(MlNetRow.Label),
        FeatureColumnName = nameof(MlNetRow.Features),
        ExampleWeightColumnName = nameof(MlNetRow.Weight),
        NumberOfIterations = settings.Trees,
        NumberOfLeaves = 1 << settings.Depth,
        LearningRate = settings.LearningRate,
        // As in XGBoost the Hessians alone say how small a leaf may be.
        MinimumExampleCountPerLeaf = 1,
        MaximumBinCountPerFeature = MlNetRow.Bins,
        HandleMissingValue = false,
        UseCategoricalSplit = false,
        Sigmoid = Sigmoid,
        NumberOfThreads = 1,
        Seed = unchecked((int)settings.Seed),
        Booster = new GradientBooster.Options
        {
            MaximumTreeDepth = settings.Depth,
            // The link's slope scales the Hessians by its square; so the same settings say the same as in XGBoost.
            MinimumChildWeight = settings.LeafWeightMin * Sigmoid * Sigmoid,
            L2Regularization = settings.Lambda * Sigmoid * Sigmoid,
            FeatureFraction = settings.ColumnShare,
            SubsampleFraction = settings.RowShare,
            SubsampleFrequency = settings.RowShare < 1 ? 1 : 0,
        },
    };
}
