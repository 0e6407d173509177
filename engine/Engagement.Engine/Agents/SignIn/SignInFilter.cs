using Engagement.Core.Sites;
using Engagement.Engine.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>
/// Reads a request's ID token before what is asked for runs, since its provider may have to be asked; what came of it stands with the request, where
/// <see cref="Credentials"/> finds it. Without any site's sign-in, and for keys and visitors' tokens, it is nothing but a look. Thread-safe.
/// </summary>
internal static class SignInFilter
{
    /// <summary>As a filter of endpoints.</summary>
    public static async ValueTask<object?> ReadAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        await ReadAsync(invocation.HttpContext, Credentials.BearerOf(invocation.HttpContext.Request).ToString());
        return await next(invocation);
    }

    /// <param name="token">Where it stands elsewhere than in the header.</param>
    public static async ValueTask ReadAsync(HttpContext context, string token)
    {
        var sites = context.RequestServices.GetRequiredService<SiteCatalogSource>().Current;
        if (token.Length == 0 || !sites.Sites.Any(s => s.SignIn is not null) || sites.FindByKey(token) is not null) return;
        var result = await context.RequestServices.GetRequiredService<IdTokenReader>().ReadAsync(token, sites, context.RequestAborted);
        if (result != SignInResult.None) context.Features.Set(result);
    }

    /// <summary>Null where the request brought no ID token.</summary>
    public static SignInResult? Of(HttpContext context) => context.Features.Get<SignInResult>();

    /// <summary>When what stays open is to end; null: whenever it likes.</summary>
    public static DateTimeOffset? EndOf(HttpContext context) => Of(context)?.Agent?.ExpiresAt;

    /// <summary>For SignalR, which closes a connection when its credential expires.</summary>
    public static void SetExpiry(HttpContext context)
    {
        if (EndOf(context) is not { } end) return;
        var properties = new AuthenticationProperties { ExpiresUtc = end };
        context.Features.Set<IAuthenticateResultFeature>(new Expiry(AuthenticateResult.Success(new AuthenticationTicket(context.User, properties, "Bearer"))));
    }

    private sealed class Expiry(AuthenticateResult result) : IAuthenticateResultFeature
    {
        public AuthenticateResult? AuthenticateResult { get; set; } = result;
    }
}
