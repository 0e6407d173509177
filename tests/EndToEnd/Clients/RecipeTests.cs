using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engagement.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Clients;

/// <summary>
/// The recipes of the dialects' READMEs, as they stand there, in a real browser with the vendor's own library: their events still go to the vendor, the
/// same go to the collector, and the invitation that follows from them is shown to the visitor whom the vendor's library knows.
/// </summary>
public sealed partial class RecipeTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] s_searches = ["return label", "print return label", "returns label missing"];

    [BrowserClientFact]
    public Task BesideSegment_TheirEventIsOursToo_AndTheInvitationIsForTheirVisitor() => RunAsync(new Recipe(
        "Segment", ["@segment/analytics-next/dist/umd/index.js"], "https://segment.example/**", "ajs_anonymous_id", cookie => cookie,
        "window.beginSegment()", "{ analytics: window.analytics }",
        "query => window.analytics.track('Articles Searched', { query, results_count: 0 })",
        sent => [sent.GetProperty("messageId").GetString()!]));

    [BrowserClientFact]
    public Task BesideSnowplow_TheirEventIsOursToo_AndTheInvitationIsForTheirVisitor() => RunAsync(new Recipe(
        "Snowplow", ["@snowplow/browser-tracker/dist/index.umd.min.js", "@snowplow/browser-plugin-site-tracking/dist/index.umd.min.js"],
        "https://snowplow.example/**", "_sp_id.", cookie => cookie.Split('.')[0],
        "window.beginSnowplow()", "{ newTracker: window.snowplowBrowserTracking.newTracker, SiteTrackingPlugin: window.snowplowSiteTracking.SiteTrackingPlugin }",
        "query => window.snowplowSiteTracking.trackSiteSearch({ terms: query.split(' '), filters: { scope: 'help' }, totalResults: 0 })",
        sent => sent.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("eid").GetString()!)));

    /// <param name="Cookie">Name, or its beginning, of the library's own cookie with the visitor's id, which the site's server signs.</param>
    /// <param name="IdsOf">Ids of the events in a request to the vendor.</param>
    private sealed record Recipe(
        string Dialect, string[] Bundles, string Vendor, string Cookie, Func<string, string> IdIn, string Begin, string Parts, string Search, Func<JsonElement, IEnumerable<string>> IdsOf);

    private async Task RunAsync(Recipe recipe)
    {
        await using var server = await ServerProcess.StartAsync();
        await using var shop = await ClientShop.StartAsync("recipe.js", recipe.Bundles, app => app.MapGet("/engagement-visitor", (HttpContext http) =>
            http.Request.Cookies.FirstOrDefault(c => c.Key.StartsWith(recipe.Cookie, StringComparison.Ordinal)).Value is { } cookie
                ? Results.Content(Sign(server, recipe.IdIn(cookie)), "application/json")
                : Results.NotFound()));
        await using var person = await browser.NewPersonAsync();
        var page = await person.NewPageAsync();
        var said = ClientShop.Listen(page);
        var theirs = new ConcurrentQueue<string>();
        var sdkEvents = 0;
        page.Request += (_, request) => { if (new Uri(request.Url).AbsolutePath == "/v1/events") Interlocked.Increment(ref sdkEvents); };
        await page.RouteAsync(recipe.Vendor, async route =>
        {
            if (route.Request.PostData is { } body && route.Request.Method == "POST")
            {
                using var sent = JsonDocument.Parse(body);
                foreach (var id in recipe.IdsOf(sent.RootElement)) theirs.Enqueue(id);
            }
            await route.FulfillAsync(new()
            {
                Status = 200, Body = "{\"success\":true}",
                Headers = new Dictionary<string, string>
                {
                    ["Access-Control-Allow-Origin"] = route.Request.Headers.GetValueOrDefault("origin", "*"), ["Access-Control-Allow-Credentials"] = "true",
                    ["Access-Control-Allow-Headers"] = "content-type, sp-anonymous, authorization", ["Content-Type"] = "application/json",
                },
            });
        });
        await page.GotoAsync(shop.Urls.Single());
        await page.EvaluateAsync(recipe.Begin);
        await page.EvaluateAsync($"code => window.runRecipe(code, {recipe.Parts})", CodeOf(recipe.Dialect, server.Address));
        await page.WaitForFunctionAsync("typeof window.engagement?.visitor === 'function'");
        var visitor = await page.EvaluateAsync<string?>("engagement.visitor()");
        Assert.True(visitor is not null, string.Join(Environment.NewLine, said));
        Assert.True(await server.TrySetPresenceAsync("anna", 1));
        foreach (var query in s_searches) await page.EvaluateAsync(recipe.Search, query);

        List<JsonElement> ours = [];
        await Patience.UntilAsync(async () =>
        {
            using var events = await server.GetJsonAsync($"/v1/events?visitor={Uri.EscapeDataString(visitor!)}&limit=500");
            ours = [.. events.RootElement.GetProperty("events").EnumerateArray().Where(e => e.TryGetProperty("source", out _)).Select(e => e.Clone()).Reverse()];
            return ours.Count >= s_searches.Length && theirs.Count >= s_searches.Length;
        }, () => $"ours: {ours.Count}, theirs: {theirs.Count}: {string.Join(Environment.NewLine, said)}");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync(new() { Timeout = 15_000 });
        Assert.Equal(s_searches.Order(), ours.Select(e => e.GetProperty("search").GetProperty("query").GetString()!).Order());
        Assert.Equal(ours.Count, ours.Select(e => e.GetProperty("id").GetString()).Distinct().Count());
        // One event, twice told: by its own id where the library gives one id to both.
        Assert.Equal(theirs.Distinct().Count(), ours.Count);
        if (recipe.Dialect == "Segment") Assert.Equal(theirs.Order(), ours.Select(e => e.GetProperty("id").GetString()!).Order());
        Assert.Equal(0, sdkEvents);
    }

    /// <summary>The one block of JavaScript of the README's part "Beside", with the test's address and key in place of the examples.</summary>
    private static string CodeOf(string dialect, Uri collector)
    {
        var readme = File.ReadAllText(Repository.PathOf("collectors", "Engagement.Collector", "Dialects", dialect, "README.md"));
        var code = Block().Match(readme[readme.IndexOf("## Beside", StringComparison.Ordinal)..]).Groups[1].Value;
        Assert.Contains("https://collector.example", code, StringComparison.Ordinal);
        Assert.Contains("<write key>", code, StringComparison.Ordinal);
        return code.Replace("https://collector.example", collector.ToString().TrimEnd('/'), StringComparison.Ordinal).Replace("<write key>", ServerProcess.WriteKey, StringComparison.Ordinal);
    }

    /// <summary>What the site's own server answers: the id of its visitor's cookie, signed for an hour.</summary>
    private static string Sign(ServerProcess server, string visitor)
    {
        var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
        var secret = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(server.Data, "secrets", "demo.secret")).Trim());
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"visitor-signature\ndemo\n{visitor}\n{expires}")));
        return JsonSerializer.Serialize(new { visitor, signature, expires });
    }

    [GeneratedRegex(@"```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
