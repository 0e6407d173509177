using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>What an ID token stands for: the site, and a key as good as one that the site's file binds to this agent.</summary>
/// <param name="ExpiresAt">Of the token: until then it is taken, and what stays open ends then.</param>
internal sealed record SignedInAgent(SiteModel Site, SiteKey Key, DateTimeOffset ExpiresAt)
{
    public static SignedInAgent Of(SiteModel site, KeyRole role, string agent, DateTimeOffset expiresAt) =>
        new(site, new SiteKey(role, [], false) { Agent = agent }, expiresAt);
}

/// <summary>What came of a token: an agent, or what answers her. Neither where it is no ID token of any site's provider.</summary>
internal sealed record SignInResult(SignedInAgent? Agent, ProblemHttpResult? Refusal = null)
{
    public static readonly SignInResult None = new((SignedInAgent?)null);

    public static SignInResult Refused(ProblemHttpResult refusal) => new(null, refusal);

    /// <summary>As a key is found; null where she was not let in.</summary>
    public (SiteModel Site, SiteKey Key)? Credential => Agent is { } agent ? (agent.Site, agent.Key) : null;
}
