using Engagement.Core.Sites;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>What an ID token stands for: the site, and a key as good as one that the site's file binds to this agent.</summary>
/// <param name="ExpiresAt">Of the token: until then it is taken, and what stays open ends then.</param>
internal sealed record SignedInAgent(SiteModel Site, SiteKey Key, DateTimeOffset ExpiresAt)
{
    public static SignedInAgent Of(SiteModel site, KeyRole role, string agent, DateTimeOffset expiresAt) =>
        new(site, new SiteKey(role, [], false) { Agent = agent }, expiresAt);
}

/// <summary>What came of a token: an agent, or why not. Neither where it is no ID token of any site's provider.</summary>
/// <param name="Refusal">For the agent: what is wrong with it.</param>
/// <param name="IsForbidden">It is genuine, and she may not.</param>
internal sealed record SignInResult(SignedInAgent? Agent, string? Refusal = null, bool IsForbidden = false)
{
    public static readonly SignInResult None = new((SignedInAgent?)null);

    /// <summary>As a key is found; null where she was not let in.</summary>
    public (SiteModel Site, SiteKey Key)? Credential => Agent is { } agent ? (agent.Site, agent.Key) : null;
}
