using Engagement.Core;
using Engagement.Engine;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Delivery;

/// <summary>What delivery works with.</summary>
internal sealed record DeliveryParts(
    ReceiverDirectory Directory, Resilience Resilience, NoticeState State, EngineMetrics Metrics, DeskOptions Options, TimeProvider Time, ILogger<DeliveryParts> Logger)
{
    public Instant Now => Instant.FromDateTimeOffset(Time.GetUtcNow());
}
