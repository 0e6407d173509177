using System.Net.Http.Headers;
using System.Text.Json;
using EndToEnd.AgentsConsole;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>What a page says as it goes, what it says when nobody comes, and the visitors beside.</summary>
public sealed class LeavingTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly TimeSpan GivenUpWithin = TimeSpan.FromSeconds(80);

    [ConsoleFact]
    public async Task Page_Closing_SaysThatTheVisitorAndTheAgentHaveLeft()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, server.Address);
        await page.SearchAsync("return label");
        var visitor = await page.Page.EvaluateAsync<string>("JSON.parse(localStorage.getItem('engagement.visitor')).visitor");
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(1, (await GetAsync(http, "/v1/stats")).GetProperty("agentsAvailable").GetInt32());
        Assert.DoesNotContain("left_site", await BlockersAsync(http, visitor));

        await page.Page.GotoAsync("about:blank");
        await UntilAsync(async () => (await BlockersAsync(http, visitor)).Contains("left_site"));
        await UntilAsync(async () => (await GetAsync(http, "/v1/stats")).GetProperty("agentsAvailable").GetInt32() == 0);
    }

    [ConsoleFact]
    public async Task StartOver_AfterANo_IsSomebodyNewWhoMayBeInvited()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, server.Address);
        await page.FlounderAsync();
        await page.Visit.Button("No, thank you").ClickAsync();
        await Expect(page.Outcome).ToHaveTextAsync("Left alone: said no, and no is no.");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Start over as somebody new" }).ClickAsync();
        await page.Visit.AllowAsync();
        await Expect(page.State).ToHaveTextAsync("Too early to say");
        await Expect(page.Standing).ToHaveTextAsync("Available");
        await page.FlounderAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        await Expect(page.Rows).ToContainTextAsync("Invited, no answer yet");
    }

    [ConsoleFact]
    public async Task Counter_WithSimulatedVisitors_AddsUpAndSaysThatTheyAreSimulated()
    {
        await using var server = await ServerProcess.StartAsync(traffic: true);
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, server.Address);
        await Expect(page.Page.Locator("#counter")).ToContainTextAsync("simulated");
        await Expect(page.Page.Locator("#counter-line")).ToContainTextAsync("left alone", new() { Timeout = 30_000 });
        using var http = new HttpClient { BaseAddress = server.Address };
        var now = await GetAsync(http, "/demo/stats");
        long Count(string name) => now.GetProperty(name).GetInt64();
        Assert.True(Count("visitors") > 0);
        Assert.Equal(Count("visitors"), Count("leftAlone") + Count("nobodyFree") + Count("invited"));
        // They have a site of their own: the newcomer's agent stays free.
        Assert.Equal(1, (await GetAsync(http, "/v1/stats")).GetProperty("freeSlots").GetInt32());
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Accept_WithNobodyTakingIt_IsToldPlainly()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, server.Address);
        await page.FlounderAsync();
        await page.Visit.Button("Chat now").ClickAsync();
        await page.Visit.Button("Share and talk").ClickAsync();
        await Expect(page.Visit.Title).ToContainTextAsync("Somebody has been asked");
        await Expect(page.Visit.Title).ToContainTextAsync("nobody could take it", new() { Timeout = (float)GivenUpWithin.TotalMilliseconds });
        await Expect(page.Visit.Button("Leave the question")).ToBeVisibleAsync();
        Assert.Empty(page.Troubles);
    }

    private static async Task<string[]> BlockersAsync(HttpClient http, string visitor) =>
        [.. (await GetAsync(http, $"/v1/should-engage?visitor={visitor}")).GetProperty("blockers").EnumerateArray().Select(b => b.GetProperty("code").GetString()!)];

    private static async Task<JsonElement> GetAsync(HttpClient http, string path)
    {
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-api-key");
        using var document = JsonDocument.Parse(await http.GetByteArrayAsync(path));
        return document.RootElement.Clone();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 100; i++)
        {
            if (await holds()) return;
            await Task.Delay(100);
        }
        Assert.Fail("did not come to hold within 10 s");
    }
}
