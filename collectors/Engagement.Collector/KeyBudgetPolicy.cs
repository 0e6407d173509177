using System.Runtime.CompilerServices;
using Engagement.Core.Sites;

namespace Engagement.Collector;

/// <summary>
/// A token bucket for each key: what it may send at once, filled at what it may send over time. A key keeps its bucket while its site's
/// configuration stands. Thread-safe.
/// </summary>
public sealed class KeyBudgetPolicy(CollectorOptions options, TimeProvider time)
{
    private readonly ConditionalWeakTable<SiteKey, BucketState> _buckets = [];

    /// <summary>Takes so many events from the key's budget; false, and nothing taken, when it has fewer: then come again after <paramref name="retryAfter"/>.</summary>
    public bool TryTake(SiteKey key, int events, out TimeSpan retryAfter)
    {
        var bucket = _buckets.GetValue(key, _ => new BucketState { Tokens = options.EventsBurstMax, FilledAt = time.GetTimestamp() });
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Tokens = Math.Min(
                options.EventsBurstMax, bucket.Tokens + time.GetElapsedTime(bucket.FilledAt, now).TotalSeconds * options.EventsPerSecondMax);
            bucket.FilledAt = now;
            var missing = events - bucket.Tokens;
            retryAfter = missing > 0 ? TimeSpan.FromSeconds(missing / options.EventsPerSecondMax) : TimeSpan.Zero;
            if (missing > 0) return false;
            bucket.Tokens -= events;
            return true;
        }
    }

    private sealed class BucketState
    {
        public double Tokens;
        public long FilledAt;
    }
}
