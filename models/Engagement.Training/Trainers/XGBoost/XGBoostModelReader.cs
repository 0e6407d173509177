using System.Globalization;
using System.Text.Json;
using Engagement.Core.Scoring;

namespace Engagement.Training.Trainers.XGBoost;

/// <summary>Reads XGBoost's JSON model into the portable form, nodes numbered anew in breadth first order so that children stand after their parent.</summary>
internal static class XGBoostModelReader
{
    public static TreeEnsembleArrays Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var learner = document.RootElement.GetProperty("learner");
        var parameters = learner.GetProperty("learner_model_param");
        // Stored as a probability; later versions put it in brackets.
        var baseScore = float.Parse(parameters.GetProperty("base_score").GetString()!.Trim('[', ']'), CultureInfo.InvariantCulture);
        var output = new NodeLists();
        foreach (var tree in learner.GetProperty("gradient_booster").GetProperty("model").GetProperty("trees").EnumerateArray()) output.Add(tree);
        return new TreeEnsembleArrays
        {
            FeatureCount = int.Parse(parameters.GetProperty("num_feature").GetString()!, CultureInfo.InvariantCulture),
            Roots = [.. output.Roots],
            Left = [.. output.Left],
            Right = [.. output.Right],
            Feature = [.. output.Feature],
            Threshold = [.. output.Threshold],
            DefaultLeft = [.. output.DefaultLeft],
            Value = [.. output.Value],
            Cover = [.. output.Cover],
            Base = -MathF.Log(1f / baseScore - 1f),
        };
    }

    private sealed class NodeLists
    {
        public readonly List<int> Roots = [], Left = [], Right = [], Feature = [];
        public readonly List<float> Threshold = [], Value = [], Cover = [];
        public readonly List<byte> DefaultLeft = [];

        public void Add(JsonElement tree)
        {
            var left = Ints(tree, "left_children");
            var right = Ints(tree, "right_children");
            var feature = Ints(tree, "split_indices");
            var condition = Floats(tree, "split_conditions");
            var cover = Floats(tree, "sum_hessian");
            var defaultLeft = tree.GetProperty("default_left").EnumerateArray()
                .Select(flag => flag.ValueKind == JsonValueKind.True || (flag.ValueKind == JsonValueKind.Number && flag.GetInt32() == 1)).ToArray();

            var root = Left.Count;
            Roots.Add(root);
            var order = new List<int> { 0 };
            for (var i = 0; i < order.Count; i++)
            {
                var node = order[i];
                var isLeaf = left[node] < 0;
                Left.Add(isLeaf ? -1 : root + order.Count);
                Right.Add(isLeaf ? -1 : root + order.Count + 1);
                Feature.Add(isLeaf ? 0 : feature[node]);
                Threshold.Add(isLeaf ? 0 : condition[node]);
                DefaultLeft.Add(!isLeaf && defaultLeft[node] ? (byte)1 : (byte)0);
                // A leaf's value stands where an inner node has its condition.
                Value.Add(isLeaf ? condition[node] : 0);
                Cover.Add(cover[node]);
                if (!isLeaf) order.AddRange([left[node], right[node]]);
            }
        }

        private static int[] Ints(JsonElement tree, string name) => [.. tree.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

        private static float[] Floats(JsonElement tree, string name) => [.. tree.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
    }
}
