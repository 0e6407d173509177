using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>The owner's page: what a site that observes would have done, before the real server; and everybody's access to it, in every state.</summary>
public sealed class OwnerPageTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string WriteKey = "larkfield-write-key";
    private const string ApiKey = "larkfield-api-key";
    private const string AgentToken = "larkfield-agent-token";

    private readonly DirectoryInfo _config = Directory.CreateTempSubdirectory("engagement-config-");
    private ServerProcess _server = null!;
    private int _events;

    /// <summary>The demo, and beside it a help centre that observes.</summary>
    public async Task InitializeAsync()
    {
        if (Browser.Executable is null) return;
        await File.WriteAllTextAsync(Path.Combine(_config.FullName, "larkfield.secret"), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        await File.WriteAllTextAsync(Path.Combine(_config.FullName, "larkfield.json"), $$"""
            {
              "site": "larkfield", "mode": "observe", "consent": "notRequired", "timeZone": "UTC", "secret": { "file": "larkfield.secret" },
              "keys": [{{KeyOf("write", WriteKey)}}, {{KeyOf("api", ApiKey)}}, {{KeyOf("agent", AgentToken)}}],
              "policy": { "version": "1", "holdout": 0 },
              "models": { "purposeful": "released", "floundering": "published-rules" }
            }
            """);
        _server = await ServerProcess.StartAsync(null, false, "--config", _config.FullName);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _config.Delete(recursive: true);
    }

    private static string KeyOf(string role, string key) => $$"""{ "role": "{{role}}", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}}" }""";

    private Task<ConsoleDesk> OpenAsync(IBrowserContext person, Func<IPage, Task>? before = null) => ConsoleDesk.OpenAsync(person, _server.Address, before, "/console/owner");

    private static async Task SignInAsync(ConsoleDesk page, string key = ApiKey)
    {
        await page.Page.GetByLabel("Secret key").FillAsync(key);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private async Task<ConsoleDesk> SignedInAsync(IBrowserContext person, Func<IPage, Task>? before = null)
    {
        var page = await OpenAsync(person, before);
        await SignInAsync(page);
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Owner’s page" })).ToBeVisibleAsync();
        return page;
    }

    private static ILocator StepOf(ConsoleDesk page, string name) =>
        page.Page.Locator(".step").Filter(new() { Has = page.Page.Locator("dt", new() { HasTextRegex = new($"^{name}$") }) }).Locator("strong");

    private static ILocator Region(ConsoleDesk page, string name) => page.Page.GetByRole(AriaRole.Region, new() { Name = name });

    [ConsoleFact]
    public async Task Observed_ScriptedTraffic_StandsOnThePageAsItWas()
    {
        for (var i = 0; i < 6; i++)
        {
            await PresentAsync();
            foreach (var query in new[] { "return label", "print return label", "returns label missing" }) await SearchAsync($"lost-{i}", query);
        }
        await CountedAsync(overview => (int)overview["total"]!["wouldHaveOffered"]!["floundering"]! == 6, "six who would have been invited");
        foreach (var visitor in new[] { "looking-1", "looking-2" }) await SendAsync(visitor, "page_viewed", new { page = new { url = "https://larkfield.example/", title = "Home", language = "en" } });
        // Nobody is free for the last one.
        await PresentAsync("away");
        foreach (var query in new[] { "student discount", "discount for students", "student price" }) await SearchAsync("alone", query);
        await CountedAsync(overview => (int)overview["total"]!["visits"]! == 9 && overview["hindrances"]!.AsArray().Count == 1, "nine visits");

        await using var person = await browser.NewPersonAsync();
        var page = await SignedInAsync(person);
        await Expect(page.Page.Locator(".mode")).ToContainTextAsync("Observing");
        await Expect(StepOf(page, "Visits")).ToHaveTextAsync("9");
        await Expect(StepOf(page, "Needed help")).ToHaveTextAsync("7");
        await Expect(StepOf(page, "Would have been invited")).ToHaveTextAsync("6");
        await Expect(Region(page, "What stood in the way").GetByRole(AriaRole.Row, new() { Name = "Nobody is free" })).ToContainTextAsync("1");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "9 visitors on the site" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Table, new() { Name = "Visitors on the site" }).GetByRole(AriaRole.Row, new() { Name = "Floundering" })).ToContainTextAsync("7");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "0 agents here" })).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".drawn canvas")).ToHaveCountAsync(1);

        // The bars' numbers as a table.
        await page.Page.Locator("figure", new() { HasText = "What would have happened" }).Locator("summary").ClickAsync();
        await Expect(page.Page.Locator("figure tfoot").First).ToContainTextAsync("6");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the report" }).ClickAsync();
        var gaps = page.Page.GetByRole(AriaRole.Table, new() { Name = "What people asked in vain" });
        await Expect(gaps).ToContainTextAsync("label");
        using (var report = await _server.GetJsonAsync("/v1/gaps", ApiKey))
            await Expect(gaps.Locator("tbody tr")).ToHaveCountAsync(report.RootElement.GetProperty("questions").GetArrayLength());
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Button, new() { Name = "Save as CSV" }).ClickAsync());
        Assert.Equal("gaps.csv", download.SuggestedFilename);
        Assert.StartsWith("question,sessions,", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);

        // The tab remembers; a sign-out forgets.
        await page.Page.ReloadAsync();
        await Expect(StepOf(page, "Visits")).ToHaveTextAsync("9");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByLabel("Secret key")).ToBeVisibleAsync();
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task OtherKeys_OpenNothing_AndAreToldWhy()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await OpenAsync(person);
        foreach (var (key, told) in new[] { (AgentToken, "another kind of key"), (WriteKey, "another kind of key"), ("no key", "not known") })
        {
            await SignInAsync(page, key);
            await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(told);
        }
        await SignInAsync(page);
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Owner’s page" })).ToBeFocusedAsync();
    }

    [ConsoleFact]
    public async Task Gaps_HostileQuestions_StayText()
    {
        var texts = HostileTexts.All.Where(text => text.Length < 400).ToList();
        await using var person = await browser.NewPersonAsync();
        var page = await SignedInAsync(person, p => SampleOverview.StandInAsync(p, () => SampleOverview.Day(isLive: true), () => SampleOverview.Gaps(texts)));
        var before = await KindsAsync(page);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the report" }).ClickAsync();
        var rows = page.Page.Locator(".gaps tbody tr");
        await Expect(rows).ToHaveCountAsync(texts.Count);
        var shown = await rows.EvaluateAllAsync<string[]>("rows => rows.map(row => row.querySelector('bdi').innerText)");
        for (var i = 0; i < texts.Count; i++)
            if (texts[i][0] == 'n') Assert.StartsWith(texts[i][..4], shown[i], StringComparison.Ordinal);
        Assert.All(
            await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.gaps bdi')].map(b => b.childElementCount + ':' + getComputedStyle(b).unicodeBidi)"),
            s => Assert.Equal("0:isolate", s));
        Assert.Empty((await KindsAsync(page)).Except(before));
        Assert.Equal(0, await page.Page.Locator(".gaps a").CountAsync());
        Assert.True(await page.Page.EvaluateAsync<bool>("window.done === undefined"));
        Assert.Equal(0, await page.OverflowAsync());
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task KeyboardAlone_FromSignInToTheReport()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await OpenAsync(person, p => SampleOverview.StandInAsync(p, () => SampleOverview.Day(isLive: false), () => SampleOverview.Gaps("student discount")));
        var keyboard = page.Page.Keyboard;
        await Expect(page.Page.GetByLabel("Secret key")).ToBeVisibleAsync();
        await TabToAsync(page, page.Page.GetByLabel("Secret key"));
        await keyboard.TypeAsync(ApiKey);
        await keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("#title")).ToBeFocusedAsync();
        var table = page.Page.Locator("summary").First;
        await TabToAsync(page, table);
        Assert.NotEqual("none", await table.EvaluateAsync<string>("element => getComputedStyle(element).outlineStyle"));
        await keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("figure table").First).ToBeVisibleAsync();
        await TabToAsync(page, page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the report" }));
        await keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator(".gaps tbody tr")).ToHaveCountAsync(1);
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Language_Chosen_IsOfThePageAndOfTheReasons_AndStays()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await SignedInAsync(person);
        var asked = page.Page.WaitForRequestAsync("**/v1/overview?language=de");
        await page.Page.GetByLabel("Language").SelectOptionAsync("de");
        await asked;
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Seite der Betreiber" })).ToBeVisibleAsync();
        await Expect(page.Page).ToHaveTitleAsync("Seite der Betreiber");
        await page.Page.ReloadAsync();
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task EngineAway_WhatIsShownIsSaidToBeOld()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await SignedInAsync(person);
        await page.Page.RouteAsync("**/v1/overview*", route => route.AbortAsync());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Read again" }).ClickAsync();
        await Expect(page.Page.Locator(".stale")).ToContainTextAsync("does not answer");
        await page.Page.UnrouteAsync("**/v1/overview*");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Read again" }).ClickAsync();
        await Expect(page.Page.Locator(".stale")).ToBeEmptyAsync();
    }

    /// <summary>The agent's start carries nothing of the owner's page: neither its code nor the charts'.</summary>
    [ConsoleFact]
    public async Task AgentsConsole_FetchesNothingOfTheOwnersPage()
    {
        await using var person = await browser.NewPersonAsync();
        var asked = new List<string>();
        await ConsoleDesk.SignInAsync(person, _server.Address, "anna", page =>
        {
            page.Request += (_, request) => { lock (asked) asked.Add(request.Url); };
            return Task.CompletedTask;
        });
        Assert.NotEmpty(asked);
        Assert.DoesNotContain(asked, url => url.Contains("owner", StringComparison.Ordinal));
    }

    [ConsoleFact]
    public async Task EveryState_OnADesk_HasNoViolation() => await LookAsync(1440, 900, ColorScheme.Light);

    [ConsoleFact]
    public async Task EveryState_OnADeskInTheDark_HasNoViolation() => await LookAsync(1440, 900, ColorScheme.Dark);

    [ConsoleFact]
    public async Task EveryState_OnANarrowPhone_HasNoViolationAndNothingToScrollSideways() => await LookAsync(360, 740, ColorScheme.Light);

    [ConsoleFact]
    public async Task EveryState_OnANarrowPhoneInTheDark_HasNoViolationAndNothingToScrollSideways() => await LookAsync(360, 740, ColorScheme.Dark);

    /// <summary>A window of 1280 by 800 at 200 %: half as many px of CSS each way.</summary>
    [ConsoleFact]
    public async Task EveryState_AtTwiceTheSize_HasNoViolationAndNothingToScrollSideways() => await LookAsync(640, 400, ColorScheme.Light);

    private async Task LookAsync(int width, int height, ColorScheme scheme)
    {
        await using var person = await browser.NewPersonAsync(width, height, scheme);
        var found = new List<string>();
        var overview = SampleOverview.Empty();
        var page = await OpenAsync(person, p => SampleOverview.StandInAsync(
            p, () => overview, () => SampleOverview.Gaps("student discount", "print return label", "assembly at home", "walnut table", "change the address of an order", "gift wrapping")));
        await Expect(page.Page.GetByLabel("Secret key")).ToBeVisibleAsync();
        await SeeAsync("18-owner-sign-in");
        await SignInAsync(page);
        await Expect(page.Page.Locator(".step").First).ToBeVisibleAsync();
        await SeeAsync("19-owner-first-day");
        await ShowAsync(SampleOverview.Day(isLive: false), "Observing");
        await SeeAsync("20-owner-observing");
        await ShowAsync(SampleOverview.Day(isLive: true), "Live");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the report" }).ClickAsync();
        await Expect(page.Page.Locator(".gaps tbody tr")).ToHaveCountAsync(6);
        await SeeAsync("21-owner-live");
        foreach (var table in await page.Page.Locator("summary").AllAsync()) await table.ClickAsync();
        await SeeAsync("22-owner-tables");
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        Assert.Empty(page.Troubles);

        async Task ShowAsync(JsonObject next, string mode)
        {
            overview = next;
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Read again" }).ClickAsync();
            await Expect(page.Page.Locator(".mode strong")).ToHaveTextAsync(mode);
            await Expect(StepOf(page, "Visits")).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"{(int)next["total"]!["visits"]!}"));
        }

        async Task SeeAsync(string state)
        {
            await ConsoleStates.KeepAsync(page, state, width, scheme, whole: true);
            found.AddRange((await page.ViolationsAsync()).Select(v => $"{state}: {v}"));
            var overflow = await page.OverflowAsync();
            if (overflow > 0) found.Add($"{state}: {overflow} px too wide");
        }
    }

    private static async Task TabToAsync(ConsoleDesk page, ILocator there)
    {
        for (var i = 0; i < 40; i++)
        {
            if (await there.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await page.Page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"Tab does not reach {there}");
    }

    private static Task<string[]> KindsAsync(ConsoleDesk page) =>
        page.Page.EvaluateAsync<string[]>("[...new Set([...document.body.querySelectorAll('*')].map(e => e.localName))].sort()");

    private Task CountedAsync(Func<JsonNode, bool> holds, string what) => Patience.UntilAsync(async () =>
    {
        using var overview = await _server.GetJsonAsync("/v1/overview", ApiKey);
        return holds(JsonNode.Parse(overview.RootElement.GetRawText())!);
    }, () => what);

    private async Task PresentAsync(string status = "available")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/agents/anna/presence") { Content = JsonContent.Create(new { status, capacity = 20 }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AgentToken);
        using var answer = await _server.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private Task SearchAsync(string visitor, string query) => SendAsync(
        visitor, "search_performed", new { page = new { url = "https://larkfield.example/help/search", title = "Search", language = "en" }, search = new { query, resultCount = 0, scope = "help" } });

    private async Task SendAsync(string visitor, string type, object members)
    {
        var record = System.Text.Json.JsonSerializer.SerializeToNode(members)!.AsObject();
        (record["id"], record["type"], record["visitor"]) = ($"owner-{++_events}", type, visitor);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = JsonContent.Create(record) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", WriteKey);
        using var answer = await _server.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
