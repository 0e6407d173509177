using System.Collections.Concurrent;
using Engagement.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace EndToEnd.Clients;

/// <summary>A page of another origin than the collector's, with a vendor's own bundles and a script that uses them.</summary>
internal static class ClientShop
{
    /// <param name="script">File of <c>tests/Clients</c>.</param>
    /// <param name="bundles">Files of packages, as paths below <c>node_modules</c>; they load in this order, before the script, and what stands beside them can be loaded too.</param>
    public static async Task<WebApplication> StartAsync(string script, params string[] bundles) => await StartAsync(script, bundles, null);

    /// <param name="map">What the site's own server answers besides.</param>
    public static async Task<WebApplication> StartAsync(string script, string[] bundles, Action<WebApplication>? map)
    {
        var html = $"<!doctype html><html lang=en><title>Kettles &amp; more</title>{string.Concat(bundles.Select(b => $"<script src=/lib/{b}></script>"))}<script src=/visit.js></script>";
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", () => Results.Content(html, "text/html; charset=utf-8"));
        app.MapGet("/visit.js", () => Results.File(Path.Combine(VendorClients.Folder, script), "text/javascript"));
        app.MapGet("/lib/{**path}", (string path) =>
        {
            var root = Path.Combine(VendorClients.Folder, "node_modules");
            var file = Path.GetFullPath(Path.Combine(root, path));
            return file.StartsWith(root, StringComparison.Ordinal) && File.Exists(file) ? Results.File(file, "text/javascript") : Results.NotFound();
        });
        map?.Invoke(app);
        await app.StartAsync();
        return app;
    }

    /// <summary>Everything that a page says and hears, for when something is missing.</summary>
    public static ConcurrentQueue<string> Listen(IPage page)
    {
        var said = new ConcurrentQueue<string>();
        page.Console += (_, message) => said.Enqueue(message.Text);
        page.PageError += (_, error) => said.Enqueue(error);
        page.RequestFailed += (_, request) => said.Enqueue($"{request.Url}: {request.Failure}");
        page.Response += (_, response) => said.Enqueue($"{response.Url}: {response.Status}");
        return said;
    }

    /// <summary>503, as a page of that origin may read it.</summary>
    public static RouteFulfillOptions Unavailable(IRequest request) => new()
    {
        Status = StatusCodes.Status503ServiceUnavailable,
        Headers = new Dictionary<string, string>
        {
            ["Access-Control-Allow-Origin"] = request.Headers.GetValueOrDefault("origin", "*"), ["Access-Control-Allow-Credentials"] = "true",
        },
    };
}
