using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Engagement.Collector;

/// <summary>Which pages may speak to the collector, and the CORS headers that say so to browsers. No cookies, so no credentials, but for dialects whose clients ask with them. Stateless.</summary>
internal static class OriginPolicy
{
    /// <summary>Null when the sender is no page.</summary>
    public static string? OriginOf(HttpRequest request) => StringValues.IsNullOrEmpty(request.Headers.Origin) ? null : request.Headers.Origin.ToString();

    /// <summary>Whether a page of this origin may send events: any where the site lists none.</summary>
    public static bool MaySend(SiteModel site, SiteKey key, string origin) => site.Origins.IsEmpty || IsListed(site, key, origin);

    /// <summary>Whether the site lists the origin. With a demo key pages of this machine count as listed, whatever port they come from.</summary>
    public static bool IsListed(SiteModel site, SiteKey key, string origin)
    {
        foreach (var listed in site.Origins)
        {
            if (string.Equals(listed, origin, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return key.IsDemo && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.Scheme is "http" or "https";
    }

    /// <summary>
    /// Lets the page read the answer where it may speak. Also where the key is not known, or a browser would hide that very answer from whoever
    /// has mistyped it.
    /// </summary>
    public static void Allow(
        HttpResponse response, string? origin, (SiteModel Site, SiteKey Key)? credential, Func<SiteModel, SiteKey, string, bool> isAllowed,
        bool withCredentials = false)
    {
        if (origin is not null && (credential is not var (site, key) || isAllowed(site, key, origin))) Allow(response, origin, withCredentials);
    }

    private static void Allow(HttpResponse response, string origin, bool withCredentials)
    {
        response.Headers.AccessControlAllowOrigin = origin;
        // A browser hides the answer to a request made with cookies without this; none is set or read here.
        if (withCredentials) response.Headers.AccessControlAllowCredentials = "true";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
        response.Headers.Append("Vary", "Origin");
    }

    /// <summary>Answers a preflight, which carries no key: yes where any site would let a page of this origin send.</summary>
    public static void AnswerPreflight(
        HttpContext http, SiteCatalog sites, string methods = "POST", string headers = "authorization, content-type, content-encoding", bool withCredentials = false)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        if (OriginOf(http.Request) is not { } origin || !sites.Sites.Any(site => MaySendToAny(site, origin))) return;
        Allow(http.Response, origin, withCredentials);
        http.Response.Headers.AccessControlAllowMethods = methods;
        http.Response.Headers.AccessControlAllowHeaders = headers;
        http.Response.Headers.AccessControlMaxAge = "600";
    }

    private static bool MaySendToAny(SiteModel site, string origin) =>
        site.Keys.Any(key => key.Role is KeyRole.Write or KeyRole.Replay && MaySend(site, key, origin));
}
