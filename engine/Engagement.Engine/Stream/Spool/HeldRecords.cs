using System.Buffers;
using System.Collections.Concurrent;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Spool;

/// <summary>
/// A copy of records, for a log that may still hold them when its answer is no longer waited for: the caller's own memory is free again by then.
/// Pooled; one owner at a time.
/// </summary>
internal sealed class HeldRecords
{
    private const int PoolMax = 256;
    private static readonly ConcurrentBag<HeldRecords> Pool = [];
    private readonly List<LogAppend> _records = [];
    private byte[] _buffer = [];

    public IReadOnlyList<LogAppend> Records => _records;

    public static HeldRecords Copy(IReadOnlyList<LogAppend> records)
    {
        if (!Pool.TryTake(out var held)) held = new HeldRecords();
        var length = 0;
        for (var i = 0; i < records.Count; i++) length += records[i].Key.Length + records[i].Value.Length;
        held._buffer = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            held._records.Add(record with { Key = held.Take(record.Key, ref at), Value = held.Take(record.Value, ref at) });
        }
        return held;
    }

    /// <summary>Only when the log is done with it.</summary>
    public void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _records.Clear();
        if (Pool.Count < PoolMax) Pool.Add(this);
    }

    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> bytes, ref int at)
    {
        var copy = _buffer.AsMemory(at, bytes.Length);
        bytes.CopyTo(copy);
        at += bytes.Length;
        return copy;
    }
}
