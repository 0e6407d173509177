using Engagement.Core.Scoring;
using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace Engagement.Training.MLNet;

/// <summary>
/// A FastTree model and its export. FastTree asks <c>x ≤ t</c>, the portable form <c>x &lt; t′</c> with t′ the next float above t. A child below 0 is the leaf of its
/// complement. FastTree keeps no cover, so the training rows are sent through the trees once more. Its own Platt link is left aside: the study
/// fits one on out-of-fold scores.
/// </summary>
internal sealed class FastTreeTrees(
    MLContext context, BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>> model, TrainingMatrix trainedOn)
    : ITrainedTrees
{
    // A node that no row passes would divide by nothing in the attribution.
    private const float CoverMin = 1e-3f;

    public float[] Margins(TrainingMatrix rows) =>
        [.. model.Transform(FastTreeRow.View(context, rows)).GetColumn<float>("Score")];

    public TreeEnsembleArrays Export()
    {
        var ensemble = model.Model.SubModel.TrainedTreeEnsemble;
        List<int> roots = [], left = [], right = [], feature = [];
        List<float> threshold = [], value = [];
        var trees = ensemble.Trees.ToArray();
        var weights = ensemble.TreeWeights.ToArray();
        for (var tree = 0; tree < trees.Length; tree++)
        {
            roots.Add(left.Count);
            // Each list is a fresh view on every access: copied once.
            int[] lefts = [.. trees[tree].LeftChild], rights = [.. trees[tree].RightChild], features = [.. trees[tree].NumericalSplitFeatureIndexes];
            float[] thresholds = [.. trees[tree].NumericalSplitThresholds];
            double[] leaves = [.. trees[tree].LeafValues];
            var root = left.Count;
            var order = new List<int> { trees[tree].NumberOfNodes == 0 ? ~0 : 0 };
            for (var i = 0; i < order.Count; i++)
            {
                var node = order[i];
                var isLeaf = node < 0;
                left.Add(isLeaf ? -1 : root + order.Count);
                right.Add(isLeaf ? -1 : root + order.Count + 1);
                feature.Add(isLeaf ? 0 : features[node]);
                threshold.Add(isLeaf ? 0 : MathF.BitIncrement(thresholds[node]));
                value.Add(isLeaf ? (float)(weights[tree] * leaves[~node]) : 0);
                if (!isLeaf) order.AddRange([lefts[node], rights[node]]);
            }
        }
        var arrays = new TreeEnsembleArrays
        {
            FeatureCount = trainedOn.Columns,
            Roots = [.. roots],
            Left = [.. left],
            Right = [.. right],
            Feature = [.. feature],
            Threshold = [.. threshold],
            DefaultLeft = new byte[left.Count],
            Value = [.. value],
            Cover = new float[left.Count],
            Base = (float)ensemble.Bias,
        };
        CountCover(arrays);
        return arrays;
    }

    public void Dispose()
    {
        // ML.NET's models hold no unmanaged memory.
    }

    private void CountCover(TreeEnsembleArrays arrays)
    {
        Array.Fill(arrays.Cover, CoverMin);
        for (var i = 0; i < trainedOn.Rows; i++)
        {
            var row = trainedOn.Values.AsSpan(i * trainedOn.Columns, trainedOn.Columns);
            foreach (var root in arrays.Roots)
            {
                var node = root;
                arrays.Cover[node] += trainedOn.Weights[i];
                while (arrays.Left[node] >= 0)
                {
                    // NaN fails the comparison and goes right, as exported.
                    node = row[arrays.Feature[node]] < arrays.Threshold[node] ? arrays.Left[node] : arrays.Right[node];
                    arrays.Cover[node] += trainedOn.Weights[i];
                }
            }
        }
    }
}
