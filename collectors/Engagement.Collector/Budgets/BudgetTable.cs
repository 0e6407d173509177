using Engagement.Core;

namespace Engagement.Collector.Budgets;

/// <summary>
/// A token bucket for each of many: what it may have at once, filled at what it may have over time. In memory only, and bounded: at the bound those that
/// are full again are forgotten; where none is, a new one is let pass without a bucket. Thread-safe; allocates nothing for one that is known.
/// </summary>
/// <param name="perSecond">How fast a bucket fills.</param>
/// <param name="burst">What a full one holds.</param>
/// <param name="countMax">Buckets in all.</param>
internal sealed class BudgetTable(double perSecond, double burst, int countMax)
{
    private const int Shards = 16;
    private readonly ShardState[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new ShardState())];
    private readonly int _countMax = Math.Max(1, countMax / Shards);
    private volatile bool _isUsed;

    /// <summary>True while nothing was ever taken.</summary>
    public bool IsEmpty => !_isUsed;

    /// <summary>Takes from a bucket; false, and nothing taken, where it holds less: then come again after <paramref name="retryAfter"/>.</summary>
    public bool TryTake(UInt128 whose, int count, Instant now, out TimeSpan retryAfter)
    {
        _isUsed = true;
        retryAfter = TimeSpan.Zero;
        var shard = _shards[(int)((ulong)whose % Shards)];
        lock (shard)
        {
            if (!shard.Buckets.TryGetValue(whose, out var bucket))
            {
                if (shard.Buckets.Count >= _countMax && !TryForget(shard, now)) return true;
                bucket = new Bucket(new TokenBucket(burst), now);
            }
            bucket = Filled(bucket, now);
            var isTaken = bucket.Held.TryTake(count, perSecond, out retryAfter);
            shard.Buckets[whose] = bucket;
            return isTaken;
        }
    }

    /// <summary>Whether the bucket holds all it can; true for one that nothing was taken from.</summary>
    public bool IsFull(UInt128 whose, Instant now)
    {
        var shard = _shards[(int)((ulong)whose % Shards)];
        lock (shard) return !shard.Buckets.TryGetValue(whose, out var bucket) || Filled(bucket, now).Held.Tokens >= burst;
    }

    /// <summary>Time that goes backwards fills nothing.</summary>
    private Bucket Filled(Bucket bucket, Instant now) => now <= bucket.FilledAt ? bucket
        : new Bucket(bucket.Held.Filled(now - bucket.FilledAt, perSecond, burst), now);

    private bool TryForget(ShardState shard, Instant now)
    {
        // Not at every call: where all are in use, looking through them each time would be the flood's own work.
        if (now < shard.LookAgainAt) return false;
        shard.LookAgainAt = now + TimeSpan.FromSeconds(1);
        foreach (var (whose, bucket) in shard.Buckets)
        {
            if (Filled(bucket, now).Held.Tokens >= burst) shard.Buckets.Remove(whose);
        }
        return shard.Buckets.Count < _countMax;
    }

    private struct Bucket(TokenBucket held, Instant filledAt)
    {
        public TokenBucket Held = held;
        public readonly Instant FilledAt = filledAt;
    }

    private sealed class ShardState
    {
        public readonly Dictionary<UInt128, Bucket> Buckets = [];
        public Instant LookAgainAt;
    }
}
