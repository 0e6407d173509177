using System.Buffers;
using Engagement.Core;
using Microsoft.Data.Sqlite;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>Reads chunks from the file over a connection of its own. Rented from the database by one caller at a time; not thread-safe.</summary>
internal sealed class EmbeddedLogReader : IDisposable
{
    /// <summary>Bytes read from the file at once.</summary>
    private const long BytesMax = 8 * 1024 * 1024;

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _chunks;
    private readonly SqliteStatement _bytes;
    private readonly SqliteStatement _oldest;

    public EmbeddedLogReader(SqliteConnection connection)
    {
        _connection = connection;
        _chunks = new SqliteStatement(connection.Handle!, """
            SELECT key, records, crc, data FROM chunk
            WHERE key >= coalesce((SELECT max(key) FROM chunk WHERE key BETWEEN ?1 AND ?2), ?2) AND key < ?3 ORDER BY key
            """);
        _bytes = new SqliteStatement(connection.Handle!, "SELECT coalesce(sum(length(data)), 0) FROM chunk WHERE key >= ?1 AND key < ?2");
        _oldest = new SqliteStatement(connection.Handle!, "SELECT written_at FROM chunk WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT 1");
    }

    /// <summary>
    /// Chunks from the one that holds <paramref name="offset"/> up to <paramref name="next"/>, enough for <paramref name="maxRecords"/>. Throws
    /// <see cref="InvalidDataException"/> for a chunk whose checksum does not hold, <see cref="IOException"/> when the disk refuses.
    /// </summary>
    public List<LogChunk> Read(long number, long offset, long next, int maxRecords)
    {
        var low = number << EmbeddedSchema.OffsetBits;
        var chunks = new List<LogChunk>();
        long records = 0, bytes = 0;
        _chunks.Bind(1, low).Bind(2, low + offset).Bind(3, low + next);
        try
        {
            while (records < maxRecords && bytes < BytesMax && _chunks.Step())
            {
                var chunk = Copy(_chunks.Int64(0) - low, (int)_chunks.Int64(1), (uint)_chunks.Int64(2), _chunks.Blob(3));
                chunks.Add(chunk);
                records += chunk.NextOffset - Math.Max(offset, chunk.BaseOffset);
                bytes += chunk.Length;
            }
            return chunks;
        }
        catch
        {
            foreach (var chunk in chunks) chunk.Release();
            throw;
        }
        finally
        {
            _chunks.Reset();
        }
    }

    /// <summary>Bytes of a partition's chunks, and when the oldest was written.</summary>
    public long Bytes(long number) => Ask(_bytes, number) ?? 0;

    /// <summary>When the oldest chunk of a partition was written; null when there is none.</summary>
    public Instant? Oldest(long number) => Ask(_oldest, number) is { } writtenAt ? new Instant(writtenAt) : null;

    public void Dispose()
    {
        _oldest.Dispose();
        _bytes.Dispose();
        _chunks.Dispose();
        _connection.Dispose();
    }

    private static long? Ask(SqliteStatement statement, long number)
    {
        statement.Bind(1, number << EmbeddedSchema.OffsetBits).Bind(2, (number + 1) << EmbeddedSchema.OffsetBits);
        long? value = statement.Step() ? statement.Int64(0) : null;
        statement.Reset();
        return value;
    }

    private static LogChunk Copy(long baseOffset, int count, uint crc, ReadOnlySpan<byte> data)
    {
        if (LogChunk.Checksum(data) != crc)
            throw new InvalidDataException($"The chunk of the log at offset {baseOffset} is damaged: its checksum does not hold.");
        var buffer = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        return new LogChunk(baseOffset, count, buffer, data.Length);
    }
}
