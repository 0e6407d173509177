using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// A run of records of one partition as written and read in one piece: for each record the key's length, the key, the value's length, the value
/// (lengths as base-128 varints). Counts its holders; the last one gives the buffer back to the pool. Thread-safe.
/// </summary>
internal sealed class LogChunk(long baseOffset, int count, byte[] buffer, int length)
{
    private int _holders = 1;

    public long BaseOffset => baseOffset;
    public int Count => count;
    public int Length => length;
    public long NextOffset => baseOffset + count;
    public ReadOnlyMemory<byte> Data => buffer.AsMemory(0, length);

    /// <summary>Another holder; false when the last one has gone already.</summary>
    public bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders) return true;
            holders = seen;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Bytes that one record takes.</summary>
    public static int SizeOf(int keyLength, int valueLength) => VarintSize(keyLength) + keyLength + VarintSize(valueLength) + valueLength;

    /// <summary>Writes one record; the position after it.</summary>
    public static int Write(Span<byte> destination, int position, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        position = WriteVarint(destination, position, key.Length);
        key.CopyTo(destination[position..]);
        position = WriteVarint(destination, position + key.Length, value.Length);
        value.CopyTo(destination[position..]);
        return position + value.Length;
    }

    /// <summary>A length at <paramref name="position"/>, which moves behind it. Throws <see cref="InvalidDataException"/> past the end.</summary>
    public static int ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        var value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= source.Length) break;
            var part = source[position++];
            value |= (part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
        throw new InvalidDataException("A chunk of the log ends in the middle of a record.");
    }

    /// <summary>CRC-32C of a chunk's bytes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }

    private static int VarintSize(int value) => value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;

    private static int WriteVarint(Span<byte> destination, int position, int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7) destination[position++] = (byte)(rest | 0x80);
        destination[position++] = (byte)rest;
        return position;
    }
}
