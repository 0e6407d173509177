using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>One agent's console in a tab, and everything that went wrong in it.</summary>
internal sealed class ConsoleDesk
{
    private readonly List<string> _troubles = [];
    private readonly Uri _server;

    private ConsoleDesk(IPage page, Uri server)
    {
        (Page, _server) = (page, server);
        page.Console += (_, message) =>
        {
            // Expected where a server is stopped, where another agent was quicker (409), and of an engine without questions or conversations (404).
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) Note($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Note($"exception: {error}");
        page.Dialog += async (_, dialog) =>
        {
            Note($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is "http" or "https" && address.Authority != server.Authority) Note($"asked elsewhere: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console (what the page's policy refused included), exceptions, dialogs, requests to anywhere else.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_troubles) return [.. _troubles];
        }
    }

    public ILocator Standing => Page.Locator(".standing strong");
    public ILocator Rows => Page.Locator(".queue .row");
    public ILocator Card => Page.Locator(".card");
    public ILocator Talk => Page.Locator(".talk");
    public ILocator Toasts => Page.Locator(".toasts");
    public ILocator Team => Page.Locator(".team");

    /// <summary>Of a supervisor's: what she sees of this agent.</summary>
    public ILocator Mate(string agent) => Page.Locator(".mate").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = agent }) });
    public ILocator ClaimButton => Card.GetByRole(AriaRole.Button, new() { Name = "Take this conversation" });

    /// <param name="before">Before anything is asked for: what stands in for the engine.</param>
    /// <param name="path">Of the page.</param>
    public static async Task<ConsoleDesk> OpenAsync(IBrowserContext person, Uri server, Func<IPage, Task>? before = null, string path = "/console/")
    {
        var desk = new ConsoleDesk(await person.NewPageAsync(), server);
        desk.Page.SetDefaultTimeout(20_000);
        if (before is not null) await before(desk.Page);
        await desk.Page.GotoAsync(new Uri(server, path).ToString());
        return desk;
    }

    public static async Task<ConsoleDesk> SignInAsync(IBrowserContext person, Uri server, string agent = "anna", Func<IPage, Task>? before = null, string token = ServerProcess.AgentToken)
    {
        var desk = await OpenAsync(person, server, before);
        await desk.SignInAsync(agent, token);
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        return desk;
    }

    public async Task SignInAsync(string agent, string token)
    {
        await Page.GetByLabel("Your name at the desk").FillAsync(agent);
        await Page.GetByLabel("Token").FillAsync(token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    public async Task BecomeAvailableAsync(int capacity = 1)
    {
        for (var i = 1; i < capacity; i++) await Page.GetByRole(AriaRole.Button, new() { Name = "One more" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Become available" }).ClickAsync();
        await Expect(Standing).ToHaveTextAsync("Available");
    }

    public Task<IReadOnlyList<string>> ViolationsAsync() => Axe.ViolationsAsync(Page);

    /// <summary>How far the page is wider than its window, in px: what would have to be scrolled sideways.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("""
        () => Math.max(...[document.scrollingElement, ...document.querySelectorAll('.work, .top, .sheet, .owner-top, .queue, .card, .talk, .said, dialog[open]')]
          .filter(box => box.offsetParent !== null || box === document.scrollingElement).map(box => box.scrollWidth - box.clientWidth))
        """);

    private void Note(string trouble)
    {
        lock (_troubles) _troubles.Add(trouble);
    }
}
