using Engagement.Core.Sites;

namespace Engagement.Engine.Api;

/// <summary>
/// Pages of a site's own origins may call the visitor's endpoints; a site that names no origin is open to any page, as its write key is. No
/// cookies are involved: the token is all that counts.
/// </summary>
internal static class VisitorCors
{
    public static void Allow(HttpContext context, SiteModel site)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && Knows(site, origin)) Grant(context, origin);
    }

    /// <summary>Where no token says which site it is: any page that a site knows may read the refusal, or it would take it for a network that is away.</summary>
    public static void AllowRefusal(HttpContext context, SiteCatalog sites)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && sites.Sites.Any(s => Knows(s, origin))) Grant(context, origin);
    }

    /// <summary>A preflight carries no token: any site that knows the origin lets it through, the call itself is checked.</summary>
    public static IResult Preflight(HttpContext context, SiteCatalogSource sites)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && sites.Current.Sites.Any(s => Knows(s, origin)))
        {
            Grant(context, origin);
            context.Response.Headers.AccessControlAllowMethods = "GET, POST, DELETE";
            context.Response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type, Idempotency-Key, X-Requested-With, X-SignalR-User-Agent";
            context.Response.Headers.AccessControlMaxAge = "600";
        }
        return Results.NoContent();
    }

    private static bool Knows(SiteModel site, string origin) =>
        site.Origins.IsEmpty || site.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    private static void Grant(HttpContext context, string origin)
    {
        context.Response.Headers.AccessControlAllowOrigin = origin;
        context.Response.Headers.AccessControlExposeHeaders = "Retry-After";
        context.Response.Headers.Append("Vary", "Origin");
    }
}
