using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engagement.Core.Scoring;

/// <summary>
/// Shallow trees, each filled up to a full binary tree, so that the place of a child follows from its parent's and need not be read. Immutable and
/// thread-safe; hot, allocates nothing.
/// <para>(1) Eight trees make a group; the nodes of one place in the eight stand side by side, 64 bytes, so that one index serves all and the lane is a
/// constant in the address. (2) A step is one comparison and one shift: from place <c>i</c> to <c>2i + 1</c> or <c>2i + 2</c>. (3) A leaf above the
/// last level is repeated below: whichever way its filled-up nodes send a row, the value is the same. (4) Leaf values are added in tree order.</para>
/// </summary>
internal sealed class PerfectTrees
{
    private const int Side = 8;

    /// <summary>log2 of the bytes of one place of a group: eight nodes of eight bytes.</summary>
    private const int PlaceShift = 6;
    private const int NodeBytes = 8;

    /// <summary>Deeper trees would be mostly filling.</summary>
    private const int DepthMax = 8;

    /// <summary>Filling may make an ensemble so many times larger, beside <see cref="NodesFree"/>; beyond, walking links costs less than the cache.</summary>
    public const int FillingMax = 4;
    public const int NodesFree = 4_096;

    private readonly Node[] _nodes;
    private readonly Group[] _groups;

    private PerfectTrees(Node[] nodes, Group[] groups) => (_nodes, _groups) = (nodes, groups);

    /// <summary>Null when the trees are too deep or too lopsided for this form.</summary>
    public static PerfectTrees? TryBuild(TreeEnsembleArrays arrays)
    {
        var groups = new Group[(arrays.Roots.Length + Side - 1) / Side];
        var places = 0;
        for (var group = 0; group < groups.Length; group++)
        {
            var depth = arrays.Roots.Skip(group * Side).Take(Side).Max(arrays.DepthFrom);
            if (depth > DepthMax) return null;
            groups[group] = new Group(places << PlaceShift, depth);
            places += (2 << depth) - 1;
        }
        if (places * Side > FillingMax * arrays.Left.Length + NodesFree) return null;

        var nodes = new Node[places * Side];
        for (var tree = 0; tree < arrays.Roots.Length; tree++)
        {
            var group = groups[tree / Side];
            Fill(arrays, arrays.Roots[tree], nodes.AsSpan(group.Offset / NodeBytes + tree % Side), place: 0, group.Depth);
        }
        return new PerfectTrees(nodes, groups);
    }

    /// <summary><paramref name="sum"/> and the leaf values of all trees. Slots as <see cref="RowSlots"/> lays them out; every index was made by this class.</summary>
    public float Sum(ref int slot, float sum)
    {
        ref var first = ref Unsafe.As<Node, byte>(ref MemoryMarshal.GetArrayDataReference(_nodes));
        foreach (var (offset, depth) in _groups)
        {
            ref var at = ref Unsafe.AddByteOffset(ref first, (nint)offset);
            nint a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
            for (var step = depth; step > 0; step--)
            {
                a = Next(ref at, ref slot, a, 0);
                b = Next(ref at, ref slot, b, 1);
                c = Next(ref at, ref slot, c, 2);
                d = Next(ref at, ref slot, d, 3);
                e = Next(ref at, ref slot, e, 4);
                f = Next(ref at, ref slot, f, 5);
                g = Next(ref at, ref slot, g, 6);
                h = Next(ref at, ref slot, h, 7);
            }
            sum += At(ref at, a, 0).Value;
            sum += At(ref at, b, 1).Value;
            sum += At(ref at, c, 2).Value;
            sum += At(ref at, d, 3).Value;
            sum += At(ref at, e, 4).Value;
            sum += At(ref at, f, 5).Value;
            sum += At(ref at, g, 6).Value;
            sum += At(ref at, h, 7).Value;
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Next(ref byte group, ref int slots, nint place, int lane)
    {
        ref var node = ref At(ref group, place, lane);
        nint below = Unsafe.Add(ref slots, (nint)node.Slot) < node.Key ? 1 : 0;
        return 2 * place + (2 << PlaceShift) - (below << PlaceShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Node At(ref byte group, nint place, int lane) =>
        ref Unsafe.As<byte, Node>(ref Unsafe.AddByteOffset(ref group, place + lane * NodeBytes));

    /// <summary>Writes the tree from <paramref name="source"/> at <paramref name="place"/>, with so many levels left; a leaf fills all that is below it.</summary>
    private static void Fill(TreeEnsembleArrays arrays, int source, Span<Node> lane, int place, int levels)
    {
        var isLeaf = arrays.Left[source] < 0;
        if (levels == 0)
        {
            lane[place * Side] = new Node(BitConverter.SingleToInt32Bits(arrays.Value[source]), 0);
            return;
        }
        var (slot, threshold, below, other) = isLeaf ? (0, 0, source, source) : RowSlots.ConditionOf(arrays, source);
        lane[place * Side] = new Node(threshold, slot);
        Fill(arrays, below, lane, 2 * place + 1, levels - 1);
        Fill(arrays, other, lane, 2 * place + 2, levels - 1);
    }

    /// <summary>Threshold, as a key, and slot of an inner node; at the last level the leaf's value, as its bits.</summary>
    private readonly record struct Node(int Key, int Slot)
    {
        public float Value => BitConverter.Int32BitsToSingle(Key);
    }

    /// <param name="Offset">Of its first node, in bytes.</param>
    /// <param name="Depth">Of the deepest of its trees.</param>
    private readonly record struct Group(int Offset, int Depth);
}
