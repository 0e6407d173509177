using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector;

/// <summary>Whose request it is: the credential determines the site, everywhere. Stateless.</summary>
internal static class CredentialReader
{
    private const string Scheme = "Bearer ";

    /// <summary>The key of the Authorization header, or of <c>?key=</c> where a beacon can set no header; null when no site knows it.</summary>
    public static (SiteModel Site, SiteKey Key)? Read(HttpRequest request, SiteCatalog sites)
    {
        if (TryBearer(request, out var bearer)) return sites.FindByKey(bearer);
        return request.Query.TryGetValue("key", out var key) ? sites.FindByKey(key.ToString()) : null;
    }

    /// <summary>What the Authorization header holds as a bearer.</summary>
    public static bool TryBearer(HttpRequest request, out ReadOnlySpan<char> bearer)
    {
        var header = request.Headers.Authorization.ToString();
        var isBearer = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        bearer = isBearer ? header.AsSpan(Scheme.Length).Trim() : default;
        return isBearer;
    }

    /// <summary>As the other, for those who keep it; null where there is none.</summary>
    public static string? BearerOf(HttpRequest request) => TryBearer(request, out var bearer) ? bearer.ToString() : null;

    /// <summary>Whether the key may send events: a write key to a site that lives by the wall clock, a replay key to one that lives by the log's.</summary>
    public static bool MaySendEvents(SiteModel site, SiteKey key) => key.Role switch
    {
        KeyRole.Write => site.Clock == SiteClock.Wall,
        KeyRole.Replay => site.Clock == SiteClock.Log,
        _ => false,
    };
}
