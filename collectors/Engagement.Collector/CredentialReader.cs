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
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return sites.FindByKey(header.AsSpan(Scheme.Length).Trim());
        return request.Query.TryGetValue("key", out var key) ? sites.FindByKey(key.ToString()) : null;
    }

    /// <summary>Whether the key may send events: a write key to a site that lives by the wall clock, a replay key to one that lives by the log's.</summary>
    public static bool MaySendEvents(SiteModel site, SiteKey key) => key.Role switch
    {
        KeyRole.Write => site.Clock == SiteClock.Wall,
        KeyRole.Replay => site.Clock == SiteClock.Log,
        _ => false,
    };
}
