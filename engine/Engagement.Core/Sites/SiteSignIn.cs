using System.Collections.Immutable;

namespace Engagement.Core.Sites;

/// <summary>
/// The provider at which a site's agents sign in, by OpenID Connect Core 1.0: its ID token, issued for <see cref="ClientId"/>, is a credential as a key
/// of one agent is. Immutable.
/// </summary>
public sealed record SiteSignIn
{
    /// <summary>As in its tokens' <c>iss</c>, and where <c>/.well-known/openid-configuration</c> lies.</summary>
    public required string Issuer { get; init; }

    /// <summary>Of a public client with PKCE; the tokens' <c>aud</c>. With the issuer it names one site.</summary>
    public required string ClientId { get; init; }

    /// <summary>What asks for the claims below, and for renewal without a window.</summary>
    public string Scopes { get; init; } = "openid profile offline_access";

    /// <summary>The claim that names the agent at her desk.</summary>
    public string AgentClaim { get; init; } = "preferred_username";

    /// <summary>The claim, one text or a list, whose values decide what she may.</summary>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>Values with which she may what an agent may.</summary>
    public ImmutableArray<string> Agents { get; init; } = [];

    /// <summary>Values with which she may what a supervisor may.</summary>
    public ImmutableArray<string> Supervisors { get; init; } = [];

    /// <summary>What these values allow; null: nothing.</summary>
    public KeyRole? RoleOf(IEnumerable<string> values)
    {
        KeyRole? role = null;
        foreach (var value in values)
        {
            if (Supervisors.Contains(value, StringComparer.Ordinal)) return KeyRole.Supervisor;
            if (Agents.Contains(value, StringComparer.Ordinal)) role = KeyRole.Agent;
        }
        return role;
    }
}
