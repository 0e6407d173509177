using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Engagement.Engine.Stream;

/// <summary>How an offer stands in the log.</summary>
/// <param name="Step">The step that wished it: a session that waits wishes again and again under the same id, and only this wish was granted.</param>
/// <param name="ExpiresAt">Of a reserved one; else <see cref="Instant.Never"/>.</param>
/// <param name="IsOver">The log has an answer to it, or its end: whatever a store has forgotten, it is not made again.</param>
public readonly record struct RecordedOffer(int Step, OfferResolution Resolution, Instant ExpiresAt, bool IsOver = false);

/// <summary>
/// The offers that the log already names, read ahead of a rebuild, so that a wish met again is resolved as it was the first time; and the erasures that
/// the rebuild will meet in the log itself. A cheap search for the type's name passes over the rest of it.
/// </summary>
internal static class RecordedOffersReader
{
    /// <summary>
    /// Reads from <paramref name="from"/> to the log's end; returns the offset behind the last record, and the epoch of who owned the partition at
    /// <paramref name="from"/>. It looks a little further back for that: what an earlier owner had on its way may land some seconds late, not thousands of records.
    /// </summary>
    public static async ValueTask<(long Next, long EpochAtFrom)> ReadAsync(
        IEventLog log, int partition, long from, Dictionary<OfferId, RecordedOffer> recorded, HashSet<(VisitorKey, Instant)> erasures, CancellationToken cancellation)
    {
        var (reader, fence) = (new VisitorEventReader(), new EpochFence());
        long epochAtFrom = 0;
        for (var at = Math.Max(0, from - Limits.BatchRecordsMax); ;)
        {
            using var batch = await log.ReadAsync(Topics.Events, partition, at, Limits.BatchRecordsMax, cancellation);
            if (batch.Count == 0) return (Math.Max(from, at), epochAtFrom);
            for (var i = 0; i < batch.Count; i++)
            {
                var record = batch[i];
                if (record.Offset >= from) Take(reader, fence, record.Value.Span, recorded, erasures);
                else epochAtFrom = EpochAfter(reader, fence, record.Value.Span);
            }
            at = batch.NextOffset;
        }
    }

    private static long EpochAfter(VisitorEventReader reader, EpochFence fence, ReadOnlySpan<byte> record)
    {
        if (IsTaking(record) && reader.TryRead(record, out var taking).IsOk) fence.Admits(taking);
        return fence.Epoch;
    }

    private static bool IsTaking(ReadOnlySpan<byte> record) => record.IndexOf("\"partition_taken\""u8) >= 0;

    private static void Take(
        VisitorEventReader reader, EpochFence fence, ReadOnlySpan<byte> record, Dictionary<OfferId, RecordedOffer> recorded, HashSet<(VisitorKey, Instant)> erasures)
    {
        if (record.IndexOf("\"visitor_erased\""u8) >= 0 && reader.TryRead(record, out var erasure).IsOk && erasure.Type == EventType.VisitorErased)
        {
            erasures.Add((erasure.VisitorKey, erasure.ReceivedAt));
            return;
        }
        if (record.IndexOf("\"invitation_"u8) < 0 && !IsTaking(record)) return;
        if (!reader.TryRead(record, out var e).IsOk || !fence.Admits(e) || e.OfferOrdinal == 0) return;
        var offer = new OfferId(e.OfferSession, e.OfferOrdinal);
        // The first record is the one that the session took; a later one says the same again.
        if (e.Type == EventType.InvitationOffered) recorded.TryAdd(offer, new(e.OfferStep, OfferResolution.Reserved, e.OfferExpiresAt));
        else if (e.Type == EventType.InvitationWithheld)
            recorded.TryAdd(offer, new(e.OfferStep, e.Cause.SequenceEqual("observed"u8) ? OfferResolution.Observed : OfferResolution.Holdout, Instant.Never));
        else if (EndsIt(e.Type) && recorded.TryGetValue(offer, out var known))
            recorded[offer] = known with { IsOver = true };
    }

    private static bool EndsIt(EventType type) =>
        type is EventType.InvitationAccepted or EventType.InvitationDeclined or EventType.InvitationIgnored or EventType.InvitationWithdrawn;
}
