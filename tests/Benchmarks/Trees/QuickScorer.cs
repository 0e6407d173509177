using System.Numerics;
using Engagement.Core.Scoring;

namespace Benchmarks.Trees;

/// <summary>
/// QuickScorer (Lucchese et al. 2015, "QuickScorer: a fast algorithm to rank documents with additive ensembles of regression trees") for up to 64 leaves a
/// tree: measured beside the engine's scorer, and not used by it. Not thread-safe.
/// <para>(1) All nodes of all trees that ask one feature are sorted by threshold. (2) Nodes at which the row goes right are met in that order until one is
/// passed; each takes the leaves of its left side out of its tree's bit vector. (3) The first leaf left in each vector is the row's.</para>
/// </summary>
internal sealed class QuickScorer
{
    private readonly Entry[] _entries;
    private readonly int[] _starts;
    private readonly ulong[] _missing;
    private readonly float[] _leaves;
    private readonly ulong[] _vectors;
    private readonly float _base;

    public QuickScorer(TreeEnsembleArrays trees)
    {
        _base = trees.Base;
        _vectors = new ulong[trees.Roots.Length];
        _leaves = new float[trees.Roots.Length * 64];
        var byFeature = Enumerable.Range(0, trees.FeatureCount).Select(_ => new List<Entry>()).ToArray();
        for (var tree = 0; tree < trees.Roots.Length; tree++) Number(trees, tree, trees.Roots[tree], 0, byFeature);
        _entries = [.. byFeature.SelectMany(entries => entries.OrderBy(e => e.Threshold))];
        _starts = new int[trees.FeatureCount + 1];
        for (var i = 0; i < byFeature.Length; i++) _starts[i + 1] = _starts[i] + byFeature[i].Count;
        _missing = Array.ConvertAll(_entries, e => e.MissingLeft ? ulong.MaxValue : e.Mask);
    }

    public float Margin(ReadOnlySpan<float> row)
    {
        var vectors = _vectors.AsSpan();
        vectors.Fill(ulong.MaxValue);
        for (var feature = 0; feature < row.Length; feature++)
        {
            var x = row[feature];
            var (from, to) = (_starts[feature], _starts[feature + 1]);
            if (float.IsNaN(x))
            {
                for (var i = from; i < to; i++) vectors[_entries[i].Tree] &= _missing[i];
                continue;
            }
            foreach (ref readonly var entry in _entries.AsSpan(from, to - from))
            {
                if (x < entry.Threshold) break;
                vectors[entry.Tree] &= entry.Mask;
            }
        }
        var sum = _base;
        for (var tree = 0; tree < vectors.Length; tree++) sum += _leaves[tree * 64 + BitOperations.TrailingZeroCount(vectors[tree])];
        return sum;
    }

    /// <summary>Numbers the leaves from left to right; returns the next free number.</summary>
    private int Number(TreeEnsembleArrays trees, int tree, int node, int next, List<Entry>[] byFeature)
    {
        if (trees.Left[node] < 0)
        {
            if (next == 64) throw new ArgumentException("More than 64 leaves in a tree.", nameof(trees));
            _leaves[tree * 64 + next] = trees.Value[node];
            return next + 1;
        }
        var middle = Number(trees, tree, trees.Left[node], next, byFeature);
        var left = (1UL << middle - next) - 1 << next;
        byFeature[trees.Feature[node]].Add(new Entry(trees.Threshold[node], tree, ~left, trees.DefaultLeft[node] == 1));
        return Number(trees, tree, trees.Right[node], middle, byFeature);
    }

    private readonly record struct Entry(float Threshold, int Tree, ulong Mask, bool MissingLeft);
}
