using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>One tab with the first minute in it: the visitor's site in a frame, the engine's pane, the agents' console in a frame.</summary>
public sealed class FirstMinutePage
{
    private readonly PageTroubles _troubles;

    private FirstMinutePage(IPage page) => (Page, _troubles) = (page, new PageTroubles(page));

    public IPage Page { get; }

    public IReadOnlyCollection<string> Troubles => _troubles.All;

    /// <summary>The shop and its help centre, as the visitor has them.</summary>
    public DemoVisit Visit => new(Page.FrameLocator("#shop-frame"));
    public ILocator Invitation => Visit.Invitation;

    public IFrameLocator Desk => Page.FrameLocator("#desk-frame");
    public ILocator Rows => Desk.Locator(".queue .row");
    public ILocator Card => Desk.Locator(".card");
    public ILocator Standing => Desk.Locator(".standing strong");

    public ILocator State => Page.Locator("#verdict strong");
    public ILocator Outcome => Page.Locator("#outcome");
    public ILocator Blockers => Page.Locator(".stands");
    public ILocator Trail => Page.Locator("#engine .trail li");
    public ILocator Guide => Page.Locator("#guide-say");

    /// <summary>Ready to begin: the agent is available, and the visitor has said that her visit may be heard.</summary>
    /// <param name="isHeard">False: she has not been answered yet.</param>
    public static async Task<FirstMinutePage> OpenAsync(IBrowserContext person, Uri address, bool isHeard = true)
    {
        var page = new FirstMinutePage(await person.NewPageAsync());
        page.Page.SetDefaultTimeout(15_000);
        await page.Page.GotoAsync(address.ToString());
        await Expect(page.Standing).ToHaveTextAsync("Available");
        await Expect(page.Visit.Query).ToBeVisibleAsync();
        if (!isHeard) return page;
        await page.Visit.AllowAsync();
        await Expect(page.Trail).Not.ToHaveCountAsync(0);
        return page;
    }

    /// <summary>Searches as a visitor does, and waits until the engine has heard of it.</summary>
    public async Task SearchAsync(string query)
    {
        await Visit.SearchAsync(query);
        await Expect(Trail.Filter(new() { HasText = query }).First).ToBeVisibleAsync();
    }

    /// <summary>Searches in vain, three times and alike, as the guide says.</summary>
    public async Task FlounderAsync()
    {
        foreach (var query in (string[])["return label", "print return label", "returns label missing"])
        {
            await Page.GetByRole(AriaRole.Button, new() { Name = query, Exact = true }).ClickAsync();
            await Expect(Trail.Filter(new() { HasText = $"“{query}”" }).First).ToBeVisibleAsync();
        }
    }

    public async Task LetAgentLeaveAsync()
    {
        await Desk.GetByRole(AriaRole.Button, new() { Name = "Go away" }).ClickAsync();
        await Expect(Standing).ToHaveTextAsync("Away");
    }

    public async Task LetAgentComeAsync()
    {
        await Desk.GetByRole(AriaRole.Button, new() { Name = "Become available" }).ClickAsync();
        await Expect(Standing).Not.ToHaveTextAsync("Away");
    }

    /// <summary>As it stands once what comes in has come in. Kept where <c>ENGAGEMENT_SCREENSHOTS</c> says, else beside the test's program.</summary>
    public async Task KeepAsync(string name)
    {
        if (await Invitation.IsVisibleAsync()) await Invitation.EvaluateAsync("section => Promise.allSettled(section.getAnimations().map(motion => motion.finished)).then(() => 0)");
        await Page.Locator(".moved").EvaluateAllAsync<object>("nodes => Promise.allSettled(nodes.flatMap(node => node.getAnimations()).map(motion => motion.finished)).then(() => 0)");
        var folder = Environment.GetEnvironmentVariable("ENGAGEMENT_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }
}
