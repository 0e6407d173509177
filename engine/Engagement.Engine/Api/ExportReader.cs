using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>
/// Everything that is held of one visitor, for whoever has to answer her: what the log has under the keys that were hers while it remembers, and what
/// the store has. Reads the partitions of those keys from end to end. Stateless.
/// </summary>
internal static class ExportReader
{
    /// <summary>Records of one export. More: the answer says so, and the rest is read by <c>GET /v1/events</c>. Ten thousand full sessions are below.</summary>
    public const int RecordsMax = 100_000;

    /// <summary>Rejects of one export, which may be as long as a record can be. More: the answer says so.</summary>
    public const int RejectsMax = 2_000;

    /// <summary>Throws what the log and the store throw.</summary>
    public static async ValueTask<VisitorExport> ReadAsync(ApiParts parts, SiteModel site, string visitor, CancellationToken cancellation)
    {
        var keys = ErasurePolicy.KeysOf(site, visitor, parts.Now);
        var erasures = await ErasureIndex.LoadAsync(parts.Log, cancellation);
        var export = new VisitorExport([], [], [], [], []);
        foreach (var (topic, records) in new[] { (Topics.Events, export.Events), (Topics.Decisions, export.Decisions) })
        {
            foreach (var partition in keys.GroupBy(key => Murmur2.PartitionOf(RecordKeys.Of(site.Id, key), parts.Log.PartitionCount)))
            {
                var hers = partition.Select(key => RecordKeys.Of(site.Id, key)).ToList();
                await ReadAsync(parts.Log, topic, partition.Key, record => hers.Exists(key => record.Key.Span.SequenceEqual(key)) && !erasures.Hides(record), RecordsMax, records, cancellation);
            }
        }
        await ReadRejectsAsync(parts, site, [.. keys], erasures, export.Rejects, cancellation);
        foreach (var key in keys)
        {
            if (await parts.ActAsync(c => parts.Store.GetAssessmentAsync(site.Id, key, c), cancellation) is { } assessment) export.Assessments.Add(assessment);
            if (await parts.ActAsync(c => parts.Store.GetOfferOfAsync(site.Id, key, c), cancellation) is { } offer) export.Offers.Add(offer);
        }
        return export;
    }

    /// <summary>With what she sent where that was kept and can be opened; without it where the key is gone.</summary>
    private static async ValueTask ReadRejectsAsync(
        ApiParts parts, SiteModel site, HashSet<VisitorKey> hers, ErasureIndex erasures, List<byte[]> rejects, CancellationToken cancellation)
    {
        var records = new List<byte[]>();
        var siteKey = System.Text.Encoding.UTF8.GetBytes(site.Id);
        await ReadAsync(
            parts.Log, Topics.Rejects, Murmur2.PartitionOf(siteKey, parts.Log.PartitionCount),
            record => record.Key.Span.SequenceEqual(siteKey) && RejectRecord.Read(record.Value, withOriginal: false) is { Visitor: { } visitor } reject && hers.Contains(visitor) && !erasures.Hides(reject),
            RejectsMax, records, cancellation);
        foreach (var page in records.Chunk(Limits.ResendMax))
        {
            var read = page.Select(json => RejectRecord.Read(json, withOriginal: true)!).ToList();
            var originals = await RejectOriginals.OpenAsync(parts, site.Id, read, cancellation);
            rejects.AddRange(page.Select((json, i) => RejectJson.WithOriginal(json, originals[i].Bytes)));
        }
    }

    private static async ValueTask ReadAsync(
        IEventLog log, string topic, int partition, Func<LogRecord, bool> isHers, int max, List<byte[]> records, CancellationToken cancellation)
    {
        var (offset, next) = await log.GetBoundsAsync(topic, partition, cancellation);
        while (offset < next && records.Count < max)
        {
            using var batch = await log.ReadAsync(topic, partition, offset, Limits.BatchRecordsMax, cancellation);
            if (batch.Count == 0) return;
            for (var i = 0; i < batch.Count && records.Count < max; i++)
            {
                if (isHers(batch[i])) records.Add(batch[i].Value.ToArray());
            }
            offset = batch.NextOffset;
        }
    }
}

/// <summary>What is held of one visitor; records as they lie in the log.</summary>
internal sealed record VisitorExport(List<byte[]> Events, List<byte[]> Decisions, List<byte[]> Rejects, List<Core.Decisions.Assessment> Assessments, List<StoredOffer> Offers);
