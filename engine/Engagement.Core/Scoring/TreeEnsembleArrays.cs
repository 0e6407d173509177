namespace Engagement.Core.Scoring;

/// <summary>
/// A tree ensemble as its file holds it: parallel arrays over all nodes, trees end to end. Immutable by convention; valid once
/// <see cref="Validate"/> says <see cref="TreeEnsembleError.None"/>.
/// <para>A row goes to <see cref="Left"/> where its value is below <see cref="Threshold"/>, to <see cref="Right"/> where not, and where it is NaN as
/// <see cref="DefaultLeft"/> says. The margin is <see cref="Base"/> + Σ leaf values, summed tree by tree in 32-bit floats, as XGBoost sums; the
/// probability is sigmoid(<see cref="CalibrationA"/> · margin + <see cref="CalibrationB"/>), or by <see cref="Link"/>.</para>
/// </summary>
public sealed record TreeEnsembleArrays
{
    /// <summary>Features of a row.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>First node of each tree, ascending from 0.</summary>
    public required int[] Roots { get; init; }

    /// <summary>Left child; -1 at a leaf. Children stand after their parent and in its tree.</summary>
    public required int[] Left { get; init; }

    /// <summary>Right child; -1 at a leaf.</summary>
    public required int[] Right { get; init; }

    /// <summary>Feature compared; 0 at a leaf.</summary>
    public required int[] Feature { get; init; }

    /// <summary>0 at a leaf.</summary>
    public required float[] Threshold { get; init; }

    /// <summary>1: a missing value goes left; 0: right, and at a leaf.</summary>
    public required byte[] DefaultLeft { get; init; }

    /// <summary>A leaf's value in log-odds; 0 elsewhere.</summary>
    public required float[] Value { get; init; }

    /// <summary>Training weight (rows, or sum of Hessians) that passed the node; above 0. The attribution's expectations are taken over it.</summary>
    public required float[] Cover { get; init; }

    /// <summary>Margin before the first tree, in log-odds.</summary>
    public required float Base { get; init; }

    /// <summary>Slope of the link, above 0; 1 where uncalibrated.</summary>
    public float CalibrationA { get; init; } = 1;

    /// <summary>Offset of the link; 0 where uncalibrated.</summary>
    public float CalibrationB { get; init; }

    /// <summary>A link by points instead of the sigmoid, where that calibrates better; null: the sigmoid.</summary>
    public MonotoneLink? Link { get; init; }

    /// <summary>Finds the first fault, with words that say where; <see cref="TreeEnsembleError.None"/> and null when there is none.</summary>
    public (TreeEnsembleError Error, string? Detail) Validate()
    {
        var nodes = Left.Length;
        if (Right.Length != nodes || Feature.Length != nodes || Threshold.Length != nodes || DefaultLeft.Length != nodes || Value.Length != nodes ||
            Cover.Length != nodes)
            return (TreeEnsembleError.ArrayLengthMismatch, $"trees.left has {nodes} nodes; another array differs");
        if (FeatureCount is < 1 or > Limits.ModelFeaturesMax) return (TreeEnsembleError.IndexOutOfRange, $"{FeatureCount} features");
        if (Roots.Length == 0 || nodes == 0) return (TreeEnsembleError.NoTrees, null);
        if (Roots.Length > Limits.ModelTreesMax || nodes > Limits.ModelNodesMax)
            return (TreeEnsembleError.TooLarge, $"{Roots.Length} trees, {nodes} nodes");
        if (!float.IsFinite(Base)) return (TreeEnsembleError.NotFinite, "base");
        if (!float.IsFinite(CalibrationA) || CalibrationA <= 0 || !float.IsFinite(CalibrationB))
            return (TreeEnsembleError.InvalidCalibration, $"a = {CalibrationA}, b = {CalibrationB}");
        if (Roots[0] != 0) return (TreeEnsembleError.IndexOutOfRange, "trees.roots[0] is not 0");
        for (var tree = 0; tree < Roots.Length; tree++)
        {
            var end = tree + 1 < Roots.Length ? Roots[tree + 1] : nodes;
            if (end <= Roots[tree] || end > nodes) return (TreeEnsembleError.IndexOutOfRange, $"trees.roots[{tree}]");
            if (ValidateTree(Roots[tree], end) is { Error: not TreeEnsembleError.None } fault) return fault;
        }
        return (TreeEnsembleError.None, null);
    }

    /// <summary>Depth of the deepest leaf from <paramref name="root"/>; 0 for a tree of one leaf.</summary>
    internal int DepthFrom(int root) => Left[root] < 0 ? 0 : 1 + Math.Max(DepthFrom(Left[root]), DepthFrom(Right[root]));

    // Children after their parent and each node with exactly one parent: so no cycle, no orphan, and depths follow in one pass.
    private (TreeEnsembleError Error, string? Detail) ValidateTree(int root, int end)
    {
        var depth = new int[end - root];
        Array.Fill(depth, -1);
        depth[0] = 0;
        for (var node = root; node < end; node++)
        {
            if (depth[node - root] < 0) return (TreeEnsembleError.NotATree, $"node {node} has no parent before it");
            if (ValidateNode(node) is { Error: not TreeEnsembleError.None } fault) return fault;
            if (Left[node] < 0) continue;
            if (depth[node - root] >= Limits.ModelDepthMax) return (TreeEnsembleError.TooDeep, $"node {node}");
            foreach (var child in (ReadOnlySpan<int>)[Left[node], Right[node]])
            {
                if (child < root || child >= end) return (TreeEnsembleError.IndexOutOfRange, $"child {child} of node {node}");
                if (child <= node) return (TreeEnsembleError.NotATree, $"child {child} of node {node} does not stand after it");
                if (depth[child - root] >= 0) return (TreeEnsembleError.NotATree, $"node {child} has two parents");
                depth[child - root] = depth[node - root] + 1;
            }
        }
        return (TreeEnsembleError.None, null);
    }

    private (TreeEnsembleError Error, string? Detail) ValidateNode(int node)
    {
        if (!float.IsFinite(Cover[node]) || Cover[node] <= 0) return (TreeEnsembleError.InvalidCover, $"node {node}");
        if (!float.IsFinite(Threshold[node]) || !float.IsFinite(Value[node])) return (TreeEnsembleError.NotFinite, $"node {node}");
        if (Left[node] < 0 != Right[node] < 0) return (TreeEnsembleError.NotATree, $"node {node} has one child");
        if (Feature[node] < 0 || Feature[node] >= FeatureCount) return (TreeEnsembleError.IndexOutOfRange, $"feature of node {node}");
        return DefaultLeft[node] > 1 ? (TreeEnsembleError.IndexOutOfRange, $"defaultLeft of node {node}") : (TreeEnsembleError.None, null);
    }
}
