using System.Security.Claims;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Agents.SignIn;
using Engagement.Engine.Api;
using Microsoft.AspNetCore.Http.Features;

namespace Engagement.Engine.Conversations;

/// <summary>
/// Who asks about a conversation: a visitor by her token, or an agent by her site's agent key and her own name. Which conversations are hers, the store
/// says. Immutable.
/// </summary>
internal sealed record ConversationCaller(SiteModel Site, KnownVisitor? Visitor, string? Agent)
{
    private const string SiteClaim = "site";
    private const string VisitorClaim = "visitor";
    private const string AgentClaim = "agent";

    /// <summary>
    /// Reads the credential of the header; of the query's <c>access_token</c> only where <paramref name="orQuery"/> and where a browser can set no header:
    /// an upgrade to a WebSocket, or an event stream. An agent names herself in <c>?agent=</c>.
    /// </summary>
    public static bool TryRead(HttpContext context, SiteCatalog sites, Instant now, bool orQuery, out ConversationCaller caller, out IResult? problem)
    {
        (caller, problem) = (null!, null);
        var token = TokenOf(context, orQuery);
        if (token.Length > 0 && VisitorIdentity.TryReadToken(sites, token, now, out var read))
        {
            VisitorCors.Allow(context, read.Site);
            caller = new ConversationCaller(read.Site, KnownVisitor.Of(read.Site, read.Visitor, now), null);
            return true;
        }
        var signedIn = SignInFilter.Of(context);
        if (token.Length > 0 && (sites.FindByKey(token) ?? signedIn?.Credential) is { } key) return TryAgent(context, key.Site, key.Key, out caller, out problem);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        VisitorCors.AllowRefusal(context, sites);
        problem = signedIn?.Refusal ?? Problems.Unauthorized("Send the visitor's token, as POST /v1/sessions gave it, or an agent key: Authorization: Bearer <token>.");
        return false;
    }

    /// <summary>Of the header; of the query only where a browser can set no header. Empty where there is none.</summary>
    public static string TokenOf(HttpContext context, bool orQuery)
    {
        var token = Credentials.BearerOf(context.Request).ToString();
        return token.Length == 0 && orQuery && CannotSetHeaders(context) ? context.Request.Query["access_token"].ToString() : token;
    }

    /// <summary>As a connection remembers it; keys of the day are found anew with each call.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [
            new Claim(SiteClaim, Site.Id), Agent is null ? new Claim(VisitorClaim, Visitor!.Id) : new Claim(AgentClaim, Agent),
            new Claim(ClaimTypes.NameIdentifier, Agent is null ? $"{Site.Id}/visitor/{Visitor!.Id}" : $"{Site.Id}/agent/{Agent}"),
        ],
        "Bearer"));

    /// <summary>Null where the site is no longer there.</summary>
    public static ConversationCaller? From(ClaimsPrincipal? principal, SiteCatalog sites, Instant now)
    {
        if (principal?.FindFirst(SiteClaim)?.Value is not { } id || sites.Find(id) is not { } site) return null;
        return principal.FindFirst(AgentClaim)?.Value is { } agent
            ? new ConversationCaller(site, null, agent)
            : new ConversationCaller(site, KnownVisitor.Of(site, principal.FindFirst(VisitorClaim)!.Value, now), null);
    }

    /// <summary>Her part in this conversation; null where she has none.</summary>
    public Participant? In(StoredConversation conversation)
    {
        if (Agent is { } agent) return Participant.Of(agent) is var her && conversation.Includes(her) ? her : null;
        return Visitor!.Is(conversation.Visitor) ? Participant.Of(conversation.Visitor) : null;
    }

    private static bool TryAgent(HttpContext context, SiteModel site, SiteKey key, out ConversationCaller caller, out IResult? problem)
    {
        (caller, problem) = (null!, null);
        if (!key.Has(KeyRole.Agent)) problem = Problems.Forbidden("This takes a visitor's token, or a key of role agent or supervisor.");
        else if (context.Request.Query["agent"].ToString() is var agent && Credentials.RefuseAgent(key, agent) is { } refusal) problem = refusal;
        else caller = new ConversationCaller(site, null, agent);
        return problem is null;
    }

    private static bool CannotSetHeaders(HttpContext context)
    {
        var headers = context.Request.Headers;
        return HttpMethods.IsGet(context.Request.Method)
            ? IsWebSocket(headers.Upgrade.ToString()) || headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)
            : HttpMethods.IsConnect(context.Request.Method) && IsWebSocket(context.Features.Get<IHttpExtendedConnectFeature>()?.Protocol);
    }

    private static bool IsWebSocket(string? protocol) => string.Equals(protocol, "websocket", StringComparison.OrdinalIgnoreCase);
}
