using Engagement.Core;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>One visitor of one site as her token says, with the keys under which the engine may know her.</summary>
/// <param name="Keys">Today's key first; then yesterday's while a session that crossed the change of keys may live.</param>
internal sealed record KnownVisitor(SiteModel Site, string Id, VisitorKey[] Keys)
{
    public VisitorKey Key => Keys[0];

    public static KnownVisitor Of(SiteModel site, string visitorId, Instant now)
    {
        var before = now - Limits.SessionDurationMax;
        var today = VisitorIdentity.KeyOf(site, visitorId, now);
        return new KnownVisitor(site, visitorId,
            VisitorIdentity.KeyChangesAt(site, before) > now ? [today] : [today, VisitorIdentity.KeyOf(site, visitorId, before)]);
    }

    public bool Is(VisitorKey key) => Keys.Contains(key);

    /// <summary>A page of hers is open on this node.</summary>
    public bool IsOn(PageStreamState pages)
    {
        foreach (var key in Keys)
            if (pages.IsOpen(Site.Id, key)) return true;
        return false;
    }
}

/// <summary>A visitor speaks for herself and for nobody else: with the token that <c>POST /v1/sessions</c> gave her.</summary>
internal static class VisitorCredentials
{
    /// <param name="visitor">The id in the path, which must be the token's; null where the path has none.</param>
    /// <param name="orQuery">Also <c>?token=</c>: an EventSource cannot set headers.</param>
    public static bool TryToken(
        HttpContext context, SiteCatalog sites, Instant now, string? visitor, bool orQuery, out KnownVisitor known, out IResult? problem)
    {
        known = null!;
        problem = null;
        var token = Credentials.BearerOf(context.Request).ToString();
        if (token.Length == 0 && orQuery) token = context.Request.Query["token"].ToString();
        if (!VisitorIdentity.TryReadToken(sites, token, now, out var read))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            VisitorCors.AllowRefusal(context, sites);
            problem = Problems.Unauthorized("Send the visitor's token, as POST /v1/sessions gave it: Authorization: Bearer <token>.");
            return false;
        }
        if (visitor is not null && !string.Equals(visitor, read.Visitor, StringComparison.Ordinal))
        {
            problem = Problems.Forbidden("This token speaks for another visitor.");
            return false;
        }
        known = KnownVisitor.Of(read.Site, read.Visitor, now);
        VisitorCors.Allow(context, read.Site);
        return true;
    }
}
