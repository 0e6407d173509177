namespace Hosts.Tests;

/// <summary>A wall clock that stands still until it is moved. Thread-safe.</summary>
public sealed class ManualTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
