using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd;

/// <summary>
/// A site that has nothing of the engine's but its script tag: another origin, and a content security policy without <c>unsafe-inline</c>. Pages:
/// <c>/</c>, <c>/help/search?q=</c> (finds <c>n</c> articles, none by default), <c>/help/a/…</c>, <c>/p/…</c> (a product in JSON-LD).
/// </summary>
public sealed class ShopSite : IAsyncDisposable
{
    private const string Script = """
        window.dataLayer = window.dataLayer || [];
        window.engagement = window.engagement || [];
        window.heard = [];
        window.gtag = function () { dataLayer.push(arguments); };
        window.go = path => history.pushState({}, '', path);
        for (const topic of ['invited', 'shown', 'accepted', 'declined', 'withdrawn', 'claimed', 'unclaimed', 'ended'])
          engagement.push(['on', topic, () => heard.push(topic)]);
        """;

    private const string Style = """
        body { background: rgb(255, 250, 240); color: rgb(40, 30, 20); font-family: Georgia, serif; }
        .corner { position: fixed; right: 10px; bottom: 10px; width: 420px; height: 260px; }
        .everywhere { position: fixed; inset: 0; width: 100%; height: 100%; }
        """;

    private readonly WebApplication _app;
    private readonly Uri _engine;

    private ShopSite(WebApplication app, Uri engine) => (_app, _engine) = (app, engine);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Attributes of the tag beside its address and key.</summary>
    public string Attributes { get; set; } = "";

    /// <summary>Key of the tag.</summary>
    public string Key { get; set; } = "demo-write-key";

    /// <summary>Attributes of the page's root: its language and direction.</summary>
    public string Root { get; set; } = "lang=\"en\"";

    /// <summary>File of the tag.</summary>
    public string File { get; set; } = "engagement.js";

    /// <summary>Put at the end of each page's body.</summary>
    public string Body { get; set; } = "";

    /// <summary>A script of the page's own, before the tag.</summary>
    public string PageScript { get; set; } = "";

    public static async Task<ShopSite> StartAsync(Uri engine)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var site = new ShopSite(app, engine);
        app.Run(site.AnswerAsync);
        await app.StartAsync();
        return site;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var origin = _engine.GetLeftPart(UriPartial.Authority);
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' {origin}; connect-src {origin} {origin.Replace("http", "ws", StringComparison.Ordinal)}; style-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'";
        var (type, text) = path switch
        {
            "/site.js" => ("text/javascript", Script + PageScript),
            "/site.css" => ("text/css", Style),
            "/favicon.ico" => ("image/x-icon", ""),
            _ => ("text/html", PageOf(path, context.Request.Query)),
        };
        context.Response.ContentType = $"{type}; charset=utf-8";
        return context.Response.WriteAsync(text);
    }

    private string PageOf(string path, IQueryCollection query)
    {
        var page = new StringBuilder();
        page.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
            <!doctype html><html {Root}><head><meta charset="utf-8"><title>Shop {WebUtility.HtmlEncode(path)}</title><link rel="stylesheet" href="/site.css">
            <script src="/site.js"></script>
            <script src="{_engine}sdk/{File}" data-key="{Key}" {Attributes} async></script></head><body><h1>Shop</h1>
            <a id="inside" href="/help/search?q=inside">Search inside</a> <button id="dead" type="button">Nothing happens</button>
            <form id="order"><label>Name <input name="name" required></label> <label>Notes <textarea name="notes"></textarea></label> <button>Order</button></form>
            """);
        if (path == "/help/search")
        {
            var found = int.TryParse(query["n"], System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : 0;
            page.Append("<ul data-engagement-results>");
            for (var i = 0; i < found; i++) page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<li><a href='/help/a/{i}'>Article {i}</a></li>");
            page.Append("</ul>");
        }
        if (path.StartsWith("/help/a/", StringComparison.Ordinal))
            page.Append("<article data-engagement-article='returns'><h2>Sending things back</h2><button type='button' data-engagement-helpful='no'>No</button></article>");
        if (path.StartsWith("/p/", StringComparison.Ordinal))
            page.Append("""<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","sku":"lamp-1","name":"Lamp","offers":{"@type":"Offer","price":"49.50"}}</script>""");
        return page.Append(Body).Append("</body></html>").ToString();
    }
}
