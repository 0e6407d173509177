using Engagement.Core.Scoring;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Engagement.Scoring.MLNet;

/// <summary>
/// Reads the trees of ML.NET's binary FastTree and LightGBM models into the portable form, in log-odds. ML.NET holds both in one form: it asks
/// <c>x ≤ t</c>, the portable form <c>x &lt; t′</c> with t′ the next float above t; a child below 0 is the leaf of its complement; the score is bias + Σ weight · leaf, and
/// the probability 1 / (1 + exp(slope · score + offset)). Thread-safe.
/// <para>A missing value goes right, as both go that were trained without missing values (see the trainers). What LightGBM's own handling of missing
/// values learns, ML.NET keeps where no caller can read it: such a model is to be recognised by comparing scores.</para>
/// </summary>
public static class MlNetTreesReader
{
    /// <summary>Cover of a node until rows are counted; a node that no row passes would divide by nothing in the attribution.</summary>
    public const float CoverMin = 1e-3f;

    /// <summary>Null when <paramref name="model"/> is neither a calibrated FastTree nor a calibrated LightGBM model. Covers are <see cref="CoverMin"/> throughout.</summary>
    public static TreeEnsembleArrays? Read(object model, int features)
    {
        if (EnsembleOf(model) is not { } ensemble || LinkOf(model) is not { } link) return null;
        var nodes = new NodeLists();
        double[] weights = [.. ensemble.TreeWeights];
        RegressionTree[] trees = [.. ensemble.Trees];
        for (var tree = 0; tree < trees.Length; tree++) nodes.Add(trees[tree], weights[tree] * link.Slope);
        return new TreeEnsembleArrays
        {
            FeatureCount = features,
            Roots = [.. nodes.Roots],
            Left = [.. nodes.Left],
            Right = [.. nodes.Right],
            Feature = [.. nodes.Feature],
            Threshold = [.. nodes.Threshold],
            DefaultLeft = new byte[nodes.Left.Count],
            Value = [.. nodes.Value],
            Cover = [.. Enumerable.Repeat(CoverMin, nodes.Left.Count)],
            Base = link.LogOdds((float)ensemble.Bias),
        };
    }

    /// <summary>How the model's score becomes log-odds; null for a model without a Platt link.</summary>
    public static MlNetLink? LinkOf(object model) => CalibratorOf(model) is PlattCalibrator platt ? new MlNetLink(-platt.Slope, -platt.Offset) : null;

    private static RegressionTreeEnsemble? EnsembleOf(object model) => model switch
    {
        CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator> trees => trees.SubModel.TrainedTreeEnsemble,
        CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator> trees => trees.SubModel.TrainedTreeEnsemble,
        CalibratedModelParametersBase<FastTreeBinaryModelParameters, ICalibrator> trees => trees.SubModel.TrainedTreeEnsemble,
        CalibratedModelParametersBase<LightGbmBinaryModelParameters, ICalibrator> trees => trees.SubModel.TrainedTreeEnsemble,
        _ => null,
    };

    private static ICalibrator? CalibratorOf(object model) => model switch
    {
        CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator> trees => trees.Calibrator,
        CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator> trees => trees.Calibrator,
        CalibratedModelParametersBase<FastTreeBinaryModelParameters, ICalibrator> trees => trees.Calibrator,
        CalibratedModelParametersBase<LightGbmBinaryModelParameters, ICalibrator> trees => trees.Calibrator,
        _ => null,
    };

    // Breadth first, so that children stand after their parent.
    private sealed class NodeLists
    {
        public readonly List<int> Roots = [], Left = [], Right = [], Feature = [];
        public readonly List<float> Threshold = [], Value = [];

        public void Add(RegressionTree tree, double scale)
        {
            // Each list is a fresh view on every access: copied once.
            int[] lefts = [.. tree.LeftChild], rights = [.. tree.RightChild], features = [.. tree.NumericalSplitFeatureIndexes];
            float[] thresholds = [.. tree.NumericalSplitThresholds];
            double[] leaves = [.. tree.LeafValues];
            var root = Left.Count;
            Roots.Add(root);
            var order = new List<int> { tree.NumberOfNodes == 0 ? ~0 : 0 };
            for (var i = 0; i < order.Count; i++)
            {
                var node = order[i];
                var isLeaf = node < 0;
                Left.Add(isLeaf ? -1 : root + order.Count);
                Right.Add(isLeaf ? -1 : root + order.Count + 1);
                Feature.Add(isLeaf ? 0 : features[node]);
                Threshold.Add(isLeaf ? 0 : MathF.BitIncrement(thresholds[node]));
                Value.Add(isLeaf ? (float)(scale * leaves[~node]) : 0);
                if (!isLeaf) order.AddRange([lefts[node], rights[node]]);
            }
        }
    }
}

/// <summary>Log-odds = slope · score + offset.</summary>
public readonly record struct MlNetLink(double Slope, double Offset)
{
    public float LogOdds(float score) => (float)(Slope * score + Offset);
}
