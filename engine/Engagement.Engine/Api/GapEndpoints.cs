using System.Globalization;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Core.Gaps;
using Engagement.Core.Sites;
using Engagement.Engine.Gaps;

namespace Engagement.Engine.Api;

/// <summary><c>GET /v1/gaps</c>: what a help centre does not answer, read from the event log when it is asked for; JSON, CSV or a page, as <c>Accept</c> says.</summary>
internal static class GapEndpoints
{
    // One at a time on a node: a report reads the whole log, and the worker that decides needs the disk, too.
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static void MapGaps(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/gaps", GetAsync).AddEndpointFilter(OutagePolicy.AnswerAsync)
            .WithName("GetGaps").WithTags("Operation").WithSummary("Questions that people asked in vain, from five visitors up: JSON, or CSV or a page by Accept: text/csv, text/html")
            .Produces<GapReport>().Produces(200, contentType: "text/csv").Produces(200, contentType: "text/html").ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

    private static async Task<IResult> GetAsync(HttpContext context, SiteCatalogSource sites, IEventLog log, TimeProvider time, string? days)
    {
        if (!Credentials.TryKey(context.Request, sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        var count = GapLogReader.DaysDefault;
        if (days is not null && (!int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > GapLogReader.DaysMax))
            return Problems.Invalid("days", $"a whole number from 1 to {GapLogReader.DaysMax}; {GapLogReader.DaysDefault} when absent");
        if (!await OneAtATime.WaitAsync(0, context.RequestAborted))
        {
            OutagePolicy.SayWhen(context);
            return Problems.Unavailable("Another report is being made on this node; ask again when it is done.");
        }
        try
        {
            var report = await GapLogReader.ReadAsync(log, site, count, Core.Instant.FromDateTimeOffset(time.GetUtcNow()), context.RequestAborted);
            return Answer(context, report);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static IResult Answer(HttpContext context, GapReport report)
    {
        var accept = context.Request.Headers.Accept.ToString();
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.CacheControl = "no-store";
        if (accept.Contains("text/csv", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=gaps.csv";
            return RawJson.Of(Encoding.UTF8.GetBytes(GapCsvWriter.Write(report)), contentType: GapCsvWriter.ContentType);
        }
        if (!accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)) return RawJson.Of(report.ToJson());
        context.Response.Headers.ContentSecurityPolicy = GapPageWriter.Policy + "; frame-ancestors 'none'";
        return RawJson.Of(Encoding.UTF8.GetBytes(GapPageWriter.Write(report)), contentType: "text/html; charset=utf-8");
    }
}
