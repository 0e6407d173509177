using System.Text.Json;
using Engagement.Collector;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;
using Engagement.Server.Hosting;

namespace Engagement.Server.Replay;

/// <summary>
/// What a replay needs besides <c>POST /v1/events</c>, for keys of role replay only, whose sites live by the log's clock: to say that time has passed
/// though nothing came, and to read what was decided.
/// </summary>
public static class ReplayEndpoints
{
    /// <summary>Records in one answer: bounds its size and the time it takes.</summary>
    public const int RecordsMax = 2_000;

    private static readonly string[] TopicsReadable = [Topics.Events, Topics.Decisions, Topics.Outcomes];

    public static void MapReplay(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/replay/ticks", TickAsync)
            .WithName("ReplayTick").WithTags("Replay").WithSummary("Says what time it is by the log of a replayed site")
            .WithDescription("Appends a tick to every partition: timers due before it fire as if an event had come. A replay ends with one, so that its last sessions close. Key of role replay.")
            .Produces<TickAnswer>(202).Produces<ProblemAnswer>(401).Produces<ProblemAnswer>(403).Produces<ProblemAnswer>(503);
        routes.MapGet("/v1/replay/log", ReadAsync)
            .WithName("ReplayLog").WithTags("Replay").WithSummary("Records of the site as they stand in a topic of the log")
            .WithDescription("topic: engagement.events, engagement.decisions or engagement.outcomes. Ask for each partition from offset 0 until next equals end. Key of role replay.")
            .Produces<LogRecordsAnswer>().Produces<ProblemAnswer>(400).Produces<ProblemAnswer>(401).Produces<ProblemAnswer>(403);
    }

    private static async Task<IResult> TickAsync(HttpContext context, TickRequest request, SiteCatalogSource sites, IntakeLog intake, CancellationToken cancellation)
    {
        if (SiteOf(context, sites, out var refusal) is not { } site) return refusal!;
        // Behind the events, by their own way.
        var log = intake.Log;
        var tick = EngineEventWriter.Tick(Instant.FromDateTimeOffset(request.ReceivedAt), site.Id);
        var records = Enumerable.Range(0, log.PartitionCount).Select(partition => new LogAppend(RecordKeys.Tick, tick, partition)).ToList();
        var result = await log.AppendAsync(Topics.Events, records, cancellation);
        if (result.IsDurable) return Results.Json(new TickAnswer(log.PartitionCount), ReplayJson.Default.TickAnswer, statusCode: 202);
        context.Response.Headers.RetryAfter = "1";
        return Problem(503, "unavailable", "The log did not take the tick", "Send it again.");
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, string topic, int partition, long offset, SiteCatalogSource sites, IEventLog log, CancellationToken cancellation)
    {
        if (SiteOf(context, sites, out var refusal) is not { } site) return refusal!;
        if (!TopicsReadable.Contains(topic)) return Problem(400, "invalid_topic", "No such topic", $"Allowed: {string.Join(", ", TopicsReadable)}");
        if (partition < 0 || partition >= log.PartitionCount) return Problem(400, "invalid_partition", "No such partition", $"Allowed: 0 to {log.PartitionCount - 1}");
        var bounds = await log.GetBoundsAsync(topic, partition, cancellation);
        using var batch = await log.ReadAsync(topic, partition, Math.Max(offset, bounds.First), RecordsMax, cancellation);
        var erasures = await ErasureIndex.LoadAsync(log, cancellation);
        var records = new List<LogRecordAnswer>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (!erasures.Hides(batch[i]) && ValueOf(batch[i].Value, site.Id) is { } value) records.Add(new LogRecordAnswer(batch[i].Offset, value));
        }
        var next = batch.Count == 0 ? bounds.Next : batch.NextOffset;
        return Results.Json(new LogRecordsAnswer(log.PartitionCount, next, bounds.Next, records), ReplayJson.Default.LogRecordsAnswer);
    }

    /// <summary>The record when it is this site's; null for others, which this key may not see.</summary>
    private static JsonElement? ValueOf(ReadOnlyMemory<byte> value, string site)
    {
        using var document = JsonDocument.Parse(value);
        return document.RootElement.TryGetProperty("site", out var of) && of.ValueKind == JsonValueKind.String && of.ValueEquals(site) ? document.RootElement.Clone() : null;
    }

    private static SiteModel? SiteOf(HttpContext context, SiteCatalogSource sites, out IResult? refusal)
    {
        refusal = null;
        var header = context.Request.Headers.Authorization.ToString();
        var key = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : "";
        if (sites.Current.FindByKey(key) is not { } found)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            refusal = Problem(401, "unauthorized", "A key is needed", "Send Authorization: Bearer with a key of role replay.");
            return null;
        }
        if (found.Key.Role == KeyRole.Replay && found.Site.Clock == SiteClock.Log) return found.Site;
        refusal = Problem(403, "forbidden", "This key may not replay", "Needed: a key of role replay, of a site whose clock is the log's.");
        return null;
    }

    private static IResult Problem(int status, string code, string title, string detail) => Results.Json(
        new ProblemAnswer($"https://engagement.example/problems/{code}", code, title, status, detail), ProblemJson.Default.ProblemAnswer, "application/problem+json", status);
}
