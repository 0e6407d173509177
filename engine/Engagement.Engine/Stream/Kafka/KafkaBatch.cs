using System.Buffers;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>Records of one partition, their bytes side by side in one pooled array. Not thread-safe.</summary>
internal sealed class KafkaBatch : LogBatch
{
    private readonly int _count;
    private byte[]? _bytes;
    private Slot[]? _slots;

    private KafkaBatch(int partition, int count, long nextOffset, byte[] bytes, Slot[] slots)
    {
        (Partition, _count, NextOffset, _bytes, _slots) = (partition, count, nextOffset, bytes, slots);
    }

    public override int Partition { get; }
    public override int Count => _slots is null ? 0 : _count;
    public override long NextOffset { get; }

    public override LogRecord this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(index));
            ref readonly var slot = ref _slots![index];
            return new LogRecord(slot.Offset, new(_bytes, slot.Start, slot.KeyLength), new(_bytes, slot.Start + slot.KeyLength, slot.ValueLength));
        }
    }

    public static KafkaBatch Empty(int partition, long nextOffset) => new(partition, 0, nextOffset, [], []);

    /// <summary>Copies the messages, at least one; the caller destroys them. Hot: two pooled arrays and this object a batch.</summary>
    public static unsafe KafkaBatch Copy(int partition, NativeMessage** messages, int count)
    {
        nuint total = 0;
        for (var i = 0; i < count; i++) total += messages[i]->KeyLength + messages[i]->ValueLength;
        var bytes = ArrayPool<byte>.Shared.Rent((int)total);
        var slots = ArrayPool<Slot>.Shared.Rent(count);
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            var message = messages[i];
            var (keyLength, valueLength) = ((int)message->KeyLength, (int)message->ValueLength);
            slots[i] = new Slot(message->Offset, position, keyLength, valueLength);
            new ReadOnlySpan<byte>(message->Key, keyLength).CopyTo(bytes.AsSpan(position));
            new ReadOnlySpan<byte>(message->Value, valueLength).CopyTo(bytes.AsSpan(position + keyLength));
            position += keyLength + valueLength;
        }
        return new KafkaBatch(partition, count, messages[count - 1]->Offset + 1, bytes, slots);
    }

    public override void Dispose()
    {
        if (_slots is null) return;
        if (_count > 0)
        {
            ArrayPool<Slot>.Shared.Return(_slots);
            ArrayPool<byte>.Shared.Return(_bytes!);
        }
        (_slots, _bytes) = (null, null);
        base.Dispose();
    }

    private readonly record struct Slot(long Offset, int Start, int KeyLength, int ValueLength);
}
