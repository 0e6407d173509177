using System.Runtime.CompilerServices;
using Engagement.Collector.Budgets;
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
        var bucket = _buckets.GetValue(key, _ => new BucketState { Held = new TokenBucket(options.EventsBurstMax), FilledAt = time.GetTimestamp() });
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Held = bucket.Held.Filled(time.GetElapsedTime(bucket.FilledAt, now), options.EventsPerSecondMax, options.EventsBurstMax);
            bucket.FilledAt = now;
            return bucket.Held.TryTake(events, options.EventsPerSecondMax, out retryAfter);
        }
    }

    private sealed class BucketState
    {
        public TokenBucket Held;
        public long FilledAt;
    }
}
