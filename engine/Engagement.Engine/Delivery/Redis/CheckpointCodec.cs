using System.Buffers.Binary;
using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// A checkpoint as bytes, all numbers big-endian: version (1 byte), epoch (8), position (8), which the script <c>checkpoint</c> compares; oldest
/// live (8), state version (4), then for each split visitor (16) and offset (8). Pure.
/// </summary>
internal static class CheckpointCodec
{
    private const byte Version = 1;
    private const int HeadBytes = 1 + 3 * 8 + 4;
    private const int SplitBytes = 24;

    public static byte[] Encode(PartitionCheckpoint checkpoint)
    {
        var splits = checkpoint.Splits.IsDefault ? [] : checkpoint.Splits;
        var bytes = new byte[HeadBytes + splits.Length * SplitBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), checkpoint.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), checkpoint.Position);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), checkpoint.OldestLive);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(25), checkpoint.StateVersion);
        var place = bytes.AsSpan(HeadBytes);
        foreach (var split in splits)
        {
            BinaryPrimitives.WriteUInt64BigEndian(place, split.Visitor.High);
            BinaryPrimitives.WriteUInt64BigEndian(place[8..], split.Visitor.Low);
            BinaryPrimitives.WriteInt64BigEndian(place[16..], split.FirstOffset);
            place = place[SplitBytes..];
        }
        return bytes;
    }

    /// <summary>Null for what another version wrote: then all retention is read.</summary>
    public static PartitionCheckpoint? Decode(int partition, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || bytes[0] != Version) return null;
        var splits = ImmutableArray.CreateBuilder<CheckpointSplit>((bytes.Length - HeadBytes) / SplitBytes);
        for (var place = bytes[HeadBytes..]; place.Length >= SplitBytes; place = place[SplitBytes..])
            splits.Add(new CheckpointSplit(VisitorKey.FromBytes(place), BinaryPrimitives.ReadInt64BigEndian(place[16..])));
        return new PartitionCheckpoint(
            partition, BinaryPrimitives.ReadInt64BigEndian(bytes[9..]), BinaryPrimitives.ReadInt64BigEndian(bytes[17..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt32BigEndian(bytes[25..]), splits.ToImmutable());
    }
}
