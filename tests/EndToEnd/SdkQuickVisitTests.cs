using System.Text.Json;
using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>Somebody who is faster than the network: what she did on a page that is gone before anything of it was sent still arrives, once, in order, as hers.</summary>
public sealed class SdkQuickVisitTests(Browser browser) : SdkSite, IClassFixture<Browser>
{
    private static readonly string[] s_searches = ["return label", "print return label", "returns label missing"];

    private protected override string Attributes => "data-consent=\"notRequired\"";

    [BrowserFact]
    public async Task ThreeSearches_FromPageToPage_AllArrive()
    {
        await using var person = await browser.NewPersonAsync();
        await SearchAsync(await person.NewPageAsync());
    }

    /// <summary>Nobody knows who she is before the last page rests.</summary>
    [BrowserFact]
    public async Task ThreeSearches_WhileTheEngineIsSlowToSayWhoSheIs_AllArrive()
    {
        await using var person = await browser.NewPersonAsync();
        await person.RouteAsync("**/v1/sessions*", async route =>
        {
            await Task.Delay(2_000);
            try
            {
                await route.ContinueAsync();
            }
            catch (PlaywrightException)
            {
                // Its page is gone.
            }
        });
        await SearchAsync(await person.NewPageAsync());
    }

    /// <summary>Another tab holds the stream and what is for all tabs; it rests meanwhile.</summary>
    [BrowserFact]
    public async Task ThreeSearches_BesideATabThatRests_AllArrive()
    {
        await using var person = await browser.NewPersonAsync();
        var beside = await OpenAsync(person, "/p/lamp");
        await beside.UntilSentAsync("page_viewed");
        var page = await person.NewPageAsync();
        await SearchAsync(page);
        Assert.Equal(await beside.VisitorAsync(), await VisitorAsync(page));
    }

    [BrowserFact]
    public async Task LinksFollowedAtOnce_AllArrive_AndNobodyHasLeft()
    {
        await using var person = await browser.NewPersonAsync();
        Site.Body = string.Concat(s_searches.Select((query, i) => $"<a id='link{i}' href='{PathOf(query)}'>{query}</a> "));
        var page = await person.NewPageAsync();
        await page.GotoAsync(new Uri(Site.Address, "/").ToString());
        for (var i = 0; i < s_searches.Length; i++)
        {
            await page.ClickAsync($"#link{i}");
            await page.WaitForURLAsync("**" + PathOf(s_searches[i]));
        }
        var events = await RestAsync(page);
        AssertSearches(events);
        Assert.Equal(["/", .. s_searches.Select(PathOf)], Pages(events));
        Assert.DoesNotContain(events, e => ShopVisit.TypeOf(e) == "page_left");
    }

    /// <summary>What waits for the page to settle does not wait for ever.</summary>
    [BrowserFact]
    public async Task Product_LeftAtOnce_WasViewed()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await person.NewPageAsync();
        await page.GotoAsync(new Uri(Site.Address, "/p/lamp").ToString());
        await page.GotoAsync(new Uri(Site.Address, "/").ToString());
        var visitor = await VisitorAsync(page);
        await Patience.UntilAsync(async () => Pages(await EventsAsync(visitor)).Count == 2, () => "views");
        var product = Assert.Single(await EventsAsync(visitor), e => ShopVisit.TypeOf(e) == "product_viewed");
        Assert.EndsWith("/p/lamp", product.GetProperty("page").GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    private async Task SearchAsync(IPage page)
    {
        foreach (var query in s_searches) await page.GotoAsync(new Uri(Site.Address, PathOf(query)).ToString());
        var events = await RestAsync(page);
        AssertSearches(events);
        Assert.Equal(s_searches.Select(PathOf), Pages(events).Where(p => p.StartsWith("/help", StringComparison.Ordinal)));
    }

    private async Task<List<JsonElement>> RestAsync(IPage page)
    {
        var visitor = await VisitorAsync(page);
        List<JsonElement> events = [];
        await Patience.UntilAsync(async () => Queries(events = await EventsAsync(visitor)).Contains(s_searches[^1]), () => string.Join(' ', events.Select(ShopVisit.TypeOf)));
        await Task.Delay(1_000); // for what might come twice
        events = await EventsAsync(visitor);
        // In effect as well: all three stand in one session.
        var told = "";
        await Patience.UntilAsync(async () =>
        {
            using var answer = await Server.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
            told = answer.RootElement.GetRawText();
            return answer.RootElement.GetProperty("state").GetString() == "floundering";
        }, () => $"{told} of {string.Join('\n', events.Select(e => e.GetRawText()))}");
        // A batch that was under way as the page went is sent again with its ids, by which the engine knows it. Requests of two pages may overtake each
        // other on their way: the order is that in which things happened.
        return [.. events.DistinctBy(e => e.GetProperty("id").GetString()).OrderBy(e => e.GetProperty("occurredAt").GetString(), StringComparer.Ordinal)];
    }

    private static void AssertSearches(List<JsonElement> events)
    {
        Assert.Equal(s_searches, Queries(events));
        Assert.All(events.Where(e => ShopVisit.TypeOf(e) == "search_performed"), e => Assert.Equal(0, e.GetProperty("search").GetProperty("resultCount").GetInt32()));
    }

    private static async Task<string> VisitorAsync(IPage page)
    {
        await page.WaitForFunctionAsync("typeof engagement.track === 'function'");
        return (await page.EvaluateAsync<string?>("engagement.visitor()"))!;
    }

    private static string PathOf(string query) => $"/help/search?q={Uri.EscapeDataString(query)}";

    private static List<string> Queries(List<JsonElement> events) =>
        [.. events.Where(e => ShopVisit.TypeOf(e) == "search_performed").Select(e => e.GetProperty("search").GetProperty("query").GetString()!)];

    private static List<string> Pages(List<JsonElement> events) =>
        [.. events.Where(e => ShopVisit.TypeOf(e) == "page_viewed").Select(e => new Uri(e.GetProperty("page").GetProperty("url").GetString()!).PathAndQuery)];
}
