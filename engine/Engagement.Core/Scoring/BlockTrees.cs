using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engagement.Core.Scoring;

/// <summary>
/// Trees of five or six levels, filled up to six, in blocks of three levels that are a cache line each: of a tree a row reads three lines, where
/// <see cref="PerfectTrees"/> of that depth reads five. Immutable and thread-safe; hot, allocates nothing.
/// <para>(1) A tree is its top block and the eight below it, 64 bytes each with seven nodes of eight. (2) Within a block the nodes stand so that each
/// step only adds: at the block's second level 32 bytes, at its third 16, where the row is not below the threshold. (3) Eight trees are walked side
/// by side. (4) Leaf values, 64 a tree, are added in tree order.</para>
/// </summary>
internal sealed class BlockTrees
{
    private const int DepthMin = 5;
    private const int Depth = 6;
    private const int Side = 8;
    private const int BlockBytes = 64;
    private const int NodeBytes = 8;
    private const int TreeBytes = 9 * BlockBytes;
    private const int TreeLeaves = 1 << Depth;

    /// <summary>Where a block's second and third level begin: so no two of its seven nodes fall on one place.</summary>
    private const int Second = 16;
    private const int Third = 8;

    private readonly Node[] _nodes;
    private readonly float[] _leaves;
    private readonly int _groups;

    /// <summary>Place of the first node: blocks begin where cache lines do.</summary>
    private readonly int _first;

