using System.Buffers;
using Engagement.Collector.Rejects;
using Engagement.Core.Contracts;
using Engagement.Core.Events;

namespace Engagement.Collector;

/// <summary>
/// What one request leaves to be kept, in pooled memory that stands until the log has it; and what to answer. Reused, one request at a time.
/// </summary>
internal sealed class IntakeBatch
{
    private const int KeepBytesMax = 256 * 1024;

    private readonly List<(bool IsReject, Range Key, Range Value)> _records = [];
    private byte[] _buffer = [];
    private int _length;
    private Range _lastKey;

    /// <summary>Records of accepted events, after <see cref="Seal"/>.</summary>
    public List<LogAppend> Events { get; } = [];

    /// <summary>Records of rejected ones, after <see cref="Seal"/>.</summary>
    public List<LogAppend> Rejects { get; } = [];

    /// <summary>What could not be read, by its place.</summary>
    public List<RejectedEvent> Rejected { get; } = [];
    public int Accepted { get; private set; }
    public int Refused { get; set; }

    /// <summary>Cause of the last one that was refused alone.</summary>
    public string? RefusedFor { get; set; }

    /// <summary>What the rejected ones were, where it may be kept: to be completed before <see cref="Seal"/>.</summary>
    public List<PendingOriginal> Originals { get; } = [];

    /// <summary>Bytes of <see cref="Originals"/>.</summary>
    public int OriginalBytes { get; private set; }

    /// <summary>Events over their visitor's budget, which are not in the batch.</summary>
    public int Deferred { get; private set; }

    /// <summary>When the last of them would be taken.</summary>
    public TimeSpan RetryAfter { get; private set; }

    public void Defer(TimeSpan retryAfter)
    {
        Deferred++;
        if (retryAfter > RetryAfter) RetryAfter = retryAfter;
    }

    /// <summary>Adds a record; <paramref name="isSameVisitor"/>: the key of the last one stands.</summary>
    public void AddEvent(ReadOnlySpan<byte> siteUtf8, Core.VisitorKey visitor, bool isSameVisitor, ReadOnlySpan<byte> record)
    {
        if (!isSameVisitor)
        {
            var key = Take(RecordKeys.Length(siteUtf8), out _lastKey);
            RecordKeys.Write(siteUtf8, visitor, key);
        }
        record.CopyTo(Take(record.Length, out var value));
        _records.Add((false, _lastKey, value));
        Accepted++;
    }

    /// <summary>The place of the record.</summary>
    public int AddReject(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record)
    {
        key.CopyTo(Take(key.Length, out var keyRange));
        record.CopyTo(Take(record.Length, out var value));
        _records.Add((true, keyRange, value));
        return _records.Count - 1;
    }

    public void AddOriginal(int record, Core.VisitorKey visitor, byte[] bytes)
    {
        Originals.Add(new PendingOriginal(record, visitor, bytes));
        OriginalBytes += bytes.Length;
    }

    public int LengthOf(int record) => _records[record].Value.GetOffsetAndLength(_length).Length;

    /// <summary>Writes these members in place of the brace with which the record ends.</summary>
    public void Complete(int record, ReadOnlySpan<byte> members)
    {
        var (isReject, key, before) = _records[record];
        var head = LengthOf(record) - 1;
        var completed = Take(head + members.Length, out var value);
        _buffer.AsSpan(before)[..head].CopyTo(completed);
        members.CopyTo(completed[head..]);
        _records[record] = (isReject, key, value);
    }

    /// <summary>Makes the appends: only now, since the memory moves as it grows.</summary>
    public void Seal()
    {
        foreach (var (isReject, key, value) in _records)
        {
            (isReject ? Rejects : Events).Add(new LogAppend(_buffer.AsMemory(key), _buffer.AsMemory(value)));
        }
    }

    /// <summary>Empties the batch for the next request; a large buffer goes back to its pool.</summary>
    public void Clear()
    {
        _records.Clear();
        Events.Clear();
        Rejects.Clear();
        Rejected.Clear();
        Originals.Clear();
        (Accepted, Refused, RefusedFor, OriginalBytes, Deferred, RetryAfter, _length) = (0, 0, null, 0, 0, default, 0);
        if (_buffer.Length <= KeepBytesMax) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Span<byte> Take(int length, out Range range)
    {
        if (_buffer.Length - _length < length) Grow(length);
        range = _length..(_length + length);
        _length += length;
        return _buffer.AsSpan(range);
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(32 * 1024, _buffer.Length * 2), _length + length));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
