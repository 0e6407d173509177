namespace Engagement.Core.Scoring;

/// <summary>
/// Exact path-dependent Shapley values of a tree ensemble in polynomial time (Lundberg et al. 2020, "From local explanations to global
/// understanding with explainable AI for trees", algorithm 2): a feature that is unknown follows both children by their cover. Immutable and
/// thread-safe; cold, one scratch array a call.
/// <para>(1) Walk from the root with the path of distinct features met so far; for each, which share of the unknown case flows on (<c>Zero</c>) and
/// whether the row itself flows on (<c>One</c>). (2) <c>Weight[i]</c> holds the Shapley weight of all coalitions of <c>i</c> features of the path; extending the path
/// updates it. (3) A feature met again is first taken out of the path. (4) At a leaf each feature of the path gets the leaf's value times the weight of
/// the coalitions without it.</para>
/// </summary>
internal sealed class TreeAttribution
{
    private readonly TreeEnsembleArrays _trees;
    private readonly double _expected;
    private readonly int _scratchLength;

    public TreeAttribution(TreeEnsembleArrays trees)
    {
        _trees = trees;
        _expected = trees.Base + trees.Roots.Sum(ExpectationOf);
        var depth = trees.Roots.Max(trees.DepthFrom) + 2;
        _scratchLength = depth * (depth + 1) / 2;
    }

    /// <summary>Writes the contributions and returns the expected margin.</summary>
    public float Explain(ReadOnlySpan<float> row, Span<float> contributions)
    {
        var sums = new double[row.Length];
        var scratch = new Step[_scratchLength];
        foreach (var root in _trees.Roots) Walk(root, row, sums, scratch, 0, new Step(-1, 1, 1, 0));
        for (var i = 0; i < sums.Length; i++) contributions[i] = (float)sums[i];
        return (float)_expected;
    }

    private double ExpectationOf(int node)
    {
        if (_trees.Left[node] < 0) return _trees.Value[node];
        var (left, right) = Shares(node);
        return left * ExpectationOf(_trees.Left[node]) + right * ExpectationOf(_trees.Right[node]);
    }

    private (double Left, double Right) Shares(int node)
    {
        double left = _trees.Cover[_trees.Left[node]], right = _trees.Cover[_trees.Right[node]];
        return (left / (left + right), right / (left + right));
    }

    // The path of each depth stands behind its parent's in one triangular scratch array.
    private void Walk(int node, ReadOnlySpan<float> row, double[] sums, Span<Step> parent, int length, Step arrival)
    {
        var path = parent[length..];
        parent[..length].CopyTo(path);
        Extend(path, length, arrival);
        length++;

        if (_trees.Left[node] < 0)
        {
            for (var i = 1; i < length; i++)
                sums[path[i].Feature] += WeightWithout(path[..length], i) * (path[i].One - path[i].Zero) * _trees.Value[node];
            return;
        }

        var feature = _trees.Feature[node];
        double zero = 1, one = 1;
        for (var i = 1; i < length; i++)
        {
            if (path[i].Feature != feature) continue;
            (zero, one) = (path[i].Zero, path[i].One);
            Remove(path[..length], i);
            length--;
            break;
        }
        var (leftShare, rightShare) = Shares(node);
        var goesLeft = row[feature] < _trees.Threshold[node] || (float.IsNaN(row[feature]) && _trees.DefaultLeft[node] == 1);
        Walk(_trees.Left[node], row, sums, path, length, new Step(feature, leftShare * zero, goesLeft ? one : 0, 0));
        Walk(_trees.Right[node], row, sums, path, length, new Step(feature, rightShare * zero, goesLeft ? 0 : one, 0));
    }

    private static void Extend(Span<Step> path, int length, Step arrival)
    {
        path[length] = arrival with { Weight = length == 0 ? 1 : 0 };
        for (var i = length - 1; i >= 0; i--)
        {
            path[i + 1].Weight += arrival.One * path[i].Weight * (i + 1) / (length + 1);
            path[i].Weight = arrival.Zero * path[i].Weight * (length - i) / (length + 1);
        }
    }

    /// <summary>Undoes the extension by step <paramref name="at"/>; the path is one shorter afterwards.</summary>
    private static void Remove(Span<Step> path, int at)
    {
        var last = path.Length - 1;
        var (zero, one) = (path[at].Zero, path[at].One);
        var carried = path[last].Weight;
        for (var i = last - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var weight = path[i].Weight;
                path[i].Weight = carried * (last + 1) / ((i + 1) * one);
                carried = weight - path[i].Weight * zero * (last - i) / (last + 1);
            }
            else
            {
                path[i].Weight = path[i].Weight * (last + 1) / (zero * (last - i));
            }
        }
        for (var i = at; i < last; i++) path[i] = path[i + 1] with { Weight = path[i].Weight };
    }

    /// <summary>Sum of the weights as <see cref="Remove"/> would leave them.</summary>
    private static double WeightWithout(ReadOnlySpan<Step> path, int at)
    {
        Span<Step> copy = stackalloc Step[Limits.ModelDepthMax + 2];
        path.CopyTo(copy);
        Remove(copy[..path.Length], at);
        double sum = 0;
        for (var i = 0; i < path.Length - 1; i++) sum += copy[i].Weight;
        return sum;
    }

    private struct Step(int feature, double zero, double one, double weight)
    {
        public readonly int Feature = feature;
        public readonly double Zero = zero;
        public readonly double One = one;
        public double Weight = weight;
    }
}
