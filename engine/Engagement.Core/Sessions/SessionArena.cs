using System.Numerics;
using System.Runtime.InteropServices;

namespace Engagement.Core.Sessions;

/// <summary>A block of a <see cref="SessionArena"/>: its place, and its size class in the lowest three bits. <c>default</c> is none, of capacity 0.</summary>
internal readonly record struct ArenaBlock(uint Handle)
{
    public const int ClassBits = 3;

    /// <summary>Bytes.</summary>
    public int Capacity => Handle == 0 ? 0 : SessionArena.SizeOf(Class);

    public int Class => (int)(Handle & ((1 << ClassBits) - 1));

    /// <summary>In granules.</summary>
    public uint Place => Handle >> ClassBits;
}

/// <summary>
/// Memory of one partition's sessions: blocks of a few sizes cut from slabs, kept in a free list by size. Not thread-safe. Never shrinks: what the
/// busiest hour needed stays for the next. Blocks instead of arrays, because eight small arrays a session would cost more in object headers than they hold.
/// </summary>
internal sealed class SessionArena
{
    private const int GranuleBytes = 16;
    private const int CacheLineBytes = 64;
    private const int SlabBytes = 32 * 1024;
    private const int FirstSlabBytes = 4 * 1024;
    private const int GranuleBits = 11;

    // Sizes, each twice the one before: a block that a growing session left is what the next one begins with.
    private const int SmallestBytes = 32;
    private const int Classes = 1 << ArenaBlock.ClassBits;

    private readonly SizeClass[] _classes = new SizeClass[Classes];
    private byte[][] _slabs = new byte[16][];

    // Slab 0 is never used, so that handle 0 is none.
    private int _slabCount = 1;

    /// <summary>Largest block.</summary>
    public static int BytesMax => SizeOf(Classes - 1);

    /// <summary>Drawn rows that sessions hold.</summary>
    public int DrawnRows { get; set; }

    /// <summary>Bytes of all slabs, used or free.</summary>
    public long BytesReserved { get; private set; }

    /// <summary>The first <paramref name="bytes"/> of a block. Throws when it is shorter.</summary>
    public Span<byte> Bytes(in ArenaBlock block, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, block.Capacity);
        return bytes == 0 ? default : _slabs[block.Place >> GranuleBits].AsSpan((int)(block.Place & ((1 << GranuleBits) - 1)) * GranuleBytes, bytes);
    }

    /// <summary>Asks for the first lines of a block.</summary>
    public void Fetch(in ArenaBlock block, int linesMax)
    {
        if (block == default) return;
        var bytes = Math.Min(block.Capacity, linesMax * CacheLineBytes);
        CacheHint.Fetch(ref MemoryMarshal.GetReference(Bytes(block, bytes)), bytes);
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
        if (block == default) return;
        ref var free = ref _classes[block.Class];
        MemoryMarshal.Write(Bytes(block, sizeof(uint)), free.Free.Handle);
        free.Free = block;
        block = default;
    }

    internal static int SizeOf(int index) => SmallestBytes << index;

    private ArenaBlock Rent(int bytes)
    {
        var index = ClassOf(bytes);
        ref var from = ref _classes[index];
        if (from.Free != default)
        {
            var block = from.Free;
            from.Free = new ArenaBlock(MemoryMarshal.Read<uint>(Bytes(block, sizeof(uint))));
            return block;
        }
        if (from.FreshCount == 0) AddSlab(ref from, SizeOf(index));
        var fresh = new ArenaBlock(from.Fresh << ArenaBlock.ClassBits | (uint)index);
        from.Fresh += (uint)(SizeOf(index) / GranuleBytes);
        from.FreshCount--;
        return fresh;
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

    /// <summary>The smallest class that holds so many bytes. Throws when none does.</summary>
    private static int ClassOf(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, BytesMax);
        return BitOperations.Log2((uint)Math.Max(bytes - 1, SmallestBytes - 1) / SmallestBytes * 2 + 1);
    }

    private struct SizeClass
    {
        public ArenaBlock Free;

        /// <summary>Place of the first block that was never used, in granules.</summary>
        public uint Fresh;
        public int FreshCount;
        public bool HasSlab;
    }
}
