namespace Hosts.Tests.Stream.Spool;

/// <summary>The real clock, whose timers run fifty times as fast: what waits for seconds in the product waits for milliseconds here.</summary>
internal sealed class HastyTimeProvider : TimeProvider
{
    private const double Haste = 50;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hasten(dueTime), Hasten(period));

    private static TimeSpan Hasten(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / Haste));
}
