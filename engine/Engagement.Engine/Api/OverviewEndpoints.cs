using Engagement.Core.Cards;
using Engagement.Core.Overview;
using Engagement.Core.Sites;

namespace Engagement.Engine.Api;

/// <summary>
/// <c>GET /v1/overview</c>: what the owner of a site looks at. Counts from the delivery store, so that every node gives the same; nothing in it is of one
/// visitor.
/// </summary>
internal static class OverviewEndpoints
{
    public static void MapOverview(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/overview", GetAsync).AddEndpointFilter(OutagePolicy.AnswerAsync)
            .WithName("GetOverview").WithTags("Operation")
            .WithSummary("The last 24 hours of a site by hour: offers made or that would have been, what hindered others, answers, outcomes; visitors by state, agents and who waits, now")
            .WithDescription(
                "An API key; its site. language: of the hindrances' words, en (default), de, nl or es. Whatever node is asked, and whatever node counted. Each is counted once, also where a node was killed; but a visit that waits for an agent while "
                + "its partition changes hands may be counted with one more hindrance, and a Redis that comes back empty begins at nought. Visits are sessions; who objects is in no count.")
            .Produces<SiteOverview>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

    private static async Task<IResult> GetAsync(HttpContext context, ApiParts parts, string? site, string? language)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out var known, out var problem)) return problem!;
        if (site is not null && site != known.Id) return Problems.Forbidden("The key belongs to another site.");
        var words = CopyLanguage.En;
        if (language is not null && !CopyLanguages.TryReadTag(language, out words)) return Problems.Invalid("language", "en, de, nl or es; en when absent");
        var stored = await parts.ActAsync(c => parts.Store.GetOverviewAsync(known.Id, c), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return RawJson.Of(OverviewComposer.Compose(known, stored, parts.Now, words).ToJson());
    }
}
