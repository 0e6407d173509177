using System.Diagnostics.Metrics;
using Engagement.Core.Scoring;
using Engagement.Engine.Agents;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Engine;

/// <summary>
/// How the engine host stands, read only when somebody collects: partitions, lag, sessions, agents, site files. Meter <c>Engagement.Engine</c>.
/// Every node tells of its own partitions, and of the same agents as any other that serves the site. Thread-safe.
/// </summary>
public sealed class EngineGauges : IDisposable
{
    private static readonly WorkerPhase[] Phases = Enum.GetValues<WorkerPhase>();
    private readonly Meter _meter;
    private readonly EngineState _state;
    private readonly AvailabilityState _availability;
    private readonly ObservableGauge<long> _lag;

    public EngineGauges(IMeterFactory factory, EngineState state, AvailabilityState availability, OutcomeWriter records, NoticeState notices, IServiceProvider services)
    {
        (_state, _availability, _meter) = (state, availability, factory.Create(EngineMetrics.MeterName));
        _lag = _meter.CreateObservableGauge("engagement.engine.lag", () => Owned(p => p.Lag), "{record}", "Records of a partition that are not decided yet");
        _meter.CreateObservableGauge("engagement.engine.lag.seconds", () => Owned(p => p.LagAge.TotalSeconds), "s", "Age of the oldest record of a partition that is not decided yet");
        _meter.CreateObservableGauge("engagement.engine.position", () => Owned(p => p.Position), "{record}", "Position of the checkpoint by partition");
        _meter.CreateObservableGauge("engagement.engine.epoch", () => Owned(p => p.Epoch), null, "Epoch under which this node owns a partition: rises with each take-over");
        _meter.CreateObservableGauge("engagement.engine.partitions", CountPhases, "{partition}", "Partitions of this node by phase of their worker");
        _meter.CreateObservableGauge("engagement.engine.sessions.live", () => state.Partitions.Sum(p => p.Sessions), "{session}", "Live sessions");
        _meter.CreateObservableGauge("engagement.engine.agents.available", () => Sites(s => s.Value.Available), "{agent}", "Agents of a site that are there and available");
        _meter.CreateObservableGauge("engagement.engine.slots.free", () => Sites(s => s.Value.FreeSlots), "{slot}", "Agents' slots of a site that are neither leased nor in conversation");
        _meter.CreateObservableGauge("engagement.engine.endings.unrecorded", () => records.Unrecorded, "{offer}", "Ended offers that the log has not taken yet");
        _meter.CreateObservableGauge("engagement.engine.notices.waiting", () => Receivers(notices), "{notice}", "Notices that a desk or a webhook has not taken yet");
        _meter.CreateObservableGauge("engagement.model.drift", Drift, null, "Population stability index of what a site's model is asked about against its training: its score, and what has moved most");
        // Tests and tools run the engine on sites that come from no file.
        if (services.GetService<SiteFilesState>() is { } files)
            _meter.CreateObservableGauge("engagement.engine.site_files.errors", () => files.Errors.Count, "{error}", "What is wrong in site files; the last good ones are served");
    }

    /// <summary>Whether anybody collects the lag: looking for it costs a question to the log.</summary>
    public bool LagIsCollected => _lag.Enabled;

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<T>> Owned<T>(Func<PartitionStatus, T> read) where T : struct
    {
        foreach (var partition in _state.Partitions)
            if (partition.Phase != WorkerPhase.Idle) yield return new(read(partition), new KeyValuePair<string, object?>("partition", partition.Partition));
    }

    private IEnumerable<Measurement<int>> CountPhases()
    {
        var partitions = _state.Partitions;
        foreach (var phase in Phases)
            yield return new(partitions.Count(p => p.Phase == phase), new KeyValuePair<string, object?>("phase", CodeNames.Of(phase)));
    }

    private IEnumerable<Measurement<double>> Drift()
    {
        foreach (var drift in _state.Drift())
        {
            if (drift.Score is not { } score) continue;
            yield return Of(drift, ModelReference.ScoreName, score);
            foreach (var feature in drift.Features) yield return Of(drift, feature.Feature, feature.Index);
        }
        static Measurement<double> Of(ModelDrift drift, string feature, double index) => new(
            index, new KeyValuePair<string, object?>("site", drift.Site), new KeyValuePair<string, object?>("model", drift.Model), new KeyValuePair<string, object?>("feature", feature));
    }

    private static IEnumerable<Measurement<long>> Receivers(NoticeState notices) => notices.All.Select(
        r => new Measurement<long>(r.Waiting, new KeyValuePair<string, object?>("site", r.Site), new KeyValuePair<string, object?>("receiver", r.Name)));

    private IEnumerable<Measurement<int>> Sites(Func<KeyValuePair<string, Engagement.Core.Contracts.AgentAvailability>, int> read)
    {
        foreach (var site in _availability.Last) yield return new(read(site), new KeyValuePair<string, object?>("site", site.Key));
    }
}
