using System.Buffers.Binary;

namespace Engagement.Engine.Stream;

/// <summary>
/// The 32-bit MurmurHash2 with the seed that Kafka's default partitioner uses, so that a record lies in the same partition of the embedded log
/// and of a Kafka topic with as many partitions. Pure and thread-safe; allocates nothing.
/// </summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Factor = 0x5bd1e995;

    /// <summary>The partition of a key, 0 to <paramref name="partitions"/> − 1. An empty key is hashed like any other.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions) => (Hash(key) & 0x7fffffff) % partitions;

    public static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = Seed ^ (uint)bytes.Length;
        while (bytes.Length >= 4)
        {
            var block = BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Factor;
            block = (block ^ (block >> 24)) * Factor;
            hash = (hash * Factor) ^ block;
            bytes = bytes[4..];
        }
        if (bytes.Length >= 3) hash ^= (uint)bytes[2] << 16;
        if (bytes.Length >= 2) hash ^= (uint)bytes[1] << 8;
        if (bytes.Length >= 1) hash = (hash ^ bytes[0]) * Factor;
        hash = (hash ^ (hash >> 13)) * Factor;
        return (int)(hash ^ (hash >> 15));
    }
}
