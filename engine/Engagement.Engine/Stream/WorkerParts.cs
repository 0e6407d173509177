using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;

namespace Engagement.Engine.Stream;

/// <summary>What every partition's worker works with. Immutable; the parts are thread-safe.</summary>
public sealed record WorkerParts(
    IEventLog Log, IDeliveryStore Store, SiteCatalogSource Sites, AvailabilityState Availability, PageStreamState Pages, Resilience Resilience,
    EngineState State, EngineMetrics Metrics, EngineOptions Options, TimeProvider Time, ILoggerFactory Loggers);
