using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Engagement.Engine.Stream.Spool;
using Engagement.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hosts.Tests.Deploy;

/// <summary>The composed server, asked once for what it maps and what it measures: the truth that the files in <c>deploy/</c> are compared with.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    private static readonly Dictionary<string, string> UnitWords = new(StringComparer.Ordinal) { ["s"] = "seconds", ["ms"] = "milliseconds", ["By"] = "bytes" };
    private readonly TemporaryFolder _data = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();

    /// <summary>Instruments of ours by name.</summary>
    public IReadOnlyDictionary<string, Instrument> Instruments => _instruments;

    /// <summary>Their names as Prometheus has them behind the OpenTelemetry collector, each with the instrument's own.</summary>
    public IReadOnlyDictionary<string, string> PrometheusNames => _instruments.Values.SelectMany(i => NamesOf(i).Select(n => (n, i.Name))).ToDictionary(p => p.n, p => p.Name);

    /// <summary>Patterns of all endpoints, such as <c>/v1/events</c>.</summary>
    public IReadOnlyList<string> Routes { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await using var server = await ServerComposer.ComposeAsync(new ServeOptions { Data = _data.File("data"), Demo = true, Port = 0, Quiet = true }, default);
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name.StartsWith("engagement.", StringComparison.Ordinal)) _instruments[instrument.Name] = instrument;
            },
        };
        listener.Start();
        // The embedded log needs no spool: its instruments come about with a collector of a cluster.
        using var spool = new SpoolMetrics(factory);
        spool.Observe(() => ValueTask.FromResult(default(SpoolStatus)));
        await server.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(ServerRun.AddressOf(server)) };
        using var answer = await http.PostAsync("/v1/events", new StringContent("[]"));
        Routes = [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))];
        await server.StopAsync();
    }

    public Task DisposeAsync()
    {
        _data.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>As the collector's Prometheus exporter writes them: dots to underscores, the unit's word where it is not there, <c>_total</c> for counters.</summary>
    private static IEnumerable<string> NamesOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        if (instrument.Unit is { } unit && UnitWords.TryGetValue(unit, out var word) && !name.Split('_').Contains(word)) name += "_" + word;
        var kind = instrument.GetType().Name;
        if (kind.StartsWith("Counter", StringComparison.Ordinal)) return [name + "_total"];
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? [name + "_bucket", name + "_count", name + "_sum"] : [name];
    }
}
