using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Engine;

/// <summary>What one engine's instruments said, as a collector would have it: sums of counters and histograms, last values of gauges, by tag.</summary>
public sealed class CollectedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string Tags), (double Sum, int Count)> _values = new();

    public CollectedMetrics(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Take(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Take(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Take(i, value, tags));
        _listener.Start();
    }

    /// <summary>Over all tags that contain <paramref name="tag"/>, such as <c>phase=live</c>; observable instruments as of now.</summary>
    public double Sum(string instrument, string tag = "")
    {
        _listener.RecordObservableInstruments();
        return Of(instrument, tag).Sum(v => v.Sum);
    }

    /// <summary>How many measurements there were.</summary>
    public int Count(string instrument, string tag = "") => Of(instrument, tag).Sum(v => v.Count);

    public void Dispose() => _listener.Dispose();

    private IEnumerable<(double Sum, int Count)> Of(string instrument, string tag) =>
        _values.Where(v => v.Key.Instrument == instrument && (tag.Length == 0 || v.Key.Tags.Split(';').Contains(tag))).Select(v => v.Value);

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument.Name, string.Join(';', tags.ToArray().Select(t => $"{t.Key}={t.Value}")));
        if (instrument.IsObservable) _values[key] = (value, 1);
        else _values.AddOrUpdate(key, (value, 1), (_, before) => (before.Sum + value, before.Count + 1));
    }
}
