namespace Engagement.Engine.Stream.Embedded;

/// <summary>The latest chunks of one partition, kept in memory so that readers who keep up never touch the disk. Not thread-safe.</summary>
internal sealed class ChunkTail(long bytesMax)
{
    /// <summary>Bytes kept unless set otherwise: some seconds of a busy partition.</summary>
    public const long BytesDefault = 8 * 1024 * 1024;

    /// <summary>Chunks kept: a quiet partition writes one record a chunk.</summary>
    private const int ChunksMax = 1 << 13;

    private readonly LogChunk[] _ring = new LogChunk[ChunksMax];
    private int _head;
    private int _count;
    private long _bytes;

    public void Add(LogChunk chunk)
    {
        while (_count > 0 && (_count == ChunksMax || _bytes + chunk.Length > bytesMax)) DropOldest();
        _ring[(_head + _count++) & (ChunksMax - 1)] = chunk;
        _bytes += chunk.Length;
    }

    /// <summary>Holds the chunks from the one with <paramref name="offset"/> on, enough for <paramref name="maxRecords"/>; null when it is gone.</summary>
    public List<LogChunk>? Hold(long offset, int maxRecords)
    {
        if (_count == 0 || At(0).BaseOffset > offset) return null;
        var chunks = new List<LogChunk>();
        long records = 0;
        for (var i = Find(offset); i < _count && records < maxRecords; i++)
        {
            var chunk = At(i);
            if (!chunk.TryHold()) throw new InvalidOperationException("A chunk of the tail was given back too early.");
            chunks.Add(chunk);
            records += chunk.NextOffset - Math.Max(offset, chunk.BaseOffset);
        }
        return chunks;
    }

    public void Clear()
    {
        while (_count > 0) DropOldest();
    }

    private LogChunk At(int index) => _ring[(_head + index) & (ChunksMax - 1)];

    private void DropOldest()
    {
        var oldest = At(0);
        _ring[_head] = null!;
        _head = (_head + 1) & (ChunksMax - 1);
        _count--;
        _bytes -= oldest.Length;
        oldest.Release();
    }

    /// <summary>Index of the last chunk that begins at or before the offset.</summary>
    private int Find(long offset)
    {
        int low = 0, high = _count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (At(middle).BaseOffset <= offset) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
