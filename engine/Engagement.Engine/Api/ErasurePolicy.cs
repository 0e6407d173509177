using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>What forgetting a visitor means for the log: which keys were hers while it remembers, and what is written.</summary>
internal static class ErasurePolicy
{
    /// <summary>
    /// Keys change daily; this finds the one of each day that the log still holds, the present day's first. An event that was rejected and sent again stands under the key of
    /// the day when it came, up to <see cref="Limits.RejectRetention"/> before it was written.
    /// </summary>
    public static IReadOnlyList<VisitorKey> KeysOf(SiteModel site, string visitorId, Instant now)
    {
        var keys = new List<VisitorKey>();
        for (var day = 0; day <= (int)Math.Ceiling((site.Retention + Limits.RejectRetention).TotalDays); day++)
        {
            var key = VisitorIdentity.KeyOf(site, visitorId, now - TimeSpan.FromDays(day));
            if (!keys.Contains(key)) keys.Add(key);
        }
        return keys;
    }

    /// <summary>First the index that readers load, then the records that tell the workers, on whatever node: they end live sessions, and hide what comes late.</summary>
    public static async ValueTask RecordAsync(
        OutcomeWriter records, SiteModel site, IReadOnlyList<VisitorKey> keys, Instant now, CancellationToken cancellation)
    {
        await records.AppendAsync(Topics.Erasures,
            [.. keys.Select(k => new LogAppend(RecordKeys.Of(site.Id, k), ErasureIndex.Entry(site.Id, k, now)))], cancellation);

        // Only today's and yesterday's key can have a live session; of the others a collector that was cut off may still bring events.
        await records.AppendAsync(Topics.Events,
            [.. keys.Select(k => new LogAppend(RecordKeys.Of(site.Id, k), EngineEventWriter.VisitorErased(site.Id, k, now)))], cancellation);
    }
}
