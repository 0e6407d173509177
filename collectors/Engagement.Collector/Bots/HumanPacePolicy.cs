using Engagement.Collector.Budgets;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Collector.Bots;

/// <summary>How a visitor's pace looks.</summary>
internal enum Pace : byte
{
    Human = 0,

    /// <summary>This event is the one too many: it is let in with the mark, so that the engine drops what it thought of the session.</summary>
    TurnsOut,

    /// <summary>It turned out before.</summary>
    NotHuman,
}

/// <summary>
/// Who views pages faster than anybody can, for long: <see cref="Limits.HumanPageViewsMax"/> in <see cref="Limits.HumanPaceWindow"/>, by the times at which
/// they occurred, so that a queue that a phone sends late is no flood. Thread-safe.
/// </summary>
internal sealed class HumanPacePolicy
{
    private readonly BudgetTable _pages = new(Limits.HumanPageViewsMax / Limits.HumanPaceWindow.TotalSeconds, Limits.HumanPageViewsMax, Limits.BudgetsMax);
    private readonly BudgetTable _found = new(1 / Limits.NotHumanFor.TotalSeconds, 1, Limits.BudgetsMax);

    public Pace Of(VisitorKey visitor, EventType type, Instant occurredAt, Instant receivedAt)
    {
        var whose = new UInt128(visitor.High, visitor.Low);
        if (!_found.IsEmpty && !_found.IsFull(whose, receivedAt)) return Pace.NotHuman;
        if (type != EventType.PageViewed || _pages.TryTake(whose, 1, occurredAt == Instant.Start ? receivedAt : occurredAt, out _)) return Pace.Human;
        return _found.TryTake(whose, 1, receivedAt, out _) ? Pace.TurnsOut : Pace.NotHuman;
    }
}
