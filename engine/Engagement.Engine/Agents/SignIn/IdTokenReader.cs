using System.Text.Json;
using Engagement.Core.Sites;
using Engagement.Engine.Api;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>
/// ID tokens as credentials, validated as OpenID Connect Core 1.0, 3.1.3.7 has it: issuer, audience and authorized party, an asymmetric signature by a key
/// that the provider publishes now, expiry. Issuer and audience determine the site. Thread-safe.
/// </summary>
internal sealed class IdTokenReader(IdProviders providers, TimeProvider time)
{
    /// <summary>Longer ones are none.</summary>
    private const int CharactersMax = 16 * 1024;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Asymmetric ones alone: a public key must never pass for a shared secret, and no signature for one.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = CharactersMax };

    public async ValueTask<SignInResult> ReadAsync(string token, SiteCatalog sites, CancellationToken cancellation)
    {
        if (Parse(token) is not { } parsed || SiteOf(parsed, sites) is not { } site) return SignInResult.None;
        var signIn = site.SignIn!;
        if (await providers.FindAsync(signIn, cancellation) is not { } provider)
            return SignInResult.Refused(Problems.Unavailable("The provider at which you signed in cannot be asked for its keys at the moment."));
        var result = await ValidateAsync(parsed, signIn, provider);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // Keys change: what it publishes now may have this one.
            providers.Refresh(signIn);
            if (await providers.FindAsync(signIn, cancellation) is { } renewed) result = await ValidateAsync(parsed, signIn, renewed);
        }
        if (!result.IsValid) return SignInResult.Refused(Problems.Unauthorized(ReasonOf(result.Exception)));
        return Admit(parsed, site, signIn);
    }

    private JsonWebToken? Parse(string token)
    {
        if (token.Length is 0 or > CharactersMax || token.AsSpan().Count('.') != 2) return null;
        try
        {
            return _handler.ReadJsonWebToken(token);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or JsonException or FormatException)
        {
            return null;
        }
    }

    private static SiteModel? SiteOf(JsonWebToken token, SiteCatalog sites)
    {
        foreach (var site in sites.Sites)
            if (site.SignIn is { } signIn && signIn.Issuer == token.Issuer && token.Audiences.Contains(signIn.ClientId, StringComparer.Ordinal)) return site;
        return null;
    }

    private Task<TokenValidationResult> ValidateAsync(JsonWebToken token, SiteSignIn signIn, OpenIdConnectConfiguration provider) =>
        _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = signIn.Issuer, ValidAudience = signIn.ClientId, IssuerSigningKeys = provider.SigningKeys, ValidAlgorithms = Algorithms,
            RequireSignedTokens = true, RequireExpirationTime = true, TryAllIssuerSigningKeys = false,
            LifetimeValidator = (from, until, _, _) => IsInTime(from, until),
        });

    private bool IsInTime(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        // What a token does not say may come as the first of all times, from which nothing can be taken.
        return until is { } end && now - ClockSkew < end && (from is not { } start || now + ClockSkew >= start);
    }

    private static SignInResult Admit(JsonWebToken token, SiteModel site, SiteSignIn signIn)
    {
        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var root = claims.RootElement;
        // A token that was issued to another of the provider's clients, for this one among others.
        var party = TextOf(root, "azp");
        if (party is null ? token.Audiences.Skip(1).Any() : party != signIn.ClientId) return SignInResult.Refused(Problems.Unauthorized("This sign-in was made for another application."));
        if (signIn.RoleOf(TextsOf(root, signIn.RoleClaim)) is not { } role)
            return SignInResult.Refused(Problems.Forbidden($"You are signed in, and your account has no role here: none of the claim {signIn.RoleClaim} is an agent's."));
        var agent = TextOf(root, signIn.AgentClaim);
        if (!AgentIds.IsValid(agent) || signIn.AgentClaim == "email" && !(root.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True))
            return SignInResult.Refused(Problems.Forbidden($"You are signed in, and the claim {signIn.AgentClaim} cannot name an agent: {AgentIds.Rule}; an e-mail must be verified."));
        return new(SignedInAgent.Of(site, role, agent!, token.ValidTo));
    }

    private static string? TextOf(JsonElement root, string claim) =>
        root.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string> TextsOf(JsonElement root, string claim)
    {
        if (!root.TryGetProperty(claim, out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)],
            _ => [],
        };
    }

    private static string ReasonOf(Exception? cause) => cause switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenNoExpirationException =>
            "This sign-in has expired. Sign in again.",
        _ => "This sign-in is not one that its provider made.",
    };
}
