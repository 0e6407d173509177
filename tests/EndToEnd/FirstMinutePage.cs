using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>One tab with the first minute in it, and everything that went wrong in it.</summary>
public sealed class FirstMinutePage
{
    private readonly List<string> _troubles = [];

    private FirstMinutePage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _troubles.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _troubles.Add($"exception: {error}");
        page.Dialog += async (_, dialog) =>
        {
            _troubles.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings (refused by the content security policy included), exceptions, dialogs.</summary>
    public IReadOnlyList<string> Troubles => _troubles;

    public ILocator Invitation => Page.GetByRole(AriaRole.Dialog);
    public ILocator State => Page.Locator("#verdict strong");
    public ILocator Outcome => Page.Locator("#outcome");
    public ILocator Blockers => Page.Locator(".stands");
    public ILocator Card => Page.Locator("#agent .card");
    public ILocator Help => Page.Locator("#surface-help");
    public ILocator Shop => Page.Locator("#surface-shop");

    public static async Task<FirstMinutePage> OpenAsync(IBrowserContext person, Uri address)
    {
        var page = new FirstMinutePage(await person.NewPageAsync());
        page.Page.SetDefaultTimeout(15_000);
        await page.Page.GotoAsync(address.ToString());
        await Expect(page.Help.GetByLabel("How can we help?")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#engine .trail li")).Not.ToHaveCountAsync(0);
        return page;
    }

    public async Task SearchAsync(string query)
    {
        await Help.GetByLabel("How can we help?").FillAsync(query);
        await Help.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(Page.Locator("#engine .trail li").First).ToContainTextAsync(query);
    }

    /// <summary>Searches in vain, three times and alike.</summary>
    public async Task FlounderAsync()
    {
        foreach (var query in (string[])["return label", "print return label", "returns label missing"]) await SearchAsync(query);
    }

    public Task LetAgentLeaveAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Agent leaves" }).ClickAsync();

    /// <summary>Kept where <c>ENGAGEMENT_SCREENSHOTS</c> says, else beside the test's program.</summary>
    public Task KeepAsync(string name)
    {
        var folder = Environment.GetEnvironmentVariable("ENGAGEMENT_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        return Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }
}
