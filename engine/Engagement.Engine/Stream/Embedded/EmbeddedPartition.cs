using System.Buffers;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// One partition of one topic: what is being gathered for the next chunk (writer's thread only), and what is durable (bounds and tail, under a
/// lock). All records of one transaction become one chunk, or several where they are many.
/// </summary>
internal sealed class EmbeddedPartition(EmbeddedDatabase database, long number, int index, long first, long next)
{
    /// <summary>A chunk is closed beyond this size: bounds what a reader loads for one record.</summary>
    private const int ChunkBytesMax = 512 * 1024;

    private readonly Lock _gate = new();
    private readonly ChunkTail _tail = new(database.TailBytesMax);
    private readonly List<LogChunk> _uncommitted = [];
    private long _first = first;
    private long _next = next;
    private byte[]? _pending;
    private int _pendingLength;
    private int _pendingCount;
    private long _pendingBase = next;
    private EmbeddedConsumer[] _listeners = [];

    public long Number => number;
    public int Index => index;

    public (long First, long Next) Bounds
    {
        get
        {
            lock (_gate) return (_first, _next);
        }
    }

    /// <summary>The offset that the next durable record will get.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Adds encoded records to the chunk of this transaction. Writer's thread.</summary>
    public void Gather(ReadOnlySpan<byte> encoded, int count, SqliteStatement insert)
    {
        if (_pendingCount > 0 && _pendingLength + encoded.Length > ChunkBytesMax) Insert(insert);
        Reserve(encoded.Length);
        encoded.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += encoded.Length;
        _pendingCount += count;
    }

    /// <summary>Writes the gathered chunk into the transaction. Writer's thread.</summary>
    public void Insert(SqliteStatement insert)
    {
        if (_pendingCount == 0) return;
        var chunk = new LogChunk(_pendingBase, _pendingCount, _pending!, _pendingLength);
        _pending = null;
        _pendingBase += _pendingCount;
        _pendingLength = _pendingCount = 0;
        _uncommitted.Add(chunk);
        var data = chunk.Data.Span;
        insert.Bind(1, (number << EmbeddedSchema.OffsetBits) + chunk.BaseOffset).Bind(2, chunk.Count)
            .Bind(3, database.Clock.GetUtcNow().ToUnixTimeMilliseconds()).Bind(4, LogChunk.Checksum(data)).Bind(5, data).Run();
    }

    /// <summary>The transaction is durable: readers may see its chunks. Writer's thread.</summary>
    public void Committed()
    {
        lock (_gate)
        {
            foreach (var chunk in _uncommitted) _tail.Add(chunk);
            Volatile.Write(ref _next, _pendingBase);
        }
        _uncommitted.Clear();
        foreach (var listener in Volatile.Read(ref _listeners)) listener.Wake();
    }

    /// <summary>Writer's thread.</summary>
    public void RolledBack()
    {
        foreach (var chunk in _uncommitted) chunk.Release();
        _uncommitted.Clear();
        _pendingBase = _next;
        _pendingLength = _pendingCount = 0;
    }

    /// <summary>Records from an offset on, at least one where there is one: from memory when they are recent, else from the file.</summary>
    public EmbeddedBatch Read(long offset, int maxRecords)
    {
        List<LogChunk>? chunks;
        long next;
        lock (_gate)
        {
            next = _next;
            offset = Math.Max(offset, _first);
            chunks = offset >= next ? [] : _tail.Hold(offset, maxRecords);
        }
        return new EmbeddedBatch(index, offset, chunks ?? ReadFile(offset, next, maxRecords), maxRecords);
    }

    /// <summary>Records before <paramref name="first"/> are gone.</summary>
    public void Trimmed(long first)
    {
        lock (_gate)
        {
            _first = Math.Max(_first, first);
            if (_first == _next) _tail.Clear();
        }
    }

    public void Listen(EmbeddedConsumer consumer)
    {
        lock (_gate) Volatile.Write(ref _listeners, [.. _listeners, consumer]);
    }

    public void Unlisten(EmbeddedConsumer consumer)
    {
        lock (_gate) Volatile.Write(ref _listeners, _listeners.Where(l => l != consumer).ToArray());
    }

    private List<LogChunk> ReadFile(long offset, long next, int maxRecords)
    {
        var reader = database.RentReader();
        try
        {
            return reader.Read(number, offset, next, maxRecords);
        }
        finally
        {
            database.Return(reader);
        }
    }

    private void Reserve(int length)
    {
        var needed = _pendingLength + length;
        if (_pending is not null && _pending.Length >= needed) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _pendingLength * 2));
        if (_pending is not null)
        {
            _pending.AsSpan(0, _pendingLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_pending);
        }
        _pending = larger;
    }
}
