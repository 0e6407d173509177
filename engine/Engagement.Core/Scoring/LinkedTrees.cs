using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engagement.Core.Scoring;

/// <summary>
/// Trees of any shape, walked along links. Immutable and thread-safe; hot, allocates nothing.
/// <para>(1) Siblings are neighbours and places are counted in bytes, so a step is one comparison and one subtraction; a leaf asks <c>0 &lt; ∞</c> and steps
/// to itself. (2) Trees are sorted by depth and eight of like depth are walked side by side, which hides the latency of dependent loads. (3) After every
/// fourth step the walk ends if all eight stand at leaves: lopsided trees are deep, but most rows leave them early. (4) Leaf values are added in tree
/// order.</para>
/// </summary>
internal sealed class LinkedTrees
{
    private const int Side = 8;
    private const int Stride = 4;

    /// <summary>log2 of the bytes of a node.</summary>
    private const int NodeShift = 4;

    private readonly Node[] _nodes;
    private readonly Group[] _groups;
    private readonly int _trees;
    private readonly int _zero;

    public LinkedTrees(TreeEnsembleArrays arrays)
    {
        _trees = arrays.Roots.Length;
        _zero = RowSlots.ZeroOf(arrays.FeatureCount);
        var nodes = new List<Node>(arrays.Left.Length + 1);
        var depths = Array.ConvertAll(arrays.Roots, arrays.DepthFrom);
        var roots = Array.ConvertAll(arrays.Roots, root => LayOut(arrays, root, nodes));
        // The last group is filled up with a leaf that adds nothing, after all trees.
        nodes.Add(Leaf(nodes.Count, 0));
        Require(nodes);
        _nodes = [.. nodes];
        _groups = [.. Enumerable.Range(0, _trees).OrderBy(tree => depths[tree]).Chunk(Side).Select(trees => GroupOf(trees, depths, roots, nodes.Count - 1))];
    }

    /// <summary><paramref name="sum"/> and the leaf values of all trees. Slots as <see cref="RowSlots"/> lays them out; every index was made by this class.</summary>
    public float Sum(ref float slot, float sum)
    {
        Span<float> leaves = stackalloc float[_trees + 1];
        ref var leaf = ref MemoryMarshal.GetReference(leaves);
        foreach (ref readonly var group in _groups.AsSpan()) Walk(ref slot, group, ref leaf);
        for (var tree = 0; tree < _trees; tree++) sum += Unsafe.Add(ref leaf, tree);
        return sum;
    }

    private void Walk(ref float slot, in Group group, ref float leaf)
    {
        ref var node = ref Unsafe.As<Node, byte>(ref MemoryMarshal.GetArrayDataReference(_nodes));
        nint a = group.Roots[0], b = group.Roots[1], c = group.Roots[2], d = group.Roots[3];
        nint e = group.Roots[4], f = group.Roots[5], g = group.Roots[6], h = group.Roots[7];
        for (var left = group.Depth; left > 0; left -= Stride)
        {
            for (var step = Stride; step > 0; step--)
            {
                a = Next(ref node, ref slot, a);
                b = Next(ref node, ref slot, b);
                c = Next(ref node, ref slot, c);
                d = Next(ref node, ref slot, d);
                e = Next(ref node, ref slot, e);
                f = Next(ref node, ref slot, f);
                g = Next(ref node, ref slot, g);
                h = Next(ref node, ref slot, h);
            }
            // The zero slot is the highest, and only leaves ask it.
            var lowest = Math.Min(
                Math.Min(Math.Min(At(ref node, a).Slot, At(ref node, b).Slot), Math.Min(At(ref node, c).Slot, At(ref node, d).Slot)),
                Math.Min(Math.Min(At(ref node, e).Slot, At(ref node, f).Slot), Math.Min(At(ref node, g).Slot, At(ref node, h).Slot)));
            if (lowest == _zero) break;
        }
        Unsafe.Add(ref leaf, group.Trees[0]) = At(ref node, a).Value;
        Unsafe.Add(ref leaf, group.Trees[1]) = At(ref node, b).Value;
        Unsafe.Add(ref leaf, group.Trees[2]) = At(ref node, c).Value;
        Unsafe.Add(ref leaf, group.Trees[3]) = At(ref node, d).Value;
        Unsafe.Add(ref leaf, group.Trees[4]) = At(ref node, e).Value;
        Unsafe.Add(ref leaf, group.Trees[5]) = At(ref node, f).Value;
        Unsafe.Add(ref leaf, group.Trees[6]) = At(ref node, g).Value;
        Unsafe.Add(ref leaf, group.Trees[7]) = At(ref node, h).Value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Next(ref byte nodes, ref float slots, nint at)
    {
        ref var node = ref At(ref nodes, at);
        nint below = Unsafe.Add(ref slots, (nint)node.Slot) < node.Threshold ? 1 : 0;
        return node.Second - (below << NodeShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Node At(ref byte nodes, nint at) => ref Unsafe.As<byte, Node>(ref Unsafe.AddByteOffset(ref nodes, at));

    private Group GroupOf(int[] trees, int[] depths, int[] roots, int filling)
    {
        var group = new Group { Depth = trees.Max(tree => depths[tree]) };
        for (var lane = 0; lane < Side; lane++)
        {
            group.Roots[lane] = lane < trees.Length ? roots[trees[lane]] << NodeShift : filling << NodeShift;
            group.Trees[lane] = lane < trees.Length ? trees[lane] : _trees;
        }
        return group;
    }

    /// <summary>Appends one tree breadth first, each pair of siblings side by side; returns the place of its root.</summary>
    private int LayOut(TreeEnsembleArrays arrays, int root, List<Node> nodes)
    {
        var first = nodes.Count;
        var queue = new Queue<int>([root]);
        nodes.Add(default);
        for (var target = first; queue.TryDequeue(out var source); target++)
        {
            if (arrays.Left[source] < 0)
            {
                nodes[target] = Leaf(target, arrays.Value[source]);
                continue;
            }
            var (slot, threshold, below, other) = RowSlots.ConditionOf(arrays, source);
            nodes[target] = new Node(threshold, slot, nodes.Count + 1 << NodeShift, 0);
            foreach (var child in (ReadOnlySpan<int>)[below, other])
            {
                queue.Enqueue(child);
                nodes.Add(default);
            }
        }
        return first;
    }

    private Node Leaf(int place, float value) => new(float.PositiveInfinity, _zero, place + 1 << NodeShift, value);

    /// <summary>What the unchecked reads rest on; a fault here is ours, never the file's.</summary>
    private void Require(List<Node> nodes)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            var (slot, second) = (nodes[i].Slot, nodes[i].Second >> NodeShift);
            var isLeaf = slot == _zero && second == i + 1;
            if (!isLeaf && (slot < 0 || slot >= _zero || second <= i + 1 || second >= nodes.Count))
                throw new InvalidOperationException($"Node {i} of {nodes.Count} is laid out wrongly.");
        }
    }

    /// <summary>16 bytes: is the slot below the threshold, go to the node before the one that <paramref name="Second"/> bytes lead to, else to that.</summary>
    private readonly record struct Node(float Threshold, int Slot, int Second, float Value);

    /// <summary>Eight trees of like depth.</summary>
    private struct Group
    {
        /// <summary>In bytes from the first node.</summary>
        public Lanes Roots;

        /// <summary>Their places in tree order; one past the last for filling.</summary>
        public Lanes Trees;
        public int Depth;
    }

    [InlineArray(Side)]
    private struct Lanes
    {
        private int _first;
    }
}
