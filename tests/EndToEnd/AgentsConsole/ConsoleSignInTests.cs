using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EndToEnd.Clients;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>Signing in at a company's own provider: a real one, with its own pages, and the real server.</summary>
public sealed class ConsoleSignInTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private static readonly Regex ElsewhereOf = new("^https://");
    private readonly string _sites = Directory.CreateTempSubdirectory("engagement-sign-in-").FullName;
    private ServerProcess _server = null!;
    private IdProviderProcess? _provider;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _provider?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_sites, recursive: true);
    }

    private async Task StartAsync(TimeSpan life)
    {
        _server = ServerProcess.Prepare("--config", _sites);
        _provider = await IdProviderProcess.StartAsync(FreePort(), _server.Address, life);
        await File.WriteAllTextAsync(Path.Combine(_sites, "firm.secret"), new string('s', 40));
        await File.WriteAllTextAsync(Path.Combine(_sites, "firm.json"), $$"""
            {
              "site": "firm",
              "secret": { "file": "firm.secret" },
              "signIn": {
                "issuer": "{{_provider.Address.GetLeftPart(UriPartial.Authority)}}", "clientId": "engagement-console",
                "agents": ["support"], "supervisors": ["support-leads"]
              }
            }
            """);
        await _server.StartAgainAsync();
    }

    private async Task<ConsoleDesk> SignInAsync(IBrowserContext person, string name)
    {
        // The provider's own pages would fetch a font from elsewhere.
        await person.RouteAsync(ElsewhereOf, route => route.AbortAsync());
        var desk = await ConsoleDesk.OpenAsync(person, _server.Address);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = $"Sign in with {_provider!.Address.Authority}" }).ClickAsync();
        await desk.Page.GetByPlaceholder("Enter any login").FillAsync(name);
        await desk.Page.GetByPlaceholder("and password").FillAsync("any");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Sign-in" }).ClickAsync();
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        return desk;
    }

    [BrowserClientFact]
    public async Task Agent_SignsInAtTheProvider_StaysSignedIn_AndIsRenewed()
    {
        await StartAsync(TimeSpan.FromSeconds(12));
        await using var person = await browser.NewPersonAsync();
        var renewals = 0;
        person.Response += (_, response) => { if (response.Url.EndsWith("/token", StringComparison.Ordinal) && response.Ok) Interlocked.Increment(ref renewals); };
        var desk = await SignInAsync(person, "mira");
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        await Expect(desk.Page.Locator(".who")).ToHaveTextAsync("mira");
        Assert.Equal(new Uri(_server.Address, "/console/").AbsoluteUri, desk.Page.Url);
        Assert.Equal("[]", await desk.Page.EvaluateAsync<string>("JSON.stringify(Object.keys(localStorage).filter(key => key !== 'engagement.console.settings'))"));
        await desk.BecomeAvailableAsync();
        await desk.Page.ReloadAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Available");
        // Past the end of the first token: what was open has ended with it, and came back with a newer one.
        var asked = renewals;
        await Task.Delay(TimeSpan.FromSeconds(14));
        await Patience.UntilAsync(() => Volatile.Read(ref renewals) > asked, () => $"{renewals} renewals");
        await Expect(desk.Standing).ToHaveTextAsync("Available");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(desk.Page.GetByLabel("Token")).ToBeVisibleAsync();
        Assert.DoesNotContain("oidc.user", await desk.Page.EvaluateAsync<string>("Object.keys(sessionStorage).join()"), StringComparison.Ordinal);
        Assert.All(desk.Troubles.Where(t => !ElsewhereOf.IsMatch(t.Split(' ')[^1])), trouble => Assert.Contains(_provider!.Address.Authority, trouble, StringComparison.Ordinal));
    }

    [BrowserClientFact]
    public async Task Supervisor_ByHerRole_SeesTheTeam_AndWhoHasNoRoleIsTold()
    {
        await StartAsync(TimeSpan.FromHours(1));
        await using (var first = await browser.NewPersonAsync())
        {
            var lena = await SignInAsync(first, "lena");
            await Expect(lena.Page.Locator(".who")).ToHaveTextAsync("lena · supervisor");
            await lena.Page.GetByRole(AriaRole.Button, new() { Name = "Team" }).ClickAsync();
            await Expect(lena.Mate("lena")).ToContainTextAsync("Away");
        }
        await using var second = await browser.NewPersonAsync();
        var sam = await SignInAsync(second, "sam");
        await Expect(sam.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no role here");
        await ConsoleStates.KeepAsync(sam, "33-sign-in-at-the-provider-refused", 1_440, ColorScheme.Light);
    }

    [BrowserClientFact]
    public async Task Page_NamesTheProvider_AsksNobodyElse_AndLooksRight()
    {
        await StartAsync(TimeSpan.FromHours(1));
        foreach (var (width, height, scheme) in new[] { (1_440, 900, ColorScheme.Light), (360, 740, ColorScheme.Dark) })
        {
            await using var person = await browser.NewPersonAsync(width, height, scheme);
            var desk = await ConsoleDesk.OpenAsync(person, _server.Address);
            await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = $"Sign in with {_provider!.Address.Authority}" })).ToBeVisibleAsync();
            Assert.Empty(await desk.ViolationsAsync());
            Assert.InRange(await desk.OverflowAsync(), int.MinValue, 0);
            await ConsoleStates.KeepAsync(desk, "34-sign-in-at-the-provider", width, scheme);
            Assert.Empty(desk.Troubles);
        }
        using var page = await _server.Client.GetAsync("/console/");
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains($"connect-src 'self' {_provider!.Address.GetLeftPart(UriPartial.Authority)};", policy, StringComparison.Ordinal);
        using var owners = await _server.Client.GetAsync("/console/owner");
        Assert.Contains("connect-src 'self';", Assert.Single(owners.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        // With the provider away a token is all there is, and it is enough.
        _provider.Dispose();
        _provider = null;
        await using var late = await browser.NewPersonAsync();
        var other = await ConsoleDesk.SignInAsync(late, _server.Address);
        await Expect(other.Standing).ToHaveTextAsync("Away");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
