using Engagement.Core.Sites;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>Where a site's agents sign in, for the page that leads there. Nothing of it is secret.</summary>
/// <param name="Issuer">Of the provider; its discovery says the rest.</param>
/// <param name="ClientId">Of a public client: authorization code with PKCE.</param>
/// <param name="Host">The provider's host, as words of the button.</param>
public sealed record SignInAnswer(string Site, string Issuer, string ClientId, string Scopes, string Host);

/// <summary>Who a credential is.</summary>
/// <param name="Agent">Absent where the key speaks for whoever is named beside it.</param>
/// <param name="Role"><c>agent</c> or <c>supervisor</c>.</param>
/// <param name="ExpiresAt">RFC 3339; absent: it does not.</param>
public sealed record MeAnswer(string Site, string? Agent, string Role, string? ExpiresAt);

/// <summary>Signing in at a company's own provider.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this RouteGroupBuilder group)
    {
        group.MapGet("/sign-in", GetSignIn)
            .WithName("GetSignIn").WithSummary("Where the agents of a site sign in, by OpenID Connect")
            .WithDescription("?site=; without it, the one site that has a sign-in. 404 where there is none, or several.")
            .Produces<SignInAnswer>().ProducesProblem(404);
        group.MapGet("/agents/me", GetMe)
            .WithName("GetMe").WithSummary("Which agent a key or an ID token speaks for, and as what").Produces<MeAnswer>().ProducesProblem(401).ProducesProblem(403);
    }

    private static IResult GetSignIn(string? site, ApiParts parts)
    {
        var known = parts.Sites.Current.Sites.Where(s => s.SignIn is not null && (site is null || s.Id == site)).Take(2).ToArray();
        if (known is not [{ SignIn: { } signIn } found]) return Problems.NotFound("No sign-in by a provider here; agents have keys.");
        return Results.Json(new SignInAnswer(found.Id, signIn.Issuer, signIn.ClientId, signIn.Scopes, new Uri(signIn.Issuer).Authority), ApiJson.Default.SignInAnswer);
    }

    private static IResult GetMe(HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return problem!;
        context.Response.Headers.CacheControl = "no-store";
        var end = SignInFilter.EndOf(context) is { } at ? Core.Instant.FromDateTimeOffset(at).ToString() : null;
        return Results.Json(new MeAnswer(site.Id, key.Agent, CodeNames.Of(key.Role), end), ApiJson.Default.MeAnswer);
    }
}