    private BlockTrees(TreeEnsembleArrays arrays)
    {
        _groups = (arrays.Roots.Length + Side - 1) / Side;
        // Pinned, so that what is aligned stays so.
        _nodes = GC.AllocateArray<Node>(_groups * Side * TreeBytes / NodeBytes + BlockBytes / NodeBytes, pinned: true);
        _leaves = new float[_groups * Side * TreeLeaves];
        var address = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref Unsafe.As<Node, byte>(ref MemoryMarshal.GetArrayDataReference(_nodes)));
        _first = (int)(-address & (BlockBytes - 1)) / NodeBytes;
        for (var tree = 0; tree < arrays.Roots.Length; tree++)
            Fill(arrays, arrays.Roots[tree], _nodes.AsSpan(_first + tree * TreeBytes / NodeBytes, TreeBytes / NodeBytes), _leaves.AsSpan(tree * TreeLeaves, TreeLeaves), 0, 0);
    }

    /// <summary>Null when the trees have another depth, or would be mostly filling.</summary>
    public static BlockTrees? TryBuild(TreeEnsembleArrays arrays)
    {
        var size = arrays.Roots.Length * (TreeBytes / NodeBytes + TreeLeaves / 2);
        var fits = arrays.Roots.Max(arrays.DepthFrom) is DepthMin or Depth && size <= PerfectTrees.FillingMax * arrays.Left.Length + PerfectTrees.NodesFree;
        return fits ? new BlockTrees(arrays) : null;
    }

    /// <summary><paramref name="sum"/> and the leaf values of all trees. Slots as <see cref="RowSlots"/> lays them out; every index was made by this class.</summary>
    public float Sum(ref int slot, float sum)
    {
        ref var at = ref Unsafe.As<Node, byte>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_nodes), _first));
        ref var leaf = ref Unsafe.As<float, byte>(ref MemoryMarshal.GetArrayDataReference(_leaves));
        for (var group = _groups; group > 0; group--)
        {
            nint a = Step(ref at, ref slot, 0, 0, 0) << 5, b = Step(ref at, ref slot, 0, 1, 0) << 5, c = Step(ref at, ref slot, 0, 2, 0) << 5, d = Step(ref at, ref slot, 0, 3, 0) << 5;
            nint e = Step(ref at, ref slot, 0, 4, 0) << 5, f = Step(ref at, ref slot, 0, 5, 0) << 5, g = Step(ref at, ref slot, 0, 6, 0) << 5, h = Step(ref at, ref slot, 0, 7, 0) << 5;
            a += Step(ref at, ref slot, a, 0, Second) << 4;
            b += Step(ref at, ref slot, b, 1, Second) << 4;
            c += Step(ref at, ref slot, c, 2, Second) << 4;
            d += Step(ref at, ref slot, d, 3, Second) << 4;
            e += Step(ref at, ref slot, e, 4, Second) << 4;
            f += Step(ref at, ref slot, f, 5, Second) << 4;
            g += Step(ref at, ref slot, g, 6, Second) << 4;
            h += Step(ref at, ref slot, h, 7, Second) << 4;
            // To one of the eight blocks below.
            a = 8 * a + (Step(ref at, ref slot, a, 0, Third) << 6);
            b = 8 * b + (Step(ref at, ref slot, b, 1, Third) << 6);
            c = 8 * c + (Step(ref at, ref slot, c, 2, Third) << 6);
            d = 8 * d + (Step(ref at, ref slot, d, 3, Third) << 6);
            e = 8 * e + (Step(ref at, ref slot, e, 4, Third) << 6);
            f = 8 * f + (Step(ref at, ref slot, f, 5, Third) << 6);
            g = 8 * g + (Step(ref at, ref slot, g, 6, Third) << 6);
            h = 8 * h + (Step(ref at, ref slot, h, 7, Third) << 6);

            a += Step(ref at, ref slot, a, 0, BlockBytes) << 5;
            b += Step(ref at, ref slot, b, 1, BlockBytes) << 5;
            c += Step(ref at, ref slot, c, 2, BlockBytes) << 5;
            d += Step(ref at, ref slot, d, 3, BlockBytes) << 5;
            e += Step(ref at, ref slot, e, 4, BlockBytes) << 5;
            f += Step(ref at, ref slot, f, 5, BlockBytes) << 5;
            g += Step(ref at, ref slot, g, 6, BlockBytes) << 5;
            h += Step(ref at, ref slot, h, 7, BlockBytes) << 5;
            a += Step(ref at, ref slot, a, 0, BlockBytes + Second) << 4;
            b += Step(ref at, ref slot, b, 1, BlockBytes + Second) << 4;
            c += Step(ref at, ref slot, c, 2, BlockBytes + Second) << 4;
            d += Step(ref at, ref slot, d, 3, BlockBytes + Second) << 4;
            e += Step(ref at, ref slot, e, 4, BlockBytes + Second) << 4;
            f += Step(ref at, ref slot, f, 5, BlockBytes + Second) << 4;
            g += Step(ref at, ref slot, g, 6, BlockBytes + Second) << 4;
            h += Step(ref at, ref slot, h, 7, BlockBytes + Second) << 4;

            sum += Leaf(ref at, ref slot, ref leaf, a, 0);
            sum += Leaf(ref at, ref slot, ref leaf, b, 1);
            sum += Leaf(ref at, ref slot, ref leaf, c, 2);
            sum += Leaf(ref at, ref slot, ref leaf, d, 3);
            sum += Leaf(ref at, ref slot, ref leaf, e, 4);
            sum += Leaf(ref at, ref slot, ref leaf, f, 5);
            sum += Leaf(ref at, ref slot, ref leaf, g, 6);
            sum += Leaf(ref at, ref slot, ref leaf, h, 7);
            at = ref Unsafe.AddByteOffset(ref at, Side * TreeBytes);
            leaf = ref Unsafe.AddByteOffset(ref leaf, Side * TreeLeaves * sizeof(float));
        }
        return sum;
    }

    /// <summary>1 where the row is not below the threshold, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Step(ref byte group, ref int slots, nint place, int lane, int level)
    {
        ref var node = ref Unsafe.As<byte, Node>(ref Unsafe.AddByteOffset(ref group, place + (lane * TreeBytes + level)));
        return Unsafe.Add(ref slots, (nint)node.Slot) >= node.Key ? 1 : 0;
    }

    /// <summary>The last level's nodes are 16 bytes apart, and there are two leaves to each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Leaf(ref byte group, ref int slots, ref byte leaves, nint place, int lane)
    {
        var other = Step(ref group, ref slots, place, lane, BlockBytes + Third);
        return Unsafe.As<byte, float>(ref Unsafe.AddByteOffset(ref leaves, (place >> 1) + 4 * other + lane * TreeLeaves * sizeof(float)));
    }

    /// <summary>The subtree from <paramref name="source"/>, at so many levels and such a path from the root; a leaf fills all that is below it.</summary>
    private static void Fill(TreeEnsembleArrays arrays, int source, Span<Node> tree, Span<float> leaves, int level, int path)
    {
        if (level == Depth)
        {
            leaves[path] = arrays.Value[source];
            return;
        }
        var isLeaf = arrays.Left[source] < 0;
        var (slot, threshold, below, other) = isLeaf ? (0, 0, source, source) : RowSlots.ConditionOf(arrays, source);
        tree[PlaceOf(level, path) / NodeBytes] = new Node(threshold, slot);
        Fill(arrays, below, tree, leaves, level + 1, 2 * path);
        Fill(arrays, other, tree, leaves, level + 1, 2 * path + 1);
    }

    /// <summary>In bytes from the tree's first.</summary>
    private static int PlaceOf(int level, int path) => level switch
    {
        0 => 0,
        1 => Second + 32 * path,
        2 => Third + 16 * path,
        3 => BlockBytes + 64 * path,
        4 => BlockBytes + Second + 32 * path,
        _ => BlockBytes + Third + 16 * path,
    };

    /// <summary>Threshold, as a key, and slot.</summary>
    private readonly record struct Node(int Key, int Slot);
}
