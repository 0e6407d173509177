using Engagement.Collector.Bots;
using Engagement.Core;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Collector.Budgets;

/// <summary>What one visitor may send, and whether her pace is a human's. A replay is asked neither: its events come as fast as they can be read. Thread-safe.</summary>
internal sealed class VisitorPolicy(CollectorOptions options)
{
    private readonly BudgetTable _budgets = new(options.VisitorEventsPerSecondMax, options.VisitorEventsBurstMax, Limits.BudgetsMax);
    private readonly HumanPacePolicy _pace = new();

    public bool TryTake(SiteKey key, VisitorKey visitor, Instant now, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        return key.Role == KeyRole.Replay || _budgets.TryTake(new UInt128(visitor.High, visitor.Low), 1, now, out retryAfter);
    }

    public Pace PaceOf(SiteKey key, VisitorKey visitor, in VisitorEvent e, Instant now) =>
        key.Role == KeyRole.Replay || !options.SetsBotsApart ? Pace.Human : _pace.Of(visitor, e.Type, e.OccurredAt, now);
}
