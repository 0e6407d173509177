using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Gaps;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Gaps;

/// <summary>
/// Makes the gap report from the event log, as far back as it is kept. Nothing is stored between two reports: what a visitor searched is in the log until it
/// expires, and nowhere else. Erased visitors' records are hidden before anything is read of them.
/// </summary>
public static class GapLogReader
{
    /// <summary>Days that a report may look back; the log's retention bounds it anyway.</summary>
    public const int DaysMax = 90;

    public const int DaysDefault = 7;

    /// <summary>Reads partition after partition; throws what the log throws.</summary>
    public static async ValueTask<GapReport> ReadAsync(IEventLog log, SiteModel site, int days, Instant now, CancellationToken cancellation)
    {
        var from = now - TimeSpan.FromDays(days);
        var erasures = await ErasureIndex.LoadAsync(log, cancellation);
        var sessions = new List<GapSession>();
        var (leftOut, isPartial) = (0, false);
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var reader = new GapSessionReader(site, from);
            isPartial |= await ReadAsync(log, partition, erasures, reader, cancellation);
            sessions.AddRange(reader.Sessions());
            leftOut += reader.LeftOut;
            isPartial |= reader.IsFull;
        }
        return GapReportComposer.Compose(site, sessions, from, now, leftOut, isPartial);
    }

    private static async ValueTask<bool> ReadAsync(IEventLog log, int partition, ErasureIndex erasures, GapSessionReader reader, CancellationToken cancellation)
    {
        var (first, next) = await log.GetBoundsAsync(Topics.Events, partition, cancellation);
        var begin = Math.Max(first, next - Limits.GapRecordsMax);
        for (var offset = begin; offset < next;)
        {
            using var batch = await log.ReadAsync(Topics.Events, partition, offset, Limits.BatchRecordsMax, cancellation);
            if (batch.Count == 0) break;
            for (var i = 0; i < batch.Count; i++)
                if (!erasures.Hides(batch[i])) reader.Apply(batch[i].Value.Span, batch[i].Offset);
            offset = batch.NextOffset;
        }
        return begin > first;
    }
}
