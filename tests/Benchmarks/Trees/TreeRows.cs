using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Trainers;

namespace Benchmarks.Trees;

/// <summary>Rows and ensembles made from a seed.</summary>
internal static class TreeRows
{
    /// <summary>Rows of whole and real numbers, one value in twenty missing, with labels that many features have a part in, so that trees grow full.</summary>
    public static TrainingMatrix Generate(int rows, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * FeatureSchema.Count];
        var labels = new float[rows];
        for (var i = 0; i < rows; i++)
        {
            var row = values.AsSpan(i * FeatureSchema.Count, FeatureSchema.Count);
            var score = 0d;
            for (var j = 0; j < row.Length; j++)
            {
                var x = j % 3 == 0 ? random.Next(8) : MathF.Exp((float)random.NextDouble() * 5) - 1;
                row[j] = random.Next(20) == 0 ? float.NaN : x;
                score += float.IsNaN(row[j]) ? 0.1 : Math.Sin(x + j) + (j > 0 && row[j - 1] > x ? 0.5 : -0.5);
            }
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-score / 4)) ? 1 : 0;
        }
        return new TrainingMatrix(values, FeatureSchema.Count, labels, [.. Enumerable.Repeat(1f, rows)]);
    }

    /// <summary>Lopsided trees as growing leaf by leaf gives them: each split takes any leaf, the larger more likely.</summary>
    public static TreeEnsembleArrays LeafWise(int trees, int leaves, TrainingMatrix rows, int seed)
    {
        var random = new Random(seed);
        List<int> roots = [], left = [], right = [], feature = [];
        List<float> threshold = [], value = [], cover = [];
        List<byte> defaultLeft = [];
        for (var tree = 0; tree < trees; tree++)
        {
            roots.Add(left.Count);
            var open = new List<int> { Add(1000) };
            while (open.Count < leaves)
            {
                var drawn = random.NextDouble() * 1000;
                var at = open.FindIndex(node => (drawn -= cover[node]) < 0);
                if (at < 0) continue;
                var node = open[at];
                open.RemoveAt(at);
                feature[node] = random.Next(rows.Columns);
                var sample = rows.Values[random.Next(rows.Rows) * rows.Columns + feature[node]];
                threshold[node] = float.IsNaN(sample) ? 1 : sample;
                defaultLeft[node] = (byte)random.Next(2);
                value[node] = 0;
                var share = 0.05f + 0.9f * (float)random.NextDouble();
                left[node] = Add(cover[node] * share);
                right[node] = Add(cover[node] * (1 - share));
                open.AddRange([left[node], right[node]]);
            }
        }
        return new TreeEnsembleArrays
        {
            FeatureCount = rows.Columns, Roots = [.. roots], Left = [.. left], Right = [.. right], Feature = [.. feature], Threshold = [.. threshold],
            DefaultLeft = [.. defaultLeft], Value = [.. value], Cover = [.. cover], Base = -1,
        };

        int Add(float weight)
        {
            left.Add(-1);
            right.Add(-1);
            feature.Add(0);
            threshold.Add(0);
            defaultLeft.Add(0);
            value.Add((float)random.NextDouble() - 0.5f);
            cover.Add(weight);
            return left.Count - 1;
        }
    }
}
