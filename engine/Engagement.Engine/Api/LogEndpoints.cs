using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>
/// What the log holds, for whoever connects a site: <c>GET /v1/events?visitor=</c>, the events that came of a tracker's. Newest first, from the log itself, with what an
/// erased visitor left hidden. For debugging: each call reads the log backwards.
/// </summary>
internal static class LogEndpoints
{
    public const int TakeDefault = 50;
    public const int TakeMax = 500;

    public static void MapLog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/events", GetEventsAsync).AddEndpointFilter(OutagePolicy.AnswerAsync)
            .WithName("GetEvents").WithTags("Operation").WithSummary("A visitor's canonical events, newest first: to see what came of a tracker's")
            .WithDescription($"As they lie in the log: masked, the visitor under the day's key. limit 1 to {TakeMax}, default {TakeDefault}; next is the before of the next page.")
            .Produces<LogAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
    }

    private static async Task<IResult> GetEventsAsync(HttpContext context, SiteCatalogSource sites, IEventLog log, ApiParts parts, string? visitor, string? limit, string? before)
    {
        if (!Credentials.TryKey(context.Request, sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        if (string.IsNullOrEmpty(visitor) || Encoding.UTF8.GetByteCount(visitor) > Limits.VisitorIdBytesMax)
            return Problems.Invalid("visitor", $"1 to {Limits.VisitorIdBytesMax} bytes: the id as the tracker sends it");
        if (!TryPage(limit, before, out var take, out var from, out problem)) return problem!;
        var erasures = await ErasureIndex.LoadAsync(log, context.RequestAborted);
        var key = RecordKeys.Of(site.Id, VisitorIdentity.KeyOf(site, visitor, parts.Now));
        var page = await LogPageReader.ReadAsync(
            log, Topics.Events, Murmur2.PartitionOf(key, log.PartitionCount), from, take,
            record => record.Key.Span.SequenceEqual(key) && !erasures.Hides(record), context.RequestAborted);
        return Answer(context, "events", page);
    }

    /// <summary>The page that is asked for, or what is wrong with it.</summary>
    public static bool TryPage(string? limit, string? before, out int take, out long? from, out IResult? problem)
    {
        (take, from, problem) = (TakeDefault, null, null);
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > TakeMax))
            problem = Problems.Invalid("limit", $"a whole number from 1 to {TakeMax}; {TakeDefault} when absent");
        if (before is null) return problem is null;
        if (long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)) from = offset;
        else problem = Problems.Invalid("before", "what the page before gave as next");
        return problem is null;
    }

    private static IResult Answer(HttpContext context, string name, LogPage page)
    {
        context.Response.Headers.CacheControl = "no-store";
        return RawJson.Object(writer =>
        {
            writer.WriteStartArray(name);
            foreach (var record in page.Records) writer.WriteRawValue(record);
            writer.WriteEndArray();
            if (page.Before is { } next) writer.WriteString("next", next.ToString(CultureInfo.InvariantCulture));
        });
    }
}

/// <summary>A page of the log; one of the two lists is there.</summary>
/// <param name="Next">The <c>before</c> of the next page; absent at the log's beginning.</param>
public sealed record LogAnswer(IReadOnlyList<JsonElement>? Events, IReadOnlyList<JsonElement>? Rejects, string? Next);
