using Engagement.Core;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>Topics, bounds and trimming as they stand in the file. Writer's connection: before the first work, or on the writer's thread.</summary>
internal static class EmbeddedTopicStore
{
    /// <summary>Partitions of a topic have the numbers topic × this + index.</summary>
    public const int PartitionsMax = 1024;

    public static List<EmbeddedTopic> Load(EmbeddedDatabase database)
    {
        var topics = new List<EmbeddedTopic>();
        using var read = new SqliteStatement(database.Handle, "SELECT id, name, partitions FROM topic ORDER BY id");
        while (read.Step()) topics.Add(Build(database, read.Int64(0), read.Text(1), (int)read.Int64(2)));
        return topics;
    }

    public static EmbeddedTopic Create(EmbeddedDatabase database, string name, int partitions)
    {
        using var insert = new SqliteStatement(database.Handle, "INSERT INTO topic(name, partitions) VALUES(?1, ?2) RETURNING id");
        insert.Bind(1, name).Bind(2, partitions).Step();
        var id = insert.Int64(0);
        insert.Step();
        return Build(database, id, name, partitions);
    }

    /// <summary>
    /// Deletes up to <paramref name="chunksMax"/> of the oldest chunks that were written before an instant; the first offset then kept, null when
    /// there was nothing to delete. Where the log of a partition ends is remembered, so that an empty one goes on counting.
    /// </summary>
    public static long? Trim(EmbeddedDatabase database, EmbeddedPartition partition, Instant before, int chunksMax)
    {
        var low = partition.Number << EmbeddedSchema.OffsetBits;
        long? first = null;
        using (var oldest = new SqliteStatement(database.Handle, "SELECT key, records, written_at FROM chunk WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3"))
        {
            oldest.Bind(1, low).Bind(2, low + partition.Next).Bind(3, chunksMax);
            while (oldest.Step() && oldest.Int64(2) < before.UnixMs) first = oldest.Int64(0) - low + oldest.Int64(1);
            oldest.Reset();
        }
        if (first is not null) Delete(database, partition, first.Value, first.Value);
        return first;
    }

    /// <summary>Forgets the records before an offset; a chunk that holds later ones, too, goes with its last.</summary>
    public static long TrimTo(EmbeddedDatabase database, EmbeddedPartition partition, long first)
    {
        var low = partition.Number << EmbeddedSchema.OffsetBits;
        long whole;
        using (var holding = new SqliteStatement(database.Handle, "SELECT key, records FROM chunk WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT 1"))
        {
            holding.Bind(1, low).Bind(2, low + first);
            whole = !holding.Step() ? 0 : holding.Int64(0) - low is var begins && begins + holding.Int64(1) <= first ? first : begins;
            holding.Reset();
        }
        Delete(database, partition, whole, first);
        return first;
    }

    /// <param name="before">Chunks that begin before this offset go.</param>
    /// <param name="first">The first offset that counts as kept.</param>
    private static void Delete(EmbeddedDatabase database, EmbeddedPartition partition, long before, long first)
    {
        var low = partition.Number << EmbeddedSchema.OffsetBits;
        using var delete = new SqliteStatement(database.Handle, "DELETE FROM chunk WHERE key >= ?1 AND key < ?2");
        delete.Bind(1, low).Bind(2, low + before).Run();
        using var remember = new SqliteStatement(database.Handle, "INSERT OR REPLACE INTO trimmed(number, first) VALUES(?1, ?2)");
        remember.Bind(1, partition.Number).Bind(2, first).Run();
    }

    private static EmbeddedTopic Build(EmbeddedDatabase database, long id, string name, int partitions) =>
        new(name, [.. Enumerable.Range(0, partitions).Select(index => BuildPartition(database, id * PartitionsMax + index, index))]);

    private static EmbeddedPartition BuildPartition(EmbeddedDatabase database, long number, int index)
    {
        var low = number << EmbeddedSchema.OffsetBits;
        var high = (number + 1) << EmbeddedSchema.OffsetBits;
        var first = Read(database, "SELECT first FROM trimmed WHERE number = ?1", number, 0);
        var next = Read(database, "SELECT key - ?1 + records FROM chunk WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT 1", low, high);
        return new EmbeddedPartition(database, number, index, first, Math.Max(first, next));
    }

    private static long Read(EmbeddedDatabase database, string sql, long first, long second)
    {
        using var read = new SqliteStatement(database.Handle, sql);
        read.Bind(1, first);
        if (sql.Contains("?2", StringComparison.Ordinal)) read.Bind(2, second);
        var value = read.Step() ? read.Int64(0) : 0;
        read.Reset();
        return value;
    }
}
