using System.Runtime.InteropServices;

namespace Engagement.Core.Sessions;

/// <summary>A block of a <see cref="SessionArena"/>. <c>default</c> is none, of capacity 0.</summary>
internal struct ArenaBlock
{
    public uint Handle;

    /// <summary>Bytes.</summary>
    public ushort Capacity;
}

/// <summary>
/// Memory of one partition's sessions: blocks of a few sizes cut from slabs, kept in a free list by size. Not thread-safe. Never shrinks: what the
/// busiest hour needed stays for the next. Blocks instead of arrays, because eight small arrays a session would cost more in object headers than they hold.
/// </summary>
internal sealed class SessionArena
{
    private const int GranuleBytes = 16;
    private const int SlabBytes = 32 * 1024;
    private const int FirstSlabBytes = 4 * 1024;
    private const int GranuleBits = 11;

    /// <summary>Sizes in bytes, each twice the one before: a block that a growing session left is what the next one begins with.</summary>
    private static readonly int[] s_sizes =
        [32, 64, 128, 256, 512, 1024, 2048, 4096];

    private static readonly byte[] s_classOfGranules = ClassTable();

    private readonly SizeClass[] _classes = new SizeClass[s_sizes.Length];
    private byte[][] _slabs = new byte[16][];

    // Slab 0 is never used, so that handle 0 is none.
    private int _slabCount = 1;

    /// <summary>Largest block.</summary>
    public static int BytesMax => s_sizes[^1];

    /// <summary>Bytes of all slabs, used or free.</summary>
    public long BytesReserved { get; private set; }

    /// <summary>The first <paramref name="bytes"/> of a block. Throws when it is shorter.</summary>
    public Span<byte> Bytes(in ArenaBlock block, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, block.Capacity);
        return bytes == 0 ? default : _slabs[block.Handle >> GranuleBits].AsSpan((int)(block.Handle & ((1 << GranuleBits) - 1)) * GranuleBytes, bytes);
    }

    /// <summary>The first <paramref name="count"/> values of a block.</summary>
    public Span<T> Values<T>(in ArenaBlock block, int count)
        where T : unmanaged
        => MemoryMarshal.Cast<byte, T>(Bytes(block, count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()));

    /// <summary>
    /// Makes a block hold <paramref name="bytes"/>, of <paramref name="bytesFirst"/> where it is new; what it held up to <paramref name="used"/> moves with
    /// it. Contents beyond are undefined.
    /// </summary>
    public void Reserve(ref ArenaBlock block, int used, int bytes, int bytesFirst = 0)
    {
        if (bytes <= block.Capacity) return;
        var next = Rent(Math.Max(bytes, bytesFirst));
        if (used > 0) Bytes(block, used).CopyTo(Bytes(next, used));
        Return(ref block);
        block = next;
    }

    public void Return(ref ArenaBlock block)
    {
        if (block.Capacity == 0) return;
        ref var free = ref _classes[ClassOf(block.Capacity)];
        MemoryMarshal.Write(Bytes(block, sizeof(uint)), free.Free);
        free.Free = block.Handle;
        block = default;
    }

    private ArenaBlock Rent(int bytes)
    {
        var index = ClassOf(bytes);
        ref var from = ref _classes[index];
        var block = new ArenaBlock { Capacity = (ushort)s_sizes[index] };
        if (from.Free != 0)
        {
            block.Handle = from.Free;
            from.Free = MemoryMarshal.Read<uint>(Bytes(block, sizeof(uint)));
            return block;
        }
        if (from.FreshCount == 0) AddSlab(ref from, block.Capacity);
        block.Handle = from.Fresh;
        from.Fresh += (uint)(block.Capacity / GranuleBytes);
        from.FreshCount--;
        return block;
    }

    private void AddSlab(ref SizeClass to, int blockBytes)
    {
        var bytes = to.HasSlab ? SlabBytes : FirstSlabBytes;
        if (_slabCount == _slabs.Length) Array.Resize(ref _slabs, _slabs.Length * 2);
        _slabs[_slabCount] = GC.AllocateUninitializedArray<byte>(bytes);
        BytesReserved += bytes;
        to.HasSlab = true;
        to.Fresh = (uint)_slabCount << GranuleBits;
        to.FreshCount = bytes / blockBytes;
        _slabCount++;
    }

    private static int ClassOf(int bytes) => s_classOfGranules[(bytes + GranuleBytes - 1) / GranuleBytes];

    private static byte[] ClassTable()
    {
        var table = new byte[s_sizes[^1] / GranuleBytes + 1];
        for (int granules = 0, index = 0; granules < table.Length; granules++)
        {
            if (granules * GranuleBytes > s_sizes[index]) index++;
            table[granules] = (byte)index;
        }
        return table;
    }

    private struct SizeClass
    {
        public uint Free;
        public uint Fresh;
        public int FreshCount;
        public bool HasSlab;
    }
}
