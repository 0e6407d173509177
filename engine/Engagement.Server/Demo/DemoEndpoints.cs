using System.Text.Json.Serialization;
using Microsoft.Extensions.FileProviders;

namespace Engagement.Server.Demo;

/// <summary>
/// The demo's pages: <c>/</c>, which shows visitor, engine and agent side by side; a shop and its help centre with the browser SDK on them,
/// <c>/demo/shop/</c> and <c>/demo/help/</c>; and <c>/demo/stats</c>. They are plain files beside the program; everything else that they do goes through
/// the public API.
/// </summary>
public static class DemoEndpoints
{
    private static readonly string[] Served = ["pages", "site", "content"];

    /// <summary>Where the demo's files lie.</summary>
    public static string Root => Path.Combine(AppContext.BaseDirectory, "demo");

    public static void MapDemo(this WebApplication app)
    {
        foreach (var folder in Served)
        {
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(Path.Combine(Root, folder)),
                RequestPath = $"/demo/{folder}",
                // Asked again each time, answered 304 when unchanged: a page never meets scripts of another version.
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
            });
        }
        MapPage(app, "/", "pages/index.html");
        foreach (var surface in (string[])["shop", "help"]) MapPage(app, $"/demo/{surface}/{{**path}}", $"site/{surface}.html");
        app.MapGet("/demo/stats", async (TrafficState traffic, CancellationToken cancellation) =>
            Results.Json(await traffic.AskAsync(cancellation), DemoJson.Default.TrafficStats)).ExcludeFromDescription();
    }

    /// <summary>What it shows of its address it finds out itself.</summary>
    private static void MapPage(WebApplication app, string pattern, string file) =>
        app.MapGet(pattern, (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.File(Path.Combine(Root, file), "text/html; charset=utf-8");
        }).ExcludeFromDescription();
}

/// <summary>The counter of the first page.</summary>
/// <param name="Running">False without simulated visitors: the page then shows no counter.</param>
/// <param name="Visitors">Simulated visits since the server started, as the engine counts them.</param>
/// <param name="Recent">Outcome of the latest visits that ended, oldest first: <c>alone</c>, <c>nobody</c> or <c>invited</c>.</param>
/// <param name="Last">The visit that ended last, in words; null before the first.</param>
public sealed record TrafficStats(bool Running, long Visitors, long LeftAlone, long NobodyFree, long Invited, string[] Recent, string? Last);

[JsonSerializable(typeof(TrafficStats))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class DemoJson : JsonSerializerContext;
