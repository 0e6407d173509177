using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The demo's shop and help centre as a visitor has them, in a tab of their own or in a frame: what stands there, in English.</summary>
public sealed class DemoVisit
{
    private readonly Func<AriaRole, string, ILocator> _byRole;
    private readonly Func<string, ILocator> _locator;

    public DemoVisit(IFrameLocator frame) => (_byRole, _locator) = (
        (role, name) => frame.GetByRole(role, new() { Name = name, Exact = true }), selector => frame.Locator(selector));

    public DemoVisit(IPage page) => (_byRole, _locator) = (
        (role, name) => page.GetByRole(role, new() { Name = name, Exact = true }), selector => page.Locator(selector));

    public ILocator Main => _locator("main#main");
    public ILocator Query => _locator("#query");
    public ILocator Nothing => _locator(".nothing");

    /// <summary>The SDK's: an invitation, a form or a conversation.</summary>
    public ILocator Invitation => _locator("engagement-invitation section[role=dialog]");
    public ILocator Title => Invitation.Locator("h2");

    public static async Task<(IPage Page, DemoVisit Visit, PageTroubles Troubles)> OpenAsync(IBrowserContext person, Uri address, string path = "/demo/help/")
    {
        var page = await person.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        var troubles = new PageTroubles(page);
        await page.GotoAsync(new Uri(address, path).ToString());
        return (page, new DemoVisit(page), troubles);
    }

    public ILocator Button(string name) => _byRole(AriaRole.Button, name);
    public ILocator Link(string name) => _byRole(AriaRole.Link, name);
    public ILocator Said(string from) => Invitation.Locator($"li.{from} p");

    public Task AllowAsync() => Button("Yes, you may").ClickAsync();

    public async Task SearchAsync(string query)
    {
        await Query.FillAsync(query);
        await Query.PressAsync("Enter");
        await Expect(Nothing).ToContainTextAsync(query);
    }

    public async Task WriteAsync(string text)
    {
        await Invitation.Locator("textarea").FillAsync(text);
        await Invitation.Locator("textarea").PressAsync("Enter");
    }
}
