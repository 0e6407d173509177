using System.Collections.Concurrent;
using System.Text.Json;
using Engagement.Testing;
using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>One tab on the shop's site: what it sent to the engine, what the engine took, and everything that went wrong in it.</summary>
public sealed class ShopVisit
{
    private readonly ShopSite _site;
    private readonly Uri _engine;
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly ConcurrentQueue<JsonElement> _sent = [];
    private readonly ConcurrentQueue<string> _taken = [];
    private readonly ConcurrentQueue<string> _troubles = [];

    private ShopVisit(ShopSite site, IPage page, Uri engine)
    {
        (_site, _engine, Page) = (site, engine, page);
        page.SetDefaultTimeout(15_000);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(engine.ToString(), StringComparison.Ordinal)) return;
            var path = new Uri(request.Url).AbsolutePath;
            if (!path.StartsWith("/sdk/", StringComparison.Ordinal)) _requests.Enqueue($"{request.Method} {path}");
            if (path == "/v1/events") foreach (var e in EventsOf(request)) _sent.Enqueue(e);
        };
        page.Response += async (_, response) =>
        {
            if (response.Status != 202) return;
            foreach (var e in EventsOf(response.Request)) _taken.Enqueue(e.GetProperty("id").GetString()!);
            try
            {
                var answer = await response.JsonAsync();
                if (answer?.GetProperty("rejected").GetArrayLength() > 0) _troubles.Enqueue($"rejected: {answer}");
            }
            catch (PlaywrightException)
            {
                // The page is gone, and its answers with it.
            }
        };
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _troubles.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _troubles.Enqueue($"exception: {error}");
    }

    public IPage Page { get; }

    /// <summary>Requests to the engine, but for the SDK's own files.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Events in requests, whatever became of them.</summary>
    public IReadOnlyCollection<JsonElement> Sent => _sent;

    /// <summary>Ids of events in requests that the engine accepted.</summary>
    public IReadOnlyCollection<string> Taken => _taken;
    public IReadOnlyCollection<string> Troubles => _troubles;

    public ILocator Invitation => Page.GetByRole(AriaRole.Dialog);

    public static async Task<ShopVisit> OpenAsync(IBrowserContext person, ShopSite site, Uri engine, string path = "/")
    {
        var visit = new ShopVisit(site, await person.NewPageAsync(), engine);
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>Loads a page, and waits until the SDK is there.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(new Uri(_site.Address, path).ToString());
        await Page.WaitForFunctionAsync("typeof engagement.track === 'function'");
    }

    public Task ConsentAsync(string given = "true") => Page.EvaluateAsync($"engagement.consent({given})");

    /// <summary>Waits until events of these types were sent, in whatever order.</summary>
    public Task UntilSentAsync(params string[] types) => Patience.UntilAsync(() => types.All(t => Sent.Any(e => TypeOf(e) == t)), () => $"sent: {string.Join(' ', Sent.Select(TypeOf))}");

    /// <summary>Three searches in vain, alike, on pages of their own; each is left when its search was sent, however often the same was searched before.</summary>
    public async Task FlounderAsync()
    {
        foreach (var query in (string[])["return label", "print return label", "returns label missing"])
        {
            var before = Searches(query);
            await GoAsync($"/help/search?q={Uri.EscapeDataString(query)}");
            await Patience.UntilAsync(() => Searches(query) > before, () => query);
        }

        int Searches(string query) => Sent.Where(e => TypeOf(e) == "search_performed" && e.GetProperty("search").GetProperty("query").GetString() == query)
            .DistinctBy(e => e.GetProperty("id").GetString()).Count();
    }

    public async Task<string> VisitorAsync() => (await Page.EvaluateAsync<string?>("engagement.visitor()"))!;

    public Task<string[]> HeardAsync() => Page.EvaluateAsync<string[]>("heard");

    /// <summary>Characters in everything in which a page can keep something.</summary>
    public Task<int> StoredAsync() => Page.EvaluateAsync<int>("""
        (async () => document.cookie.length + JSON.stringify(localStorage).length - 2 + JSON.stringify(sessionStorage).length - 2
          + (await indexedDB.databases()).length + (await caches.keys()).length)()
        """);

    /// <summary>The invitation has come in.</summary>
    public Task StillAsync() => Invitation.EvaluateAsync("section => Promise.all(section.getAnimations().map(motion => motion.finished))");

    /// <summary>Kept where <c>ENGAGEMENT_SCREENSHOTS</c> names a folder.</summary>
    public async Task ScreenshotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("ENGAGEMENT_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }

    /// <param name="apiKey">Of the site, to say what the engine answers where none comes.</param>
    internal async Task ExpectInvitationAsync(string apiKey = ServerProcess.ApiKey)
    {
        var answer = "";
        await Patience.UntilAsync(async () =>
        {
            if (await Invitation.IsVisibleAsync()) return true;
            answer = await StandingAsync(apiKey);
            return false;
        }, () => $"no invitation; requests: {string.Join(", ", Requests.TakeLast(12))}; troubles: {string.Join("; ", Troubles)}; sent: {string.Join(" ", Sent.Select(TypeOf))}; engine: {answer}");
    }

    private async Task<string> StandingAsync(string apiKey)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", apiKey);
        return await http.GetStringAsync(new Uri(_engine, $"/v1/should-engage?visitor={await VisitorAsync()}"));
    }

    public static string TypeOf(JsonElement e) => e.GetProperty("type").GetString()!;

    private static IEnumerable<JsonElement> EventsOf(IRequest request)
    {
        if (!request.Url.Contains("/v1/events", StringComparison.Ordinal) || request.PostDataBuffer is not { } body) return [];
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }
}

/// <summary>Waiting for what comes about by itself.</summary>
internal static class Patience
{
    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string> state, double seconds = 15)
    {
        for (var i = 0; i < seconds * 20; i++)
        {
            if (await holds()) return;
            await Task.Delay(50);
        }
        Assert.Fail($"did not come to hold within {seconds} s: {state()}");
    }

    public static Task UntilAsync(Func<bool> holds, Func<string> state, double seconds = 15) => UntilAsync(() => Task.FromResult(holds()), state, seconds);
}
