using EndToEnd.AgentsConsole;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The first minute of a newcomer, in a real browser against the real server, with the SDK on the shop's pages and the agents' console beside.</summary>
public sealed class FirstMinuteTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    private const string LeftAlone = "Left alone: said no, and no is no.";

    [ConsoleFact]
    public async Task Search_InVainThreeTimes_InvitesExplainsAndHandsOverWhatWasNotStruck_AndTheTwoSpeak()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await Expect(page.Invitation).ToHaveCountAsync(0);

        await page.FlounderAsync();
        await Expect(page.State).ToHaveTextAsync("Floundering");
        await Expect(page.Invitation).ToBeVisibleAsync();
        await Expect(page.Rows).ToContainTextAsync("Invited, no answer yet");
        await Expect(page.Rows).Not.ToContainTextAsync("return label");
        await page.KeepAsync("first-minute");

        await page.Visit.Button("Why am I seeing this?").ClickAsync();
        var struck = page.Invitation.GetByLabel("You searched for print return label");
        await Expect(struck).ToBeCheckedAsync();
        await page.KeepAsync("why");
        var count = await page.Invitation.GetByRole(AriaRole.Checkbox).CountAsync();
        Assert.True(count >= 3, $"{count} items to strike");
        await struck.UncheckAsync();
        await page.Visit.Button("Share and talk").ClickAsync();

        await Expect(page.Card).ToContainTextAsync("returns label missing");
        await Expect(page.Card).Not.ToContainTextAsync("print return label");
        await Expect(page.Card).ToContainTextAsync("You could begin with");
        await page.KeepAsync("full-card");

        await page.Card.GetByRole(AriaRole.Button, new() { Name = "Take this conversation" }).ClickAsync();
        await Expect(page.Visit.Title).ToHaveTextAsync("A person has taken your question.");
        await page.Desk.GetByLabel("Your message").FillAsync("Hello! Is it about sending something back?");
        await page.Desk.GetByLabel("Your message").PressAsync("Enter");
        await Expect(page.Visit.Said("agent")).ToHaveTextAsync("Hello! Is it about sending something back?");
        await page.Visit.WriteAsync("Yes, the label is missing.");
        await Expect(page.Desk.Locator(".message.visitor .bubble")).ToHaveTextAsync("Yes, the label is missing.");
        await Expect(page.Guide).ToContainTextAsync("You are talking.");
        await page.KeepAsync("conversation");
        Assert.Empty(page.Troubles);
    }

    /// <summary>Until she has said yes nothing goes to the engine about her, and the SDK keeps nothing; and no is as good an answer.</summary>
    [ConsoleFact]
    public async Task Shop_BeforeItMayListen_SendsAndStoresNothing()
    {
        await using var person = await browser.NewPersonAsync();
        var sent = new System.Collections.Concurrent.ConcurrentQueue<string>();
        person.Request += (_, request) =>
        {
            var path = new Uri(request.Url).AbsolutePath;
            if (path is "/v1/events" or "/v1/sessions" or "/v1/should-engage" || path.StartsWith("/v1/visitors", StringComparison.Ordinal)) sent.Enqueue($"{request.Method} {path}");
        };
        var page = await FirstMinutePage.OpenAsync(person, Server.Address, isHeard: false);
        await Expect(page.Outcome).ToHaveTextAsync("Nothing is heard yet: the shop asks you first.");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "return label", Exact = true })).ToBeDisabledAsync();
        await page.KeepAsync("asked-first");
        await page.Visit.SearchAsync("return label");
        await page.Visit.Button("No").ClickAsync();
        await Expect(page.Outcome).ToHaveTextAsync("Nothing is heard: you said no.");
        await page.Visit.SearchAsync("print return label");
        await Task.Delay(1_500);
        Assert.Empty(sent);
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("Object.keys(localStorage).filter(name => /^engagement\\.(?!console)/.test(name)).length"));
        await Expect(page.Visit.Button("Ask a person")).ToHaveCountAsync(0);

        await page.Visit.Button("Allow it").ClickAsync();
        await Expect(page.Trail.First).ToContainTextAsync("print return label");
        await Expect(page.Visit.Button("Ask a person")).ToBeVisibleAsync();
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Decline_InOneTab_IsSilenceInBoth()
    {
        await using var person = await browser.NewPersonAsync();
        var first = await FirstMinutePage.OpenAsync(person, Server.Address);
        var (page, second, troubles) = await DemoVisit.OpenAsync(person, Server.Address);
        await first.Page.BringToFrontAsync();
        await first.FlounderAsync();
        await Expect(first.Invitation).ToBeVisibleAsync();
        await page.BringToFrontAsync();
        await Expect(second.Invitation).ToBeVisibleAsync();

        await second.Button("No, thank you").ClickAsync();
        await Expect(second.Invitation).ToHaveCountAsync(0);
        await Expect(first.Invitation).ToHaveCountAsync(0);
        foreach (var query in (string[])["missing returns label", "return label lost", "where return label"]) await second.SearchAsync(query);
        await first.Page.BringToFrontAsync();
        await Expect(first.Trail.Filter(new() { HasText = "where return label" }).First).ToBeVisibleAsync();
        await Expect(first.Outcome).ToHaveTextAsync(LeftAlone);
        await Task.Delay(1_500);
        await Expect(first.Invitation).ToHaveCountAsync(0);
        await Expect(second.Invitation).ToHaveCountAsync(0);
        Assert.Empty(first.Troubles);
        Assert.Empty(troubles.All);
    }

    [ConsoleFact]
    public async Task Close_ByEscapeOrByTheCross_IsANo()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.FlounderAsync();
        await page.Visit.Button("No, thanks – close").FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Outcome).ToHaveTextAsync(LeftAlone);
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Search_InVainWithNobodyFree_IsNamedAndWaitsForAnAgent()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.LetAgentLeaveAsync();
        await page.FlounderAsync();
        await Expect(page.State).ToHaveTextAsync("Floundering");
        await Expect(page.Outcome).ToHaveTextAsync("You could use a person, but nobody is free. So nothing is promised.");
        await Expect(page.Blockers.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.KeepAsync("nobody-free");
        await Task.Delay(1_000);
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Rows).ToHaveCountAsync(0);

        // Whoever waits is thought of again as soon as somebody is free.
        await page.LetAgentComeAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        await Expect(page.Rows).ToHaveCountAsync(1);
        Assert.Empty(page.Troubles);
    }

    /// <summary>Nobody is free: the shop's own search finds nothing, and the engine names what may answer.</summary>
    [ConsoleFact]
    public async Task Search_InVainWithNobodyFree_SuggestsArticlesWhereSomeFit()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.LetAgentLeaveAsync();
        foreach (var query in (string[])["track parcel", "parcel tracking", "track my parcel"]) await page.SearchAsync(query);
        await Expect(page.State).ToHaveTextAsync("Floundering");
        await Expect(page.Visit.Main).ToContainTextAsync("Perhaps one of these:");
        await page.KeepAsync("suggested");
        await page.Visit.Link("Following a parcel on its way").ClickAsync();
        await Expect(page.Visit.Main.GetByRole(AriaRole.Heading, new() { Name = "Following a parcel on its way" })).ToBeVisibleAsync();
        await Expect(page.Trail.First).ToContainTextAsync("read “Following a parcel on its way”");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task AgentLeaves_WithAnInvitationOpen_FadesIt()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.FlounderAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        await page.LetAgentLeaveAsync();
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Rows).Not.ToContainTextAsync("Invited, no answer yet");
        await Expect(page.Guide).Not.ToContainTextAsync("You have been invited");
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Buyer_WithoutADetour_IsLeftAlone()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.Visit.Link("Shop").ClickAsync();
        await page.Visit.Main.GetByRole(AriaRole.Link, new() { Name = "Table lamp Wren" }).ClickAsync();
        await page.Visit.Button("Put in the cart").ClickAsync();
        foreach (var step in (string[])["To the cart", "To the checkout", "On to payment", "Place the order"]) await page.Visit.Link(step).ClickAsync();
        await Expect(page.Visit.Main).ToContainTextAsync("Your order is in");
        await Expect(page.Trail.Filter(new() { HasText = "put in the cart: Table lamp Wren" })).ToHaveCountAsync(1);
        await Expect(page.Trail.Filter(new() { HasText = "placed an order" })).ToHaveCountAsync(1);
        await Expect(page.State).ToHaveTextAsync("Getting there");
        await Expect(page.Outcome).ToContainTextAsync("Left alone");
        await page.KeepAsync("order");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Rows).ToHaveCountAsync(0);
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Reader_OfOneLongArticle_IsLeftAlone()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.Visit.Link("Looking after oiled oak").ClickAsync();
        await Expect(page.Visit.Main).ToContainTextAsync("finest sandpaper");
        // In full past the second timer of stillness.
        await Task.Delay(Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") is null ? TimeSpan.FromSeconds(12) : TimeSpan.FromSeconds(130));
        await Expect(page.Outcome).ToContainTextAsync("Left alone");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Rows).ToHaveCountAsync(0);
        Assert.Empty(page.Troubles);
    }

    [ConsoleFact]
    public async Task Search_WithHostileText_StaysTextEverywhere()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        const string markup = "<img src=x onerror=alert(1)> return label";
        const string backwards = "return label \u202Egnp.exe\u202C";
        foreach (var query in (string[])[markup, backwards, "<script>alert(2)</script> return label"])
        {
            await page.Visit.SearchAsync(query);
            await Task.Delay(400);
        }
        // What was typed stands isolated, so that its direction marks turn nothing around it.
        Assert.Equal("BDI", await page.Visit.Nothing.Locator(".text").EvaluateAsync<string>("node => node.tagName"));
        await Expect(page.Trail.Filter(new() { HasText = markup })).ToHaveCountAsync(1);
        Assert.Equal(0, await page.Page.Locator(".trail img, .trail script").CountAsync());
        await page.Visit.Button("Why am I seeing this?").ClickAsync();
        await Expect(page.Invitation).ToContainTextAsync(markup);
        Assert.Equal(0, await page.Invitation.Locator("img, script").CountAsync());
        await page.Visit.Button("Share and talk").ClickAsync();
        await Expect(page.Card).ToContainTextAsync("onerror");
        Assert.Equal(0, await page.Card.Locator("img").CountAsync());
        Assert.Empty(page.Troubles);
    }

    /// <summary>At the engine too, at once; and whoever was forgotten is asked anew.</summary>
    [ConsoleFact]
    public async Task ForgetMe_LeavesNothing_HereOrAtTheEngine()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.SearchAsync("return label");
        var visitor = await page.Page.EvaluateAsync<string>("JSON.parse(localStorage['engagement.visitor']).visitor");
        await page.Visit.Button("Forget me").ClickAsync();
        await Expect(page.Visit.Main).ToContainTextAsync("You are forgotten: at the engine, and on this device.");
        await Expect(page.Visit.Button("Yes, you may")).ToBeVisibleAsync();
        await Expect(page.Trail).ToHaveCountAsync(0);
        await Patience.UntilAsync(async () =>
        {
            using var events = await Server.GetJsonAsync($"/v1/events?visitor={visitor}");
            return events.RootElement.GetProperty("events").GetArrayLength() == 0;
        }, () => "events of somebody forgotten");
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("Object.keys(localStorage).filter(name => /^engagement\\.(?!console)/.test(name)).length"));
        Assert.Empty(page.Troubles);
    }

    /// <summary>Desk, phone, tablet and a window of 1440 by 900 at 200 %, in the light and in the dark.</summary>
    [ConsoleFact]
    public async Task Page_OfAnySizeAndInTheDark_NeedsNoSidewaysScrollingAndHasNoViolation()
    {
        foreach (var (width, height, scheme) in new[]
        {
            (390, 844, ColorScheme.Light), (390, 844, ColorScheme.Dark), (1440, 900, ColorScheme.Dark), (820, 1180, ColorScheme.Light), (720, 450, ColorScheme.Light),
        })
        {
            await using var person = await browser.NewPersonAsync(width, height, scheme);
            var page = await FirstMinutePage.OpenAsync(person, Server.Address);
            await page.FlounderAsync();
            await Expect(page.Invitation).ToBeVisibleAsync();
            Assert.Equal(0, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            Assert.Equal(0, await page.Visit.Main.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            await Expect(page.Invitation).ToBeInViewportAsync(new() { Ratio = 0.99f });
            await page.KeepAsync($"first-minute-{width}-{scheme.ToString().ToLowerInvariant()}");
            Assert.Empty(await Axe.ViolationsAsync(page.Page));
            await page.Visit.Button("No, thank you").ClickAsync();
            await Expect(page.Invitation).ToHaveCountAsync(0);
            await page.LetAgentLeaveAsync();
            Assert.Empty(page.Troubles);
        }
    }
}
