using System.Collections.Immutable;

namespace Engagement.Core.Scoring;

/// <summary>
/// Exact path-dependent Shapley values of a tree ensemble (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI
/// for trees"): a feature that is unknown follows both children by their cover. Immutable and thread-safe; explaining a row allocates nothing.
/// <para>(1) A tree is cut into blocks: a node near the leaves with all below it and the path that leads there, as large as seven conditions allow. (2) What a
/// block contributes depends on nothing but the outcomes of its conditions, so the <see cref="LeafGame"/>s of its leaves are played beforehand for each of
/// the at most 128 outcomes (the idea of Yang 2021, "Fast TreeSHAP", there by leaf). (3) For a row the conditions are asked, and one line of each block's
/// table is added; all is laid out in the order in which it is read. (4) A leaf deeper than that is a block by itself, played for the row.</para>
/// </summary>
internal sealed class TreeAttribution
{
    /// <summary>Floats in all tables, 16 MB; blocks beyond are played for the row.</summary>
    private const int TableLengthMax = 4 * 1024 * 1024;

    private readonly double _expected;

    // Block after block: how much of each of the three arrays after it belongs to it.
    private readonly (byte Conditions, byte Features)[] _sizes;
    private readonly BlockCondition[] _conditions;
    private readonly ushort[] _features;
    private readonly float[] _tables;
    private readonly AttributionBlock[] _unplayed;

    public TreeAttribution(TreeEnsembleArrays trees)
    {
        _expected = trees.Base + trees.Roots.Sum(root => ExpectationOf(trees, root));
        var room = TableLengthMax;
        List<AttributionBlock> played = [], unplayed = [];
        foreach (var block in trees.Roots.SelectMany(root => AttributionBlock.Cut(trees, root)))
        {
            var fits = block.HasTable && block.TableLength <= room;
            if (fits) room -= block.TableLength;
            (fits ? played : unplayed).Add(block);
        }
        _sizes = [.. played.Select(block => ((byte)block.Conditions.Length, (byte)block.Features.Length))];
        _conditions = [.. played.SelectMany(block => block.Conditions)];
        _features = [.. played.SelectMany(block => block.Features.Select(feature => (ushort)feature))];
        _tables = new float[TableLengthMax - room];
        var table = _tables.AsSpan();
        foreach (var block in played)
        {
            block.PlayBeforehand(table[..block.TableLength]);
            table = table[block.TableLength..];
        }
        _unplayed = [.. unplayed];
    }

    /// <summary>Writes the contributions and returns the expected margin.</summary>
    public float Explain(ReadOnlySpan<float> row, Span<float> contributions)
    {
        Span<double> sums = stackalloc double[row.Length];
        AddPlayed(sums, row);
        foreach (var block in _unplayed) block.Play(sums, row);
        for (var i = 0; i < sums.Length; i++) contributions[i] = (float)sums[i];
        return (float)_expected;
    }

    private void AddPlayed(Span<double> sums, ReadOnlySpan<float> row)
    {
        ReadOnlySpan<BlockCondition> conditions = _conditions;
        ReadOnlySpan<ushort> features = _features;
        ReadOnlySpan<float> tables = _tables;
        foreach (var (asked, concerned) in _sizes)
        {
            var line = tables.Slice(concerned * BlockCondition.OutcomesOf(conditions[..asked], row), concerned);
            for (var i = 0; i < line.Length; i++) sums[features[i]] += line[i];
            conditions = conditions[asked..];
            features = features[concerned..];
            tables = tables[(concerned << asked)..];
        }
    }

    private static double ExpectationOf(TreeEnsembleArrays trees, int node)
    {
        if (trees.Left[node] < 0) return trees.Value[node];
        double left = trees.Cover[trees.Left[node]], right = trees.Cover[trees.Right[node]];
        return (left * ExpectationOf(trees, trees.Left[node]) + right * ExpectationOf(trees, trees.Right[node])) / (left + right);
    }
}

/// <summary>What an inner node asks.</summary>
/// <param name="MissingLeft">1 where a missing value goes left, else 0.</param>
internal readonly record struct BlockCondition(float Threshold, ushort Feature, ushort MissingLeft)
{
    /// <summary>Bit by condition: whether the row goes left there; at most 32. Without branches: outcomes are hard to foretell.</summary>
    public static int OutcomesOf(ReadOnlySpan<BlockCondition> conditions, ReadOnlySpan<float> row)
    {
        var outcomes = 0;
        for (var i = 0; i < conditions.Length; i++)
        {
            ref readonly var condition = ref conditions[i];
            var x = row[condition.Feature];
            outcomes |= ((x < condition.Threshold ? 1 : 0) | ((float.IsNaN(x) ? 1 : 0) & condition.MissingLeft)) << i;
        }
        return outcomes;
    }
}
