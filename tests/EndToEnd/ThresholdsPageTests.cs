using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The operator's page of thresholds: it says what the engine says, follows the costs, and takes every text for text.</summary>
public sealed class ThresholdsPageTests(Browser browser) : IClassFixture<Browser>
{
    private const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    [BrowserFact]
    public async Task Costs_Changed_ChangeOffersPrecisionAndShareReached_AsTheEngineCountsThem()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var (page, troubles) = await OpenAsync(person, server.Address);
        var floundering = page.Locator(".model").First;
        await Expect(floundering.GetByRole(AriaRole.Heading)).ToContainTextAsync("floundering");
        var before = await SaidAsync(floundering);
        Assert.Equal(await CountedAsync(server.Client, "", "floundering"), before);

        await page.Locator("#lostVisitor").FillAsync("8");
        await Expect(floundering.Locator(".best b")).Not.ToHaveTextAsync(before.Threshold);
        var cheaper = await SaidAsync(floundering);
        Assert.Equal(await CountedAsync(server.Client, "?lostVisitor=8", "floundering"), cheaper);
        // Whoever is worth less is offered less, and only where it is surer.
        Assert.True(Number(cheaper.Offers) < Number(before.Offers));
        Assert.True(Number(cheaper.Precision) > Number(before.Precision));
        Assert.True(Number(cheaper.Reached) < Number(before.Reached));

        await page.Locator("#sessionsAnHour").FillAsync("2000");
        await Expect(floundering.Locator("tbody tr").First.Locator("td").First).Not.ToContainTextAsync(cheaper.Offers);
        Assert.Equal(await CountedAsync(server.Client, "?lostVisitor=8&sessionsAnHour=2000", "floundering"), await SaidAsync(floundering));
        await KeepAsync(page, "thresholds");
        Assert.Empty(troubles);
    }

    [BrowserFact]
    public async Task HostileTexts_OfAModelsFile_StayText()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        await person.RouteAsync("**/v1/models/operating-points*", async route =>
        {
            var real = await route.FetchAsync();
            var answer = JsonNode.Parse(await real.TextAsync())!;
            foreach (var name in (string[])["model", "state", "outcome", "measuredOn", "config"]) answer["models"]![0]![name] = Hostile;
            answer["unreadable"] = new JsonArray(new JsonObject { ["file"] = Hostile, ["cause"] = Hostile });
            await route.FulfillAsync(new RouteFulfillOptions { Response = real, Body = answer.ToJsonString() });
        });
        var (page, troubles) = await OpenAsync(person, server.Address);
        foreach (var place in (string[])[".model h2", ".model .about", ".model code"]) await Expect(page.Locator(place).First).ToContainTextAsync(Hostile);
        await Expect(page.Locator("#problem")).ToContainTextAsync(Hostile);
        await Expect(page.Locator("main img, main script, #problem img, #announce img")).ToHaveCountAsync(0);
        await Expect(page).ToHaveTitleAsync("Thresholds by what things cost");
        Assert.Empty(troubles);
    }

    [BrowserFact]
    public async Task Key_Wrong_IsSaidPlainly_AndTheRightOneBringsTheFigures()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var (page, _) = await OpenAsync(person, server.Address);
        await page.GetByText("Key", new() { Exact = true }).ClickAsync();
        await page.Locator("#key").FillAsync("not-a-key");
        await page.Locator("#key").BlurAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync("The engine gave no figures");
        await page.Locator("#key").FillAsync("demo-api-key");
        await page.Locator("#key").BlurAsync();
        await Expect(page.Locator("#problem")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Copy_WithoutAClipboard_SelectsTheLineAndDoesNotClaimToHaveCopied()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        // As on a page that is not served over TLS.
        await person.AddInitScriptAsync("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })");
        var (page, troubles) = await OpenAsync(person, server.Address);
        var config = page.Locator(".model .config").First;
        await config.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(config.GetByRole(AriaRole.Status)).ToHaveTextAsync("Selected: copy it with your keyboard.");
        Assert.Equal(await config.Locator("code").TextContentAsync(), await page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.Empty(troubles);
    }

    [BrowserFact]
    public async Task Page_OnAPhoneInTheDark_ScrollsOneWayOnly()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync(390, 844, ColorScheme.Dark);
        var (page, troubles) = await OpenAsync(person, server.Address);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await KeepAsync(page, "thresholds-phone");
        Assert.Empty(troubles);
    }

    private sealed record Said(string Threshold, string Offers, string Precision, string Reached);

    private static async Task<Said> SaidAsync(ILocator model)
    {
        Task<string> CellAsync(int row) => model.Locator("tbody tr").Nth(row).Locator("td").First.EvaluateAsync<string>("cell => cell.firstChild.textContent");
        return new(await model.Locator(".best b").InnerTextAsync(), await CellAsync(0), await CellAsync(1), await CellAsync(2));
    }

    // The engine's own answer to the same costs, in the page's words.
    private static async Task<Said> CountedAsync(HttpClient http, string query, string state)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models/operating-points" + query);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.ApiKey);
        using var response = await http.SendAsync(request);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var best = answer.RootElement.GetProperty("models").EnumerateArray().First(model => model.GetProperty("state").GetString() == state).GetProperty("best");
        double Value(string name) => best.GetProperty(name).GetProperty("value").GetDouble();
        return new(Text(best.GetProperty("threshold").GetDouble()), Text(Value("offersPerHour")), Percent(Value("precision")), Percent(Value("reached")));
    }

    private static string Text(double value) => Math.Round(value, value >= 100 ? 0 : value >= 10 ? 1 : 2, MidpointRounding.AwayFromZero).ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Percent(double share) => Math.Round(100 * share, 1, MidpointRounding.AwayFromZero).ToString("#,0.#", CultureInfo.InvariantCulture) + " %";

    private static double Number(string said) => double.Parse(said.TrimEnd('%', ' '), NumberStyles.Number, CultureInfo.InvariantCulture);

    private static async Task<(IPage Page, List<string> Troubles)> OpenAsync(IBrowserContext person, Uri address)
    {
        var page = await person.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        List<string> troubles = [];
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") troubles.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => troubles.Add($"exception: {error}");
        await page.GotoAsync(new Uri(address, "/demo/pages/thresholds.html").ToString());
        await Expect(page.Locator(".model").First).ToBeVisibleAsync();
        return (page, troubles);
    }

    private static Task KeepAsync(IPage page, string name)
    {
        var folder = Environment.GetEnvironmentVariable("ENGAGEMENT_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        return page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
