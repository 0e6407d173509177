using System.Buffers;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>Records of consecutive chunks, found once when the batch is made. Holds the chunks until it is disposed; not thread-safe.</summary>
internal sealed class EmbeddedBatch : LogBatch
{
    private readonly List<LogChunk> _chunks;
    private Slot[]? _slots;

    /// <summary>Takes over the holds on <paramref name="chunks"/>, which cover <paramref name="offset"/> where there are any.</summary>
    public EmbeddedBatch(int partition, long offset, List<LogChunk> chunks, int maxRecords)
    {
        Partition = partition;
        _chunks = chunks;
        FirstOffset = offset;
        var available = chunks.Count == 0 ? 0 : chunks[^1].NextOffset - offset;
        _slots = ArrayPool<Slot>.Shared.Rent((int)Math.Min(maxRecords, available) + 1);
        for (var i = 0; i < chunks.Count && Count < maxRecords; i++) Index(i, maxRecords);
    }

    public override int Partition { get; }
    public override int Count => _count;
    public override long NextOffset => FirstOffset + _count;
    private long FirstOffset { get; }
    private int _count;

    public override LogRecord this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_count || _slots is null) throw new ArgumentOutOfRangeException(nameof(index));
            ref readonly var slot = ref _slots[index];
            var data = _chunks[slot.Chunk].Data;
            return new LogRecord(FirstOffset + index, data.Slice(slot.Key, slot.KeyLength), data.Slice(slot.Value, slot.ValueLength));
        }
    }

    public override void Dispose()
    {
        if (_slots is null) return;
        ArrayPool<Slot>.Shared.Return(_slots);
        _slots = null;
        _count = 0;
        foreach (var chunk in _chunks) chunk.Release();
        base.Dispose();
    }

    private void Index(int chunkIndex, int maxRecords)
    {
        var chunk = _chunks[chunkIndex];
        var data = chunk.Data.Span;
        var position = 0;
        for (var i = 0; i < chunk.Count && _count < maxRecords; i++)
        {
            var keyLength = LogChunk.ReadVarint(data, ref position);
            var key = position;
            position += keyLength;
            var valueLength = LogChunk.ReadVarint(data, ref position);
            if (chunk.BaseOffset + i >= FirstOffset) _slots![_count++] = new Slot(chunkIndex, key, keyLength, position, valueLength);
            position += valueLength;
        }
    }

    private readonly record struct Slot(int Chunk, int Key, int KeyLength, int Value, int ValueLength);
}
