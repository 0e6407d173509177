using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary><c>GET /v1/stats</c>: what was decided, and whether all that was sent is decided.</summary>
internal static class StatsEndpoints
{
    public static void MapStats(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/stats", GetAsync).AddEndpointFilter(OutagePolicy.AnswerAsync)
            .WithName("GetStats").WithTags("Operation").WithSummary("Counters of the site since this process started, and how far its workers are")
            .Produces<StatsAnswer>().ProducesProblem(401).ProducesProblem(403);

    private static async Task<IResult> GetAsync(
        HttpContext context, SiteCatalogSource sites, EngineState state, IEventLog log, AvailabilityState availability, PageStreamState pages,
        NoticeState notices, DoorCounters door)
    {
        if (!Credentials.TryKey(context.Request, sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        var partitions = await PartitionsAsync(state, log, context.RequestAborted);
        var agents = await availability.GetAsync(site.Id, context.RequestAborted);
        var counters = state.Of(site.Id);
        return Results.Json(new StatsAnswer(
            site.Id,
            partitions.All(p => p.Phase is "live" or "idle" && p.Lag == 0),
            partitions.Sum(p => p.Sessions),
            new VisitorStats(counters.SessionsSeen, counters.LeftAlone, counters.NobodyFree, counters.Invited),
            counters.Decisions,
            NonZero(Enum.GetValues<VisitorState>().Select(s => (CodeNames.Of(s), counters.Of(s)))),
            NonZero(Enumerable.Range(0, 32).Select(bit => (CodeNames.BlockerOf(bit), counters.OfBlocker(bit)))),
            NonZero(Enum.GetValues<OfferStatus>().Select(s => (CodeNames.Of(s), counters.Of(s)))),
            NonZero(Enum.GetValues<SessionEnd>().Select(s => (CodeNames.Of(s), counters.Of(s)))),
            NonZero(Enum.GetValues<RecordOutcome>().Select(o => (CodeNames.Of(o), state.Of(o)))),
            agents.Available, agents.FreeSlots, pages.Count, partitions,
            [.. state.Drift().Where(d => d.Site == site.Id)],
            [.. notices.All.Where(r => r.Site == site.Id).OrderBy(r => r.Name, StringComparer.Ordinal).Select(ToStats)],
            door.Of(site.Id)), ApiJson.Default.StatsAnswer);
    }

    private static async ValueTask<List<PartitionStats>> PartitionsAsync(EngineState state, IEventLog log, CancellationToken cancellation)
    {
        var partitions = new List<PartitionStats>();
        foreach (var status in state.Partitions)
        {
            // End first, then position: lag is never below what it was.
            var end = (await log.GetBoundsAsync(Topics.Events, status.Partition, cancellation)).Next;
            var (phase, position) = (status.Phase, status.Position);
            partitions.Add(new PartitionStats(status.Partition, CodeNames.Of(phase), status.Epoch, position, end,
                phase == WorkerPhase.Idle ? 0 : Math.Max(0, end - position), status.Sessions, status.Fault));
        }
        return partitions;
    }

    private static ReceiverStats ToStats(ReceiverStatus receiver) => new(
        receiver.Name, receiver.Of(NoticeOutcome.Delivered), receiver.Of(NoticeOutcome.SetAside), receiver.Of(NoticeOutcome.Gone), receiver.Waiting,
        receiver.Fault, receiver.PresenceFault);

    private static Dictionary<string, long> NonZero(IEnumerable<(string Code, long Count)> counts) =>
        counts.Where(c => c.Count != 0).ToDictionary(c => c.Code, c => c.Count, StringComparer.Ordinal);
}
