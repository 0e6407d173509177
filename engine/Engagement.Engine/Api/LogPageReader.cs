using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Api;

/// <summary>A page of records of one partition, newest first.</summary>
/// <param name="Records">As they lie in the log; each a JSON object.</param>
/// <param name="Before">Where the next page begins: its newest record lies before this offset. Null when the log's beginning was reached.</param>
internal sealed record LogPage(IReadOnlyList<byte[]> Records, long? Before);

/// <summary>
/// Reads a partition backwards, for people who look into it. Bounded by records looked at, since what is sought may not be there. Stateless.
/// </summary>
internal static class LogPageReader
{
    /// <summary>Records that one request looks at, at most.</summary>
    public const int LookedAtMax = 50_000;

    private const int ChunkRecords = 1_000;

    /// <summary>Throws what the log throws.</summary>
    /// <param name="log">Where.</param>
    /// <param name="topic">Of it.</param>
    /// <param name="partition">Of the topic.</param>
    /// <param name="before">Only records before this offset; null: from the end.</param>
    /// <param name="take">Records of a page, at least 1.</param>
    /// <param name="isSought">Which records.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async ValueTask<LogPage> ReadAsync(
        IEventLog log, string topic, int partition, long? before, int take, Func<LogRecord, bool> isSought, CancellationToken cancellation)
    {
        var (first, next) = await log.GetBoundsAsync(topic, partition, cancellation);
        var end = Math.Min(before ?? next, next);
        var found = new List<byte[]>();
        for (var lookedAt = 0; end > first && lookedAt < LookedAtMax; lookedAt += ChunkRecords)
        {
            var begin = Math.Max(first, end - ChunkRecords);
            var chunk = await ReadChunkAsync(log, topic, partition, begin, end, isSought, cancellation);
            for (var i = chunk.Count - 1; i >= 0; i--)
            {
                found.Add(chunk[i].Value);
                if (found.Count == take) return new LogPage(found, chunk[i].Offset > first ? chunk[i].Offset : null);
            }
            end = begin;
        }
        return new LogPage(found, end > first ? end : null);
    }

    private static async ValueTask<List<(long Offset, byte[] Value)>> ReadChunkAsync(
        IEventLog log, string topic, int partition, long begin, long end, Func<LogRecord, bool> isSought, CancellationToken cancellation)
    {
        var found = new List<(long, byte[])>();
        for (var offset = begin; offset < end;)
        {
            using var batch = await log.ReadAsync(topic, partition, offset, (int)Math.Min(end - offset, Limits.BatchRecordsMax), cancellation);
            if (batch.Count == 0) break;
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i].Offset < end && isSought(batch[i])) found.Add((batch[i].Offset, batch[i].Value.ToArray()));
            }
            offset = batch.NextOffset;
        }
        return found;
    }
}
