using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The first minute of a newcomer, in a real browser against the real server.</summary>
public sealed class FirstMinuteTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Search_InVainThreeTimes_InvitesExplainsAndHandsOverWhatWasNotStruck()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await Expect(page.Invitation).ToHaveCountAsync(0);

        await page.FlounderAsync();
        await Expect(page.State).ToHaveTextAsync("Floundering");
        await Expect(page.Invitation).ToBeVisibleAsync();
        await Expect(page.Card).ToHaveCountAsync(1);
        await Expect(page.Card).ToContainTextAsync("Reserved for you");
        await Expect(page.Card).Not.ToContainTextAsync("return label");
        await page.KeepAsync("first-minute");

        await page.Invitation.GetByRole(AriaRole.Button, new() { Name = "Why am I seeing this?" }).ClickAsync();
        var items = page.Invitation.GetByRole(AriaRole.Checkbox);
        await Expect(page.Invitation.GetByLabel("You searched for “print return label”")).ToBeCheckedAsync();
        await page.KeepAsync("why");
        var count = await items.CountAsync();
        Assert.True(count >= 3, $"{count} items to strike");
        await page.Invitation.GetByLabel("You searched for “print return label”").UncheckAsync();
        await page.Invitation.GetByRole(AriaRole.Button, new() { Name = "Share and talk" }).ClickAsync();

        await Expect(page.Card).ToContainTextAsync("“returns label missing” nothing found");
        await Expect(page.Card).Not.ToContainTextAsync("print return label");
        await Expect(page.Card).ToContainTextAsync("You could begin with");
        await page.KeepAsync("full-card");

        await page.Card.GetByRole(AriaRole.Button, new() { Name = "Take this conversation" }).ClickAsync();
        await Expect(page.Card).ToContainTextAsync("Yours");
        await Expect(page.Page.Locator("#invite-place")).ToContainTextAsync("A person has taken your question");
        await page.KeepAsync("claimed");
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task Decline_InOneTab_IsSilenceInBoth()
    {
        await using var person = await browser.NewPersonAsync();
        var first = await FirstMinutePage.OpenAsync(person, Server.Address);
        var second = await FirstMinutePage.OpenAsync(person, Server.Address);
        await first.Page.BringToFrontAsync();
        await first.FlounderAsync();
        await Expect(first.Invitation).ToBeVisibleAsync();
        await Expect(second.Invitation).ToBeVisibleAsync();

        await first.Invitation.GetByRole(AriaRole.Button, new() { Name = "No, thank you" }).ClickAsync();
        await Expect(first.Invitation).ToHaveCountAsync(0);
        await Expect(second.Invitation).ToHaveCountAsync(0);
        await second.Page.BringToFrontAsync();
        foreach (var query in (string[])["missing returns label", "return label lost", "where return label"]) await second.SearchAsync(query);
        await Expect(second.Outcome).ToHaveTextAsync("Left alone: said no, and no is no.");
        await Task.Delay(1_500);
        await Expect(first.Invitation).ToHaveCountAsync(0);
        await Expect(second.Invitation).ToHaveCountAsync(0);
        Assert.Empty(first.Troubles);
        Assert.Empty(second.Troubles);
    }

    [BrowserFact]
    public async Task Close_ByEscapeOrByTheCross_IsANo()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.FlounderAsync();
        await page.Invitation.GetByRole(AriaRole.Button, new() { Name = "No, thanks – close" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Outcome).ToHaveTextAsync("Left alone: said no, and no is no.");
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task Search_InVainWithNobodyFree_IsNamedAndWaitsForAnAgent()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.LetAgentLeaveAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Agent comes back" })).ToBeVisibleAsync();
        await page.FlounderAsync();
        await Expect(page.State).ToHaveTextAsync("Floundering");
        await Expect(page.Outcome).ToHaveTextAsync("You could use a person, but nobody is free. So nothing is promised.");
        await Expect(page.Blockers.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.KeepAsync("nobody-free");
        await Task.Delay(1_000);
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Card).ToHaveCountAsync(0);

        // Whoever waits is thought of again as soon as somebody is free.
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Agent comes back" }).ClickAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        await Expect(page.Card).ToContainTextAsync("Reserved for you");
        Assert.Empty(page.Troubles);
    }

    /// <summary>Nobody is free: the shop's own search finds nothing, and the engine names what may answer.</summary>
    [BrowserFact]
    public async Task Search_InVainWithNobodyFree_SuggestsArticlesWhereSomeFit()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.LetAgentLeaveAsync();
        foreach (var query in (string[])["track parcel", "parcel tracking", "track my parcel"]) await page.SearchAsync(query);
        await Expect(page.State).ToHaveTextAsync("Floundering");
        await Expect(page.Help).ToContainTextAsync("Nothing found for “track my parcel”");
        await Expect(page.Help).ToContainTextAsync("Perhaps one of these:");
        await page.KeepAsync("suggested");
        await page.Help.GetByRole(AriaRole.Button, new() { Name = "Following a parcel on its way" }).ClickAsync();
        await Expect(page.Help.GetByRole(AriaRole.Heading, new() { Name = "Following a parcel on its way" })).ToBeVisibleAsync();
        await Expect(page.Invitation).ToHaveCountAsync(0);
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task AgentLeaves_WithAnInvitationOpen_FadesIt()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.FlounderAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        await page.LetAgentLeaveAsync();
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Card).ToContainTextAsync("Withdrawn");
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task Buyer_WithoutADetour_IsLeftAlone()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Shop" }).ClickAsync();
        foreach (var step in (string[])["Table lamp Wren", "Put in the cart", "To the cart", "To the checkout", "On to payment", "Place the order"])
        {
            await page.Shop.GetByRole(AriaRole.Button, new() { Name = step }).ClickAsync();
        }
        await Expect(page.Shop).ToContainTextAsync("Your order is in");
        await Expect(page.State).ToHaveTextAsync("Getting there");
        await Expect(page.Outcome).ToContainTextAsync("Left alone");
        await page.KeepAsync("order");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Card).ToHaveCountAsync(0);
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task Reader_OfOneLongArticle_IsLeftAlone()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        await page.Help.GetByRole(AriaRole.Button, new() { Name = "Looking after oiled oak" }).ClickAsync();
        await Expect(page.Help).ToContainTextAsync("finest sandpaper");
        // In full past the second timer of stillness.
        await Task.Delay(Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") is null ? TimeSpan.FromSeconds(12) : TimeSpan.FromSeconds(130));
        await Expect(page.Outcome).ToContainTextAsync("Left alone");
        await Expect(page.Invitation).ToHaveCountAsync(0);
        await Expect(page.Card).ToHaveCountAsync(0);
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task Search_WithHostileText_StaysTextEverywhere()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(person, Server.Address);
        const string markup = "<img src=x onerror=alert(1)> label";
        const string backwards = "label \u202Egnp.exe\u202C return";
        foreach (var query in (string[])[markup, backwards, "<script>alert(2)</script> label"])
        {
            await page.Help.GetByLabel("How can we help?").FillAsync(query);
            await page.Help.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            await Expect(page.Help.Locator(".nothing")).ToContainTextAsync(query);
            await Task.Delay(400);
        }
        await Expect(page.Page.Locator("#engine .trail")).ToContainTextAsync(markup);
        Assert.Equal(0, await page.Page.Locator("img[src='x'], .trail img, .nothing img, .trail script, .card img").CountAsync());
        // What was typed stands isolated, so that its direction marks turn nothing around it.
        Assert.Equal("BDI", await page.Page.Locator(".nothing .text").EvaluateAsync<string>("node => node.tagName"));
        if (await page.Invitation.CountAsync() > 0)
        {
            await page.Invitation.GetByRole(AriaRole.Button, new() { Name = "Why am I seeing this?" }).ClickAsync();
            await page.Invitation.GetByRole(AriaRole.Button, new() { Name = "Share and talk" }).ClickAsync();
            await Expect(page.Card).ToContainTextAsync("onerror");
            Assert.Equal(0, await page.Card.Locator("img").CountAsync());
        }
        Assert.Empty(page.Troubles);
    }

    [BrowserFact]
    public async Task Page_OnAPhoneAndInTheDark_NeedsNoSidewaysScrolling()
    {
        foreach (var (width, height, scheme) in new[] { (390, 844, ColorScheme.Light), (1440, 900, ColorScheme.Dark), (820, 1180, ColorScheme.Light) })
        {
            await using var person = await browser.NewPersonAsync(width, height, scheme);
            var page = await FirstMinutePage.OpenAsync(person, Server.Address);
            await page.FlounderAsync();
            await Expect(page.Invitation).ToBeVisibleAsync();
            var wide = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.Equal(0, wide);
            await page.KeepAsync($"first-minute-{width}-{scheme.ToString().ToLowerInvariant()}");
            await page.Invitation.GetByRole(AriaRole.Button, new() { Name = "No, thank you" }).ClickAsync();
            await page.LetAgentLeaveAsync();
            Assert.Empty(page.Troubles);
        }
    }
}
