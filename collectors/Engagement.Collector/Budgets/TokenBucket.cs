namespace Engagement.Collector.Budgets;

/// <summary>What may be had at once, filled at what may be had over time. Whoever keeps it says by what clock, and locks.</summary>
internal record struct TokenBucket(double Tokens)
{
    /// <summary>After so long, never above <paramref name="burst"/>.</summary>
    public readonly TokenBucket Filled(TimeSpan elapsed, double perSecond, double burst) => new(Math.Min(burst, Tokens + elapsed.TotalSeconds * perSecond));

    /// <summary>False, and nothing taken, where it holds less: then come again after <paramref name="retryAfter"/>.</summary>
    public bool TryTake(int count, double perSecond, out TimeSpan retryAfter)
    {
        var missing = count - Tokens;
        retryAfter = missing > 0 ? TimeSpan.FromSeconds(missing / perSecond) : TimeSpan.Zero;
        if (missing > 0) return false;
        Tokens -= count;
        return true;
    }
}
