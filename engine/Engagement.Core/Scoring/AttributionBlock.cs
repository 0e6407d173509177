using System.Collections.Immutable;

namespace Engagement.Core.Scoring;

/// <summary>
/// Some leaves of one tree that share most of their path, as <see cref="TreeAttribution"/> cuts them: their conditions, their features and their games.
/// Immutable and thread-safe.
/// </summary>
internal sealed class AttributionBlock
{
    /// <summary>Conditions of a block with a table of 2⁷ lines.</summary>
    private const int ConditionsMax = 7;

    private readonly ImmutableArray<LeafGame> _games;

    private AttributionBlock(TreeEnsembleArrays trees, ImmutableArray<Step> path, int head)
    {
        List<int> nodes = [.. path.Select(step => step.Node)];
        AddInner(trees, head, nodes);
        Conditions = [.. nodes.Select(node => new BlockCondition(trees.Threshold[node], (ushort)trees.Feature[node], trees.DefaultLeft[node]))];
        Features = [.. nodes.Select(node => trees.Feature[node]).Distinct()];
        _games = [.. GamesOf(trees, path, head, nodes)];
    }

    /// <summary>All that decides about the block's leaves; at most <see cref="Limits.ModelDepthMax"/>.</summary>
    public ImmutableArray<BlockCondition> Conditions { get; }

    /// <summary>The features that the conditions ask, each once.</summary>
    public ImmutableArray<int> Features { get; }

    /// <summary>Whether there are few enough conditions to play every outcome beforehand.</summary>
    public bool HasTable => Conditions.Length <= ConditionsMax;

    /// <summary>One line for each outcome, of one value for each feature.</summary>
    public int TableLength => Features.Length << Conditions.Length;

    /// <summary>The blocks of one tree, from its root down.</summary>
    public static IEnumerable<AttributionBlock> Cut(TreeEnsembleArrays trees, int root) => Cut(trees, root, []);

    /// <summary>Fills a table of <see cref="TableLength"/> with what the leaves contribute by outcome and feature.</summary>
    public void PlayBeforehand(Span<float> table)
    {
        Span<double> sums = stackalloc double[Features.Length];
        for (var outcomes = 0; outcomes < 1 << Conditions.Length; outcomes++)
        {
            sums.Clear();
            foreach (var game in _games) game.Play((uint)outcomes, sums);
            for (var i = 0; i < sums.Length; i++) table[outcomes * sums.Length + i] = (float)sums[i];
        }
    }

    /// <summary>Adds what the leaves contribute for a row.</summary>
    public void Play(Span<double> sums, ReadOnlySpan<float> row)
    {
        var outcomes = (uint)BlockCondition.OutcomesOf(Conditions.AsSpan(), row);
        Span<double> own = stackalloc double[Features.Length];
        foreach (var game in _games) game.Play(outcomes, own);
        for (var i = 0; i < own.Length; i++) sums[Features[i]] += own[i];
    }

    private static IEnumerable<AttributionBlock> Cut(TreeEnsembleArrays trees, int node, ImmutableArray<Step> path)
    {
        if (trees.Left[node] < 0 || path.Length + InnerFrom(trees, node) <= ConditionsMax) return [new AttributionBlock(trees, path, node)];
        return Cut(trees, trees.Left[node], path.Add(new Step(node, true))).Concat(Cut(trees, trees.Right[node], path.Add(new Step(node, false))));
    }

    private static int InnerFrom(TreeEnsembleArrays trees, int node) =>
        trees.Left[node] < 0 ? 0 : 1 + InnerFrom(trees, trees.Left[node]) + InnerFrom(trees, trees.Right[node]);

    private static void AddInner(TreeEnsembleArrays trees, int node, List<int> nodes)
    {
        if (trees.Left[node] < 0) return;
        nodes.Add(node);
        AddInner(trees, trees.Left[node], nodes);
        AddInner(trees, trees.Right[node], nodes);
    }

    private IEnumerable<LeafGame> GamesOf(TreeEnsembleArrays trees, ImmutableArray<Step> path, int node, List<int> nodes)
    {
        if (trees.Left[node] < 0) return [new LeafGame(trees.Value[node], [.. path.GroupBy(step => trees.Feature[step.Node]).Select(steps => PlayerOf(trees, steps, nodes))])];
        return GamesOf(trees, path.Add(new Step(node, true)), trees.Left[node], nodes)
            .Concat(GamesOf(trees, path.Add(new Step(node, false)), trees.Right[node], nodes));
    }

    /// <summary>A feature met several times on a path is one player: its shares multiply, and all its conditions must agree.</summary>
    private LeafGame.Player PlayerOf(TreeEnsembleArrays trees, IGrouping<int, Step> steps, List<int> nodes)
    {
        var (share, asked, wanted) = (1d, 0u, 0u);
        foreach (var (node, goesLeft) in steps)
        {
            double left = trees.Cover[trees.Left[node]], right = trees.Cover[trees.Right[node]];
            var bit = 1u << nodes.IndexOf(node);
            share *= (goesLeft ? left : right) / (left + right);
            asked |= bit;
            if (goesLeft) wanted |= bit;
        }
        return new LeafGame.Player(Features.IndexOf(steps.Key), share, asked, wanted);
    }

    private readonly record struct Step(int Node, bool GoesLeft);
}
