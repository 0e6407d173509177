using Engagement.Core.Scoring;

namespace Core.Tests.Scoring;

/// <summary>Random ensembles and rows for the scoring tests, and the plain evaluation that they are compared with.</summary>
internal static class RandomEnsembles
{
    public static TreeEnsembleArrays Make(Random random, int features, int trees, int depth, float a = 1, float b = 0)
    {
        List<int> roots = [], left = [], right = [], feature = [];
        List<float> threshold = [], value = [], cover = [];
        List<byte> defaultLeft = [];
        for (var tree = 0; tree < trees; tree++)
        {
            roots.Add(left.Count);
            Grow(depth, 1000);
        }
        return new TreeEnsembleArrays
        {
            FeatureCount = features,
            Roots = [.. roots],
            Left = [.. left],
            Right = [.. right],
            Feature = [.. feature],
            Threshold = [.. threshold],
            DefaultLeft = [.. defaultLeft],
            Value = [.. value],
            Cover = [.. cover],
            Base = (float)random.NextDouble() - 0.5f,
            CalibrationA = a,
            CalibrationB = b,
        };

        int Grow(int remaining, float weight)
        {
            var node = left.Count;
            var isLeaf = remaining == 0 || random.Next(6) == 0;
            left.Add(-1);
            right.Add(-1);
            feature.Add(isLeaf ? 0 : random.Next(features));
            threshold.Add(isLeaf ? 0 : random.Next(8) switch { 0 => -0f, 1 => float.Epsilon, 2 => -float.Epsilon, _ => random.Next(-2, 3) });
            defaultLeft.Add(isLeaf ? (byte)0 : (byte)random.Next(2));
            value.Add(isLeaf ? (float)random.NextDouble() - 0.5f : 0);
            cover.Add(weight);
            if (isLeaf) return node;
            var share = 0.1f + 0.8f * (float)random.NextDouble();
            left[node] = Grow(remaining - 1, weight * share);
            right[node] = Grow(remaining - 1, weight * (1 - share));
            return node;
        }
    }

    /// <summary>Trees of one long branch, each of whose nodes asks another feature.</summary>
    public static TreeEnsembleArrays Chains(Random random, int trees, int depth)
    {
        var size = 2 * depth + 1;
        var nodes = Enumerable.Range(0, trees * size).Select(i => (Root: i / size * size, At: i % size)).ToArray();
        bool IsInner(int at) => at < 2 * depth && at % 2 == 0;
        return new TreeEnsembleArrays
        {
            FeatureCount = depth,
            Roots = [.. Enumerable.Range(0, trees).Select(tree => tree * size)],
            Left = [.. nodes.Select(n => IsInner(n.At) ? n.Root + n.At + 1 : -1)],
            Right = [.. nodes.Select(n => IsInner(n.At) ? n.Root + n.At + 2 : -1)],
            Feature = [.. nodes.Select(n => IsInner(n.At) ? n.At / 2 : 0)],
            Threshold = [.. nodes.Select(n => IsInner(n.At) ? random.Next(-2, 3) : 0f)],
            DefaultLeft = [.. nodes.Select(n => IsInner(n.At) ? (byte)random.Next(2) : (byte)0)],
            Value = [.. nodes.Select(n => IsInner(n.At) ? 0 : (float)random.NextDouble() - 0.5f)],
            Cover = [.. nodes.Select(n => n.At % 2 == 1 ? 1f + random.Next(50) : 1000f - 10 * n.At)],
            Base = 0.25f,
        };
    }

    /// <summary>Whole numbers around the thresholds, so that equality is met often, and the values that comparisons get wrong.</summary>
    public static float[] Row(Random random, int features) =>
        [.. Enumerable.Range(0, features).Select(_ => random.Next(14) switch
        {
            12 => BitConverter.Int32BitsToSingle(-1), // not a number either, with its sign set
            13 => float.Epsilon * (random.Next(3) - 1),
            0 => float.NaN,
            1 => float.PositiveInfinity,
            2 => float.NegativeInfinity,
            3 => -0f,
            4 => MathF.BitDecrement(1),
            _ => random.Next(-3, 4),
        })];

    public static float Margin(TreeEnsembleArrays trees, float[] row)
    {
        var sum = trees.Base;
        foreach (var root in trees.Roots)
        {
            var node = root;
            while (trees.Left[node] >= 0)
            {
                var x = row[trees.Feature[node]];
                var goesLeft = float.IsNaN(x) ? trees.DefaultLeft[node] == 1 : x < trees.Threshold[node];
                node = goesLeft ? trees.Left[node] : trees.Right[node];
            }
            sum += trees.Value[node];
        }
        return sum;
    }

    /// <summary>Expected margin when only the features of the coalition are known: the definition that the Shapley values rest on.</summary>
    public static double Expectation(TreeEnsembleArrays trees, float[] row, int coalition)
    {
        return trees.Base + trees.Roots.Sum(Of);

        double Of(int node)
        {
            if (trees.Left[node] < 0) return trees.Value[node];
            int l = trees.Left[node], r = trees.Right[node];
            var x = row[trees.Feature[node]];
            if ((coalition >> trees.Feature[node] & 1) == 1)
                return Of((float.IsNaN(x) ? trees.DefaultLeft[node] == 1 : x < trees.Threshold[node]) ? l : r);
            double wl = trees.Cover[l], wr = trees.Cover[r];
            return (wl * Of(l) + wr * Of(r)) / (wl + wr);
        }
    }

    /// <summary>Shapley values by their definition, over all coalitions.</summary>
    public static double[] Shapley(TreeEnsembleArrays trees, float[] row)
    {
        var n = trees.FeatureCount;
        var expectations = Enumerable.Range(0, 1 << n).Select(s => Expectation(trees, row, s)).ToArray();
        var factorial = new double[n + 1];
        factorial[0] = 1;
        for (var i = 1; i <= n; i++) factorial[i] = i * factorial[i - 1];
        var values = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var s = 0; s < 1 << n; s++)
            {
                if ((s >> i & 1) == 1) continue;
                var size = int.PopCount(s);
                values[i] += factorial[size] * factorial[n - size - 1] / factorial[n] * (expectations[s | 1 << i] - expectations[s]);
            }
        }
        return values;
    }
}
