using System.Collections.Concurrent;
using System.Text.Json;
using EndToEnd.AgentsConsole;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The demo's shop and help centre as pages of their own, with the agents' console in another browser.</summary>
public sealed class DemoSiteTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    /// <summary>Everything that the console is answered, streams as they come.</summary>
    private const string Overhear = """
        window.overheard = '';
        const { fetch } = window;
        window.fetch = async (...request) => {
          const response = await fetch(...request);
          const [mine, other] = response.body ? response.body.tee() : [null, null];
          (async () => {
            const decoder = new TextDecoder();
            for await (const chunk of other ?? []) window.overheard += decoder.decode(chunk, { stream: true });
          })().catch(() => {});
          return new Response(mine, response);
        };
        """;

    /// <summary>What she struck is not in anything that the agent's browser was sent, and what the two say goes both ways, from page to page.</summary>
    [ConsoleFact]
    public async Task Conversation_WithTheConsoleInAnotherBrowser_GoesBothWays_AndWhatWasStruckNeverReachesIt()
    {
        await using var hers = await browser.NewPersonAsync();
        await using var theirs = await browser.NewPersonAsync();
        await theirs.AddInitScriptAsync(Overhear);
        var frames = new ConcurrentQueue<string>();
        var desk = await ConsoleDesk.SignInAsync(theirs, Server.Address, "robin", page =>
        {
            page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => frames.Enqueue(frame.Text ?? "");
            return Task.CompletedTask;
        });
        await desk.BecomeAvailableAsync();
        var (page, visit, troubles) = await DemoVisit.OpenAsync(hers, Server.Address);
        await visit.AllowAsync();
        foreach (var query in (string[])["return label", "print return label", "returns label missing"]) await visit.SearchAsync(query);
        await visit.Button("Why am I seeing this?").ClickAsync();
        await visit.Invitation.GetByLabel("You searched for print return label").UncheckAsync();
        await visit.Button("Share and talk").ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await Expect(visit.Title).ToHaveTextAsync("A person has taken your question.");
        await desk.Page.GetByLabel("Your message").FillAsync("Hello! <b>Bold</b> \u202Egnp.exe");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Said("agent")).ToContainTextAsync("<b>Bold</b>");
        await visit.WriteAsync("<img src=x onerror=alert(1)> the label is missing");
        await Expect(desk.Talk.Locator(".message.visitor .bubble")).ToContainTextAsync("onerror");
        Assert.Equal(0, await desk.Talk.Locator("img").CountAsync() + await visit.Invitation.Locator("img, li b b").CountAsync());

        await visit.Button("Make small").First.ClickAsync();
        await visit.Link("Shop").ClickAsync();
        await Expect(visit.Said("agent")).ToHaveCountAsync(1);
        await visit.WriteAsync("I am in the shop now");
        await Expect(desk.Talk.Locator(".message.visitor .bubble")).ToHaveCountAsync(2);
        await visit.Button("End conversation").ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeVisibleAsync();

        var overheard = await desk.Page.EvaluateAsync<string>("overheard") + string.Concat(frames);
        Assert.Contains("returns label missing", overheard, StringComparison.Ordinal);
        Assert.Contains("I am in the shop now", overheard, StringComparison.Ordinal);
        Assert.DoesNotContain("print return label", overheard, StringComparison.Ordinal);
        Assert.DoesNotContain("print+return+label", overheard, StringComparison.Ordinal);
        Assert.Empty(desk.Troubles);
        Assert.Empty(troubles.All);
    }

    [ConsoleFact]
    public async Task AskAPerson_WithNobodyFree_LeavesAQuestion_WhichTheConsoleShows()
    {
        await using var person = await browser.NewPersonAsync();
        var (_, visit, troubles) = await DemoVisit.OpenAsync(person, Server.Address);
        await visit.AllowAsync();
        await visit.Button("Ask a person").ClickAsync();
        await visit.Invitation.GetByRole(AriaRole.Textbox).FillAsync("Do you deliver to Malta?");
        await visit.Button("Ask now").ClickAsync();
        await Expect(visit.Title).ToHaveTextAsync("Nobody is free just now.");
        await visit.Button("Leave the question").ClickAsync();
        await Expect(visit.Invitation).ToContainTextAsync("Your question is kept until");
        Assert.Empty(troubles.All);

        // The first page's link: signed in as the demo's agent, and available.
        var desk = await person.NewPageAsync();
        await desk.GotoAsync(new Uri(Server.Address, "/demo/pages/desk.html").ToString());
        await Expect(desk.Locator(".standing strong")).ToHaveTextAsync("Available");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Questions left" }).ClickAsync();
        await Expect(desk.Locator(".question")).ToContainTextAsync("Do you deliver to Malta?");
    }

    [ConsoleFact]
    public async Task English() => await SpeaksAsync("en", "Chat now");

    [ConsoleFact]
    public async Task German() => await SpeaksAsync("de", "Jetzt chatten");

    [ConsoleFact]
    public async Task Dutch() => await SpeaksAsync("nl", "Nu chatten");

    [ConsoleFact]
    public async Task Spanish() => await SpeaksAsync("es", "Chatear ahora");

    /// <summary>The switch of the page changes all of it: the shop's words, the SDK's and the engine's.</summary>
    private async Task SpeaksAsync(string language, string accept)
    {
        var site = await WordsAsync(Repository.PathOf("deploy", "demo", "site", "words", $"{language}.json"));
        var sdk = await WordsAsync(Repository.PathOf("collectors", "browser", "src", "invitation", "words.json"), language);
        var talk = await WordsAsync(Repository.PathOf("collectors", "browser", "src", "conversation", "words.json"), language);
        Assert.Equal((await WordsAsync(Repository.PathOf("deploy", "demo", "site", "words", "en.json"))).Keys, site.Keys);
        await using var person = await browser.NewPersonAsync();
        var (page, visit, troubles) = await DemoVisit.OpenAsync(person, Server.Address);
        await page.Locator("#language").SelectOptionAsync(language);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        foreach (var word in (string[])["consentTitle", "consentText", "help", "shop", "madeUpShop"]) await Expect(page.Locator("body")).ToContainTextAsync(site[word]);
        await visit.Button(site["consentYes"]).ClickAsync();
        await Expect(visit.Button(sdk["ask"])).ToBeVisibleAsync();
        Assert.True(await Server.TrySetPresenceAsync("robin", 1));
        foreach (var query in (string[])["return label", "print return label", "returns label missing"])
        {
            await visit.Query.FillAsync(query);
            await visit.Button(site["search"]).ClickAsync();
            await Expect(visit.Nothing).ToContainTextAsync(site["nothing"].Replace("{0}", query, StringComparison.Ordinal));
        }
        await Expect(visit.Button(accept)).ToBeVisibleAsync();
        await visit.Button(accept).ClickAsync();
        await Expect(visit.Invitation).ToContainTextAsync(sdk["would"]);
        await visit.Button(sdk["share"]).ClickAsync();
        await Expect(visit.Title).ToHaveTextAsync(sdk["asked"]);
        await Expect(visit.Button(talk["end"])).ToBeVisibleAsync();
        Assert.Empty(troubles.All);
    }

    /// <summary>The direction alone: the words are English.</summary>
    [ConsoleFact]
    public async Task RightToLeft_StandsTheOtherWayRound()
    {
        await using var person = await browser.NewPersonAsync(390, 844);
        var (page, visit, troubles) = await DemoVisit.OpenAsync(person, Server.Address, "/demo/help/?lang=ar");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await visit.AllowAsync();
        var launcher = (await visit.Button("Ask a person").BoundingBoxAsync())!;
        Assert.True(launcher.X is > 0 and < 100, $"launcher at {launcher.X}");
        var brand = (await visit.Link("Larkfield").BoundingBoxAsync())!;
        Assert.True(brand.X > 195, $"brand at {brand.X}");
        // It goes with her to the next page.
        await visit.Link("Shop").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Empty(troubles.All);
    }

    /// <summary>Every kind of page, on a desk, a narrow phone and at 200 %, in the light and in the dark.</summary>
    [ConsoleFact]
    public async Task EveryPage_HasNoViolationAndNothingToScrollSideways()
    {
        var found = new List<string>();
        foreach (var (width, height, scheme) in new[] { (1440, 900, ColorScheme.Light), (1440, 900, ColorScheme.Dark), (360, 740, ColorScheme.Light), (720, 450, ColorScheme.Dark) })
        {
            await using var person = await browser.NewPersonAsync(width, height, scheme);
            var (page, visit, troubles) = await DemoVisit.OpenAsync(person, Server.Address);
            await LookAsync(page, "asked");
            await visit.AllowAsync();
            foreach (var path in (string[])["help/", "help/search?q=return+label", "help/search?q=delivery", "help/care-wood", "shop/", "shop/lamp-table", "shop/cart", "shop/payment"])
            {
                await page.GotoAsync(new Uri(Server.Address, $"/demo/{path}").ToString());
                await Expect(visit.Button("Ask a person")).ToBeVisibleAsync();
                if (path.EndsWith("lamp-table", StringComparison.Ordinal)) await visit.Button("Put in the cart").ClickAsync();
                await LookAsync(page, path);
            }
            await page.GotoAsync(new Uri(Server.Address, "/demo/shop/checkout").ToString());
            await LookAsync(page, "checkout");
            Assert.Empty(troubles.All);

            async Task LookAsync(IPage page, string name)
            {
                await Expect(visit.Main).Not.ToBeEmptyAsync();
                found.AddRange((await Axe.ViolationsAsync(page)).Select(v => $"{name} at {width}: {v}"));
                var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (overflow > 0) found.Add($"{name} at {width}: {overflow} px too wide");
            }
        }
        Assert.True(found.Count == 0, string.Join(System.Environment.NewLine, found));
    }

    [ConsoleFact]
    public async Task ReducedMotion_MovesNothingAbout()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.FlounderAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        Assert.Equal("none", await page.Invitation.EvaluateAsync<string>("section => getComputedStyle(section).animationName"));
        // What has changed is marked and unmarked at once, and no bar grows.
        Assert.Equal("0s", await page.Page.Locator(".fill").First.EvaluateAsync<string>("bar => getComputedStyle(bar).transitionDuration"));
        Assert.Equal("steps(1)", await page.Page.Locator(".moved").First.EvaluateAsync<string>("node => getComputedStyle(node).animationTimingFunction"));
        Assert.Empty(page.Troubles);
    }

    private static async Task<IReadOnlyDictionary<string, string>> WordsAsync(string file, string? language = null)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var words = language is null ? document.RootElement : document.RootElement.GetProperty(language);
        return words.EnumerateObject().ToDictionary(word => word.Name, word => word.Value.GetString()!);
    }
}
