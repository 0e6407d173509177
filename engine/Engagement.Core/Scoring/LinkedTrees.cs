using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engagement.Core.Scoring;

/// <summary>
/// Trees of any shape, walked along links. Immutable and thread-safe; hot, allocates nothing.
/// <para>(1) Siblings are neighbours and places are counted in bytes, so a step is one comparison, one addition and one subtraction; a leaf asks
/// <c>0 &lt; highest</c> and steps to itself. (2) A node is eight bytes; what leaves are worth stands apart, because a row reads few of the many. (3) Trees
/// are sorted by depth and eight of like depth are walked side by side, which hides the latency of dependent loads. (4) After every second step the walk
/// ends if all eight stand at leaves: lopsided trees are deep, but most rows leave them early. (5) Leaf values are added in tree order.</para>
/// </summary>
internal sealed class LinkedTrees
{
    private const int Side = 8;
    private const int Stride = 2;

    /// <summary>log2 of the bytes of a node.</summary>
    private const int NodeShift = 3;

    private readonly Node[] _nodes;

    /// <summary>By place, as the nodes: of leaves.</summary>
    private readonly float[] _values;
    private readonly Group[] _groups;
    private readonly int _trees;
    private readonly int _zero;

    public LinkedTrees(TreeEnsembleArrays arrays)
    {
        _trees = arrays.Roots.Length;
        _zero = RowSlots.ZeroOf(arrays.FeatureCount);
        var (nodes, values) = (new List<Node>(arrays.Left.Length + 1), new List<float>(arrays.Left.Length + 1));
        var depths = Array.ConvertAll(arrays.Roots, arrays.DepthFrom);
        var roots = Array.ConvertAll(arrays.Roots, root => LayOut(arrays, root, nodes, values));
        // The last group is filled up with a leaf that adds nothing, after all trees.
        nodes.Add(Leaf);
        values.Add(0);
        Require(nodes);
        (_nodes, _values) = ([.. nodes], [.. values]);
        _groups = [.. Enumerable.Range(0, _trees).OrderBy(tree => depths[tree]).Chunk(Side).Select(trees => GroupOf(trees, depths, roots, nodes.Count - 1))];
    }

    /// <summary><paramref name="sum"/> and the leaf values of all trees. Slots as <see cref="RowSlots"/> lays them out; every index was made by this class.</summary>
    public float Sum(ref int slot, float sum)
    {
        Span<float> leaves = stackalloc float[_trees + 1];
        ref var leaf = ref MemoryMarshal.GetReference(leaves);
        foreach (ref readonly var group in _groups.AsSpan()) Walk(ref slot, group, ref leaf);
        for (var tree = 0; tree < _trees; tree++) sum += Unsafe.Add(ref leaf, tree);
        return sum;
    }

    private void Walk(ref int slot, in Group group, ref float leaf)
    {
        ref var node = ref Unsafe.As<Node, byte>(ref MemoryMarshal.GetArrayDataReference(_nodes));
        ref var value = ref MemoryMarshal.GetArrayDataReference(_values);
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
            // One branch, and not one for each of the eight: whether they have arrived cannot be foretold.
            var arrived = At(ref node, a).Packed & At(ref node, b).Packed & At(ref node, c).Packed & At(ref node, d).Packed
                & At(ref node, e).Packed & At(ref node, f).Packed & At(ref node, g).Packed & At(ref node, h).Packed;
            if ((arrived & Node.IsLeaf) != 0) break;
        }
        Unsafe.Add(ref leaf, group.Trees[0]) = Unsafe.Add(ref value, a >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[1]) = Unsafe.Add(ref value, b >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[2]) = Unsafe.Add(ref value, c >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[3]) = Unsafe.Add(ref value, d >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[4]) = Unsafe.Add(ref value, e >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[5]) = Unsafe.Add(ref value, f >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[6]) = Unsafe.Add(ref value, g >> NodeShift);
        Unsafe.Add(ref leaf, group.Trees[7]) = Unsafe.Add(ref value, h >> NodeShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Next(ref byte nodes, ref int slots, nint at)
    {
        ref var node = ref At(ref nodes, at);
        nint below = Unsafe.Add(ref slots, node.Slot) < node.Threshold ? 1 : 0;
        return at + (node.Second << NodeShift) - (below << NodeShift);
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
    private int LayOut(TreeEnsembleArrays arrays, int root, List<Node> nodes, List<float> values)
    {
        var first = nodes.Count;
        var queue = new Queue<int>([root]);
        nodes.Add(default);
        values.Add(0);
        for (var target = first; queue.TryDequeue(out var source); target++)
        {
            if (arrays.Left[source] < 0)
            {
                (nodes[target], values[target]) = (Leaf, arrays.Value[source]);
                continue;
            }
            var (slot, threshold, below, other) = RowSlots.ConditionOf(arrays, source);
            nodes[target] = Node.Of(threshold, slot, nodes.Count + 1 - target);
            foreach (var child in (ReadOnlySpan<int>)[below, other])
            {
                queue.Enqueue(child);
                nodes.Add(default);
                values.Add(0);
            }
        }
        return first;
    }

    private Node Leaf => Node.Of(RowSlots.HighestKey, _zero, 1, isLeaf: true);

    /// <summary>What the unchecked reads rest on; a fault here is ours, never the file's.</summary>
    private void Require(List<Node> nodes)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            var (slot, second) = (nodes[i].Slot, i + nodes[i].Second);
            var isLeaf = slot == _zero && second == i + 1;
            if (!isLeaf && (slot < 0 || slot >= _zero || second <= i + 1 || second >= nodes.Count))
                throw new InvalidOperationException($"Node {i} of {nodes.Count} is laid out wrongly.");
        }
    }

    /// <summary>Eight bytes: is the slot below the threshold, go to the node before the one that is <see cref="Second"/> places further, else to that.</summary>
    private readonly record struct Node(int Threshold, uint Packed)
    {
        public const uint IsLeaf = 1u << SecondBits;

        /// <summary>More than <see cref="Limits.ModelNodesMax"/>; eleven bits are left for the slot, enough for twice <see cref="Limits.ModelFeaturesMax"/> and the zero.</summary>
        private const int SecondBits = 20;

        public nint Slot => (nint)(Packed >> (SecondBits + 1));
        public nint Second => (nint)(Packed & (IsLeaf - 1));

        public static Node Of(int threshold, int slot, int second, bool isLeaf = false) =>
            new(threshold, (uint)slot << (SecondBits + 1) | (isLeaf ? IsLeaf : 0) | (uint)second);
    }

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
