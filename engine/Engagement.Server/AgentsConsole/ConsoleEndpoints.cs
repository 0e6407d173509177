using Engagement.Engine.Agents.SignIn;
using Engagement.Server.BrowserSdk;

namespace Engagement.Server.AgentsConsole;

/// <summary>
/// <c>/console/</c>: the agents' console as <c>engine/console</c> builds it, and <c>/console/owner</c>, the owner's page. A page is asked again each time, what is named by its content is kept by
/// caches for ever. Everything else that the console does goes through the public API, with the token or key that is typed in.
/// </summary>
public static class ConsoleEndpoints
{
    /// <summary>
    /// Nothing from elsewhere, nothing inline, nobody frames it, and no text can become markup or script: the browser itself refuses (Trusted Types), but for
    /// the address of the console's one worker.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types engagement-console";

    /// <summary>The same in the local demo, whose first page shows the console beside the visitor: pages of this origin may frame it.</summary>
    public static string ContentSecurityPolicyOfDemo { get; } = ContentSecurityPolicy.Replace("frame-ancestors 'none'", "frame-ancestors 'self'", StringComparison.Ordinal);

    private const string Page = "index.html";
    private const string OwnersName = "owner";
    private const string OwnersPage = "owner.html";
    private const string NamedByContent = "assets/";
    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskedEachTime = "no-cache";

    /// <summary>Where the files lie.</summary>
    public static string Root => Path.Combine(AppContext.BaseDirectory, "console");

    /// <param name="root">Folder of the files, read once; without it everything under <c>/console</c> is 404.</param>
    /// <param name="policy">One of the two above.</param>
    public static void MapConsole(this IEndpointRouteBuilder routes, string root, string policy = ContentSecurityPolicy)
    {
        var files = SdkFile.ReadAll(root, ContentTypes);
        routes.MapMethods("/console/{**file}", ["GET", "HEAD"], (string? file, HttpContext context) => AnswerAsync(files, policy, file, context)).ExcludeFromDescription();
    }

    private static readonly IReadOnlyDictionary<string, string> ContentTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = SdkFile.Script,
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private static async Task AnswerAsync(IReadOnlyDictionary<string, SdkFile> files, string policy, string? name, HttpContext context)
    {
        var response = context.Response;
        if (name is null && context.Request.Path.Value is { } path && !path.EndsWith('/'))
        {
            // What the page names beside it lies under /console/.
            response.Redirect("/console/");
            return;
        }
        if (!files.TryGetValue(name switch { null or "" => Page, OwnersName => OwnersPage, _ => name }, out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var headers = response.Headers;
        headers.ContentSecurityPolicy = name is null or "" ? await WithProvidersAsync(policy, context) : policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = name?.StartsWith(NamedByContent, StringComparison.Ordinal) == true ? Forever : AskedEachTime;
        await file.WriteAsync(context);
    }

    /// <summary>The agents' page asks the providers at which sites' agents sign in, too.</summary>
    private static async ValueTask<string> WithProvidersAsync(string policy, HttpContext context)
    {
        if (context.RequestServices.GetService<SignInOrigins>() is not { } providers) return policy;
        var origins = await providers.FindAsync(context.RequestAborted);
        return origins.Count == 0 ? policy : policy.Replace("connect-src 'self'", $"connect-src 'self' {string.Join(' ', origins)}", StringComparison.Ordinal);
    }
}
