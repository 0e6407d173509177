namespace Engagement.Server.BrowserSdk;

/// <summary>
/// <c>/sdk/</c>: the browser SDK as <c>collectors/browser</c> builds it, for pages of any origin. What is named by its content is kept by caches for
/// ever, the rest for an hour, and asked again by its tag.
/// </summary>
public static class SdkEndpoints
{
    /// <summary>Where the files lie.</summary>
    public static string Root => Path.Combine(AppContext.BaseDirectory, "sdk");

    private const string Forever = "public, max-age=31536000, immutable";
    private const string AnHour = "public, max-age=3600, stale-while-revalidate=86400";

    /// <param name="root">Folder of the files, read once.</param>
    public static void MapSdk(this IEndpointRouteBuilder routes, string root)
    {
        var files = SdkFile.ReadAll(root);
        routes.MapMethods("/sdk/{**file}", ["GET", "HEAD"], (string? file, HttpContext context) => AnswerAsync(files, file, context)).ExcludeFromDescription();
    }

    private static Task AnswerAsync(IReadOnlyDictionary<string, SdkFile> files, string? name, HttpContext context)
    {
        var response = context.Response;
        if (name is null || !files.TryGetValue(name, out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        var headers = response.Headers;
        headers.CacheControl = file.IsNamedByContent ? Forever : AnHour;
        // Public code: any page may load it, check it (integrity) and import it.
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return file.WriteAsync(context);
    }
}
