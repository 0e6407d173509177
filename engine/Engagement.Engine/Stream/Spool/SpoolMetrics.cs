using System.Diagnostics.Metrics;

namespace Engagement.Engine.Stream.Spool;

/// <summary>Signals of a collector's spool. Meter <c>Engagement.Spool</c>. Thread-safe.</summary>
public sealed class SpoolMetrics : IDisposable
{
    public const string MeterName = "Engagement.Spool";
    private readonly Meter _meter;
    private readonly Counter<long> _spooled;
    private readonly Counter<long> _drained;
    private readonly Counter<long> _erased;

    public SpoolMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _spooled = _meter.CreateCounter<long>("engagement.spool.spooled", "{record}", "Records that went to this node's disk, the log being away");
        _drained = _meter.CreateCounter<long>("engagement.spool.drained", "{record}", "Records that went from there to the log");
        _erased = _meter.CreateCounter<long>("engagement.spool.erased", "{record}", "Records dropped there: their visitor had asked to be forgotten");
    }

    public void Spooled(int records) => _spooled.Add(records);
    public void Drained(int records) => _drained.Add(records);
    public void Erased(int records) => _erased.Add(records);

    /// <summary>Once: gauges of what waits, asked for whenever somebody measures.</summary>
    public void Observe(Func<ValueTask<SpoolStatus>> ask)
    {
        _meter.CreateObservableGauge("engagement.spool.records", () => Ask(ask).Records, "{record}", "Records that wait");
        _meter.CreateObservableGauge("engagement.spool.bytes", () => Ask(ask).Bytes, "By", "Bytes that wait");
        _meter.CreateObservableGauge("engagement.spool.age", () => Ask(ask).Age.TotalSeconds, "s", "How long the oldest record has waited");
        _meter.CreateObservableGauge("engagement.spool.lanes", () => Ask(ask).Lanes, "{partition}", "Partitions whose events queue behind the spool");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>The file is local and asked in place; a gauge has no other way.</summary>
    private static SpoolStatus Ask(Func<ValueTask<SpoolStatus>> ask) => ask().AsTask().GetAwaiter().GetResult();
}
