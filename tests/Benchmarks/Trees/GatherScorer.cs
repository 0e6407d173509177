using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Engagement.Core.Scoring;

namespace Benchmarks.Trees;

/// <summary>
/// Eight trees in the lanes of a 256-bit vector, each filled up to the ensemble's depth, walked by AVX2 gathers: measured beside the engine's scorer, and
/// not used by it. Not thread-safe.
/// </summary>
internal sealed class GatherScorer
{
    private readonly int _depth;
    private readonly int _groups;
    private readonly float[] _thresholds;
    private readonly int[] _slots;
    private readonly float[] _row;
    private readonly float _base;
    private readonly int _trees;

    public GatherScorer(TreeEnsembleArrays trees)
    {
        _base = trees.Base;
        _trees = trees.Roots.Length;
        _groups = (_trees + 7) / 8;
        _depth = trees.Roots.Max(root => DepthFrom(trees, root));
        _thresholds = new float[_groups * Places * 8];
        _slots = new int[_thresholds.Length];
        _row = GC.AllocateArray<float>(2 * trees.FeatureCount, pinned: true);
        for (var tree = 0; tree < _trees; tree++) Fill(trees, trees.Roots[tree], (tree / 8 * Places * 8) + tree % 8, 0, _depth);
    }

    /// <summary>False where the processor has no AVX2, or the trees are too deep to be filled up.</summary>
    public static bool Serves(TreeEnsembleArrays trees) => Avx2.IsSupported && trees.Roots.Max(root => DepthFrom(trees, root)) <= 8;

    private int Places => (2 << _depth) - 1;

    public unsafe float Margin(ReadOnlySpan<float> row)
    {
        for (var i = 0; i < row.Length; i++) (_row[i], _row[row.Length + i]) = (row[i], -row[i]);
        var sum = _base;
        var lanes = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        fixed (float* thresholds = _thresholds)
        fixed (int* slots = _slots)
        fixed (float* values = _row)
        {
            for (var group = 0; group < _groups; group++)
            {
                var start = lanes + Vector256.Create(group * Places * 8);
                var at = start;
                for (var step = 0; step < _depth; step++)
                {
                    var x = Avx2.GatherVector256(values, Avx2.GatherVector256(slots, at, 4), 4);
                    var below = Avx.CompareLessThan(x, Avx2.GatherVector256(thresholds, at, 4)).AsInt32();
                    // Within the group: place i, eight to a place, to 2i + 1 or 2i + 2; what is below is −1.
                    at = start + ((at - start) << 1) + Vector256.Create(16) + (below << 3);
                }
                var eight = Avx2.GatherVector256(thresholds, at, 4);
                for (var lane = 0; lane < 8; lane++) sum += eight[lane];
            }
        }
        return sum;
    }

    private static int DepthFrom(TreeEnsembleArrays trees, int node) =>
        trees.Left[node] < 0 ? 0 : 1 + Math.Max(DepthFrom(trees, trees.Left[node]), DepthFrom(trees, trees.Right[node]));

    private void Fill(TreeEnsembleArrays trees, int node, int start, int place, int levels)
    {
        var isLeaf = trees.Left[node] < 0;
        var mirrored = !isLeaf && trees.DefaultLeft[node] == 1;
        _thresholds[start + place * 8] = levels == 0 ? trees.Value[node] : mirrored ? MathF.BitIncrement(-trees.Threshold[node]) : trees.Threshold[node];
        if (levels == 0) return;
        _slots[start + place * 8] = trees.Feature[node] + (mirrored ? trees.FeatureCount : 0);
        Fill(trees, isLeaf ? node : mirrored ? trees.Right[node] : trees.Left[node], start, 2 * place + 1, levels - 1);
        Fill(trees, isLeaf ? node : mirrored ? trees.Left[node] : trees.Right[node], start, 2 * place + 2, levels - 1);
    }
}
