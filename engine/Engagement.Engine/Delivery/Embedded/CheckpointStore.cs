using System.Buffers.Binary;
using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>Epochs and checkpoints of partitions in the storage file. Writer's connection.</summary>
internal sealed class CheckpointStore(EmbeddedDatabase database)
{
    /// <summary>Visitor (16 bytes) and offset (8), big-endian.</summary>
    private const int SplitBytes = 24;

    private readonly SqliteStatement _take = database.Prepare(
        "INSERT INTO ownership(partition, epoch) VALUES(?1, 1) ON CONFLICT(partition) DO UPDATE SET epoch = epoch + 1 RETURNING epoch");
    private readonly SqliteStatement _epoch = database.Prepare("SELECT epoch FROM ownership WHERE partition = ?1");
    private readonly SqliteStatement _read = database.Prepare(
        "SELECT position, oldest_live, epoch, state_version, splits FROM checkpoint WHERE partition = ?1");
    private readonly SqliteStatement _write = database.Prepare("""
        INSERT INTO checkpoint(partition, position, oldest_live, epoch, state_version, splits) VALUES(?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT(partition) DO UPDATE SET position = excluded.position, oldest_live = excluded.oldest_live, epoch = excluded.epoch,
            state_version = excluded.state_version, splits = excluded.splits
        WHERE excluded.position >= position OR excluded.epoch > epoch
        """);

    public PartitionOwnership Take(int partition)
    {
        _take.Bind(1, partition).Step();
        var epoch = _take.Int64(0);
        _take.Step();
        return new PartitionOwnership(epoch, Find(partition));
    }

    /// <summary>False when a later epoch owns the partition.</summary>
    public bool Owns(int partition, long epoch)
    {
        var current = _epoch.Bind(1, partition).Step() ? _epoch.Int64(0) : 0;
        _epoch.Reset();
        return epoch >= current;
    }

    /// <summary>A checkpoint that was written before does not move the position back.</summary>
    public void Write(PartitionCheckpoint checkpoint) =>
        _write.Bind(1, checkpoint.Partition).Bind(2, checkpoint.Position).Bind(3, checkpoint.OldestLive).Bind(4, checkpoint.Epoch)
            .Bind(5, checkpoint.StateVersion).Bind(6, Encode(checkpoint.Splits)).Run();

    private PartitionCheckpoint? Find(int partition)
    {
        PartitionCheckpoint? found = null;
        if (_read.Bind(1, partition).Step())
            found = new PartitionCheckpoint(
                partition, _read.Int64(0), _read.Int64(1), _read.Int64(2), (int)_read.Int64(3), Decode(_read.Blob(4)));
        _read.Reset();
        return found;
    }

    private static byte[] Encode(ImmutableArray<CheckpointSplit> splits)
    {
        if (splits.IsDefaultOrEmpty) return [];
        var bytes = new byte[splits.Length * SplitBytes];
        for (var i = 0; i < splits.Length; i++)
        {
            var place = bytes.AsSpan(i * SplitBytes);
            BinaryPrimitives.WriteUInt64BigEndian(place, splits[i].Visitor.High);
            BinaryPrimitives.WriteUInt64BigEndian(place[8..], splits[i].Visitor.Low);
            BinaryPrimitives.WriteInt64BigEndian(place[16..], splits[i].FirstOffset);
        }
        return bytes;
    }

    private static ImmutableArray<CheckpointSplit> Decode(ReadOnlySpan<byte> bytes)
    {
        var splits = ImmutableArray.CreateBuilder<CheckpointSplit>(bytes.Length / SplitBytes);
        for (; bytes.Length >= SplitBytes; bytes = bytes[SplitBytes..])
            splits.Add(new CheckpointSplit(VisitorKey.FromBytes(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[16..])));
        return splits.ToImmutable();
    }
}
