using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>
/// What was not taken and why: <c>GET /v1/rejects</c>; and once its mapping is mended, <c>POST /v1/rejects/resend</c>. From the log itself, with what an erased visitor left
/// hidden.
/// </summary>
internal static class RejectEndpoints
{
    public static void MapRejects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/rejects", GetAsync).AddEndpointFilter(OutagePolicy.AnswerAsync)
            .WithName("GetRejects").WithTags("Operation").WithSummary("Events that were not taken, newest first, with the cause and the field at fault")
            .WithDescription(
                "Filters: code (such as missing_field), field, dialect (native: our own form), since and until (RFC 3339, of the receipt). The payload is masked, and cut to "
                + $"{Limits.RejectPayloadBytesMax} bytes. resendable: POST /v1/rejects/resend would try it; if not, why, or resentAt. "
                + $"limit 1 to {LogEndpoints.TakeMax}, default {LogEndpoints.TakeDefault}; next is the before of the next page.")
            .Produces<LogAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
        routes.MapPost("/v1/rejects/resend", ResendAsync).AddEndpointFilter(OutagePolicy.AnswerAsync)
            .WithName("ResendRejects").WithTags("Operation").WithSummary("Sends rejects through the present mapping of their dialect, oldest first")
            .WithDescription(
                "An api key. Each is taken once, as of the time when it came: it makes no invitation for a visit that is over. dryRun says what would become of them. "
                + $"Repeating a call is safe. At most {Limits.ResendMax} a call; next is the after of the next one.")
            .Accepts<ResendBody>("application/json").Produces<ResendAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(413).ProducesProblem(503);
    }

    private static async Task<IResult> GetAsync(
        HttpContext context, ApiParts parts, string? code, string? field, string? dialect, string? since, string? until, string? limit, string? before)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        if (!LogEndpoints.TryPage(limit, before, out var take, out var from, out problem)) return problem!;
        if (!RejectFilter.TryRead(code, field, dialect, since, until, out var filter, out problem)) return problem!;
        var erasures = await ErasureIndex.LoadAsync(parts.Log, context.RequestAborted);
        var key = Encoding.UTF8.GetBytes(site.Id);
        var page = await LogPageReader.ReadAsync(
            parts.Log, Topics.Rejects, Murmur2.PartitionOf(key, parts.Log.PartitionCount), from, take,
            record => record.Key.Span.SequenceEqual(key) && RejectRecord.Read(record.Value, withOriginal: false) is { } reject && filter.Holds(reject) && !erasures.Hides(reject),
            context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Answer(page, await FindAsync(parts, site.Id, page, context.RequestAborted));
    }

    /// <summary>Null where the store does not answer: what the log says is shown all the same.</summary>
    private static async ValueTask<IReadOnlyList<(string? Why, Instant? ResentAt)>?> FindAsync(ApiParts parts, string site, LogPage page, CancellationToken cancellation)
    {
        var rejects = page.Records.Select(json => RejectRecord.Read(json, withOriginal: false)!).ToList();
        try
        {
            var standings = await RejectOriginals.FindAsync(parts, site, rejects, cancellation);
            return [.. rejects.Zip(standings, (reject, standing) => (reject.WhyNotKept ?? (standing.Key is null ? RejectCauses.KeyGone : null), standing.ResentAt))];
        }
        catch (Exception exception) when (OutagePolicy.IsOutage(exception))
        {
            return null;
        }
    }

    private static IResult Answer(LogPage page, IReadOnlyList<(string? Why, Instant? ResentAt)>? standings) => RawJson.Object(writer =>
    {
        writer.WriteStartArray("rejects"u8);
        for (var i = 0; i < page.Records.Count; i++)
        {
            if (standings is null) RejectJson.WriteAlone(writer, page.Records[i]);
            else RejectJson.WriteStanding(writer, page.Records[i], standings[i].Why, standings[i].ResentAt);
        }
        writer.WriteEndArray();
        if (page.Before is { } next) writer.WriteString("next", next.ToString(CultureInfo.InvariantCulture));
    });

    private static async Task<IResult> ResendAsync(HttpContext context, ApiParts parts, RejectResender resender)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.ResendBody);
        if (body.Problem is not null) return body.Problem;
        var asked = body.Value!;
        if (!RejectFilter.TryRead(asked.Code, asked.Field, asked.Dialect, asked.Since, asked.Until, out var filter, out problem)) return problem!;
        if (asked.Limit is < 1 or > Limits.ResendMax) return Problems.Invalid("limit", $"a whole number from 1 to {Limits.ResendMax}; that when absent");
        long? after = null;
        if (asked.After is not null)
        {
            if (!long.TryParse(asked.After, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)) return Problems.Invalid("after", "what the call before gave as next");
            after = offset;
        }
        if (!resender.CanMap) return Problems.Unavailable("This node knows no mapping.");
        var answer = await resender.ResendAsync(site, filter, after, asked.Limit ?? Limits.ResendMax, asked.DryRun ?? false, context.RequestAborted);
        return Results.Json(answer, ApiJson.Default.ResendAnswer);
    }
}
