using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Agents.SignIn;

namespace Engagement.Engine.Api;

/// <summary>
/// Who asks. The credential determines the site, everywhere: a site named in query or body must match it and is never looked up on its own.
/// </summary>
internal static class Credentials
{
    private const string Bearer = "Bearer ";

    /// <summary>The credential of the Authorization header; empty when there is none.</summary>
    public static ReadOnlySpan<char> BearerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1) return default;
        var text = header[0].AsSpan();
        return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? text[Bearer.Length..].Trim() : default;
    }

    /// <summary>The site of a key of this role, or the problem that answers the request.</summary>
    public static bool TryKey(HttpRequest request, SiteCatalog sites, KeyRole role, out SiteModel site, out IResult? problem) =>
        TryKey(request, sites, role, out site, out _, out problem);

    /// <summary>As the other, with the key.</summary>
    public static bool TryKey(HttpRequest request, SiteCatalog sites, KeyRole role, out SiteModel site, out SiteKey key, out IResult? problem)
    {
        (site, key, problem) = (null!, null!, null);
        var signedIn = SignInFilter.Of(request.HttpContext);
        if ((sites.FindByKey(BearerOf(request)) ?? signedIn?.Credential) is not { } found)
        {
            // What came of an ID token is said as it is; else which key this takes.
            problem = signedIn?.Refusal ?? Problems.Unauthorized($"Send Authorization: Bearer <{role.ToString().ToLowerInvariant()} key>.");
            if (signedIn?.Refusal is null or { StatusCode: StatusCodes.Status401Unauthorized }) request.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            return false;
        }
        if (!found.Key.Has(role))
        {
            problem = Problems.Forbidden($"This takes a key of role {role.ToString().ToLowerInvariant()}.");
            return false;
        }
        (site, key) = found;
        return true;
    }

    /// <summary>What answers a request that names this agent beside this key; null where it may.</summary>
    public static IResult? RefuseAgent(SiteKey key, string? agent) =>
        !AgentIds.IsValid(agent) ? Problems.Invalid("agent", AgentIds.Rule)
        : key.SpeaksFor(agent!) ? null
        : Problems.AnothersKey(key.Agent!);

    /// <summary>What answers a request about another agent: only a supervisor's key may make it. Null where it may.</summary>
    public static IResult? RefuseOther(SiteKey key, string agent, string other) =>
        !AgentIds.IsValid(other) ? Problems.Invalid("holder", AgentIds.Rule)
        : other == agent || key.Role == KeyRole.Supervisor ? null
        : Problems.SupervisorsAlone();
}
