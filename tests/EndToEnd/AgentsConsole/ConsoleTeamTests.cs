using System.Collections.Concurrent;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>A supervisor and an agent at work, and a visitor: real server, two browsers.</summary>
public sealed class ConsoleTeamTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    private Task<ConsoleDesk> SupervisorAsync(IBrowserContext person) => ConsoleDesk.SignInAsync(person, Server.Address, "lena", token: ServerProcess.SupervisorToken);

    private static async Task OpenTeamAsync(ConsoleDesk desk)
    {
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Team" }).ClickAsync();
        await Expect(desk.Page.Locator("#team-title")).ToBeFocusedAsync();
    }

    [ConversationFact]
    public async Task Supervisor_TakesAConversationOver_BothAreTold_AndNothingWasReadBefore()
    {
        await using var first = await browser.NewPersonAsync();
        await using var second = await browser.NewPersonAsync();
        await using var talk = await ConsoleTalk.BeginAsync(first, Server);
        var (anna, visitor, page) = talk;
        await page.InvokeAsync("Send", visitor.Invitation, "v1", "My label tore.");
        await Expect(anna.Talk.Locator(".message.visitor .bubble")).ToHaveTextAsync("My label tore.");

        var read = new ConcurrentBag<string>();
        second.Response += async (__, response) =>
        {
            try
            {
                // The stream of cards never ends; what it says has no words of a conversation.
                if (!response.Url.EndsWith("/stream", StringComparison.Ordinal)) read.Add(await response.TextAsync());
            }
            catch (PlaywrightException)
            {
                // A worker's script, whose body the browser does not give.
            }
        };
        var lena = await SupervisorAsync(second);
        await OpenTeamAsync(lena);
        await Expect(lena.Mate("anna")).ToContainTextAsync("In conversation");
        await Expect(lena.Mate("anna")).ToContainTextAsync("Full");
        // With nobody to take it, it stays.
        await lena.Mate("anna").GetByRole(AriaRole.Button, new() { Name = "Take over from anna" }).ClickAsync();
        await Expect(lena.Toasts).ToContainTextAsync("You have no place free.");
        Assert.Contains(read, text => text.Contains("\"claimed\"", StringComparison.Ordinal));
        Assert.DoesNotContain(read, text => text.Contains("My label tore.", StringComparison.Ordinal));
        await lena.BecomeAvailableAsync();
        await lena.Mate("anna").GetByRole(AriaRole.Button, new() { Name = "Take over from anna" }).ClickAsync();
        await Expect(lena.Talk).ToContainTextAsync("My label tore.");
        await Expect(lena.Card).ToContainTextAsync("What they seem to need");

        await Expect(anna.Toasts).ToContainTextAsync("This conversation was handed to lena.");
        await Expect(anna.Talk).ToHaveCountAsync(0);
        await Expect(anna.Standing).ToHaveTextAsync("Available");
        await Patience.UntilAsync(() => page.Heard.Contains("\"waiting\"", StringComparison.Ordinal), () => page.Heard);
        await lena.Page.GetByLabel("Your message").FillAsync("I can make you a new one.");
        await lena.Page.Keyboard.PressAsync("Enter");
        await Patience.UntilAsync(() => page.Heard.Contains("I can make you a new one.", StringComparison.Ordinal), () => page.Heard);
        await page.InvokeAsync("Send", visitor.Invitation, "v2", "Thank you, Mill Street 4.");
        await Expect(lena.Talk.Locator(".message.visitor .bubble").Last).ToHaveTextAsync("Thank you, Mill Street 4.");
        Assert.DoesNotContain("Mill Street", await anna.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(lena.Troubles);
        Assert.Empty(anna.Troubles);
    }

    [ConversationFact]
    public async Task Supervisor_PausesAnAgent_NobodyIsInvitedOnHerBehalf_UntilSheGoesOn()
    {
        await using var first = await browser.NewPersonAsync();
        await using var second = await browser.NewPersonAsync();
        var anna = await ConsoleDesk.SignInAsync(first, Server.Address, "anna");
        await anna.BecomeAvailableAsync(2);
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        var lena = await SupervisorAsync(second);
        await OpenTeamAsync(lena);
        await Expect(lena.Mate("anna")).ToContainTextAsync("Invited, no answer yet");
        await lena.Mate("anna").GetByRole(AriaRole.Button, new() { Name = "Pause anna" }).ClickAsync();
        await Expect(lena.Mate("anna")).ToContainTextAsync("Paused by lena");
        await Expect(anna.Standing).ToHaveTextAsync("Paused");
        await Expect(anna.Page.Locator(".standing")).ToContainTextAsync("lena has paused you");
        await Patience.UntilAsync(async () => !await visitor.IsInvitedAsync(), () => "the invitation withdrawn");
        await anna.Page.ReloadAsync();
        await Expect(anna.Standing).ToHaveTextAsync("Paused");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(anna.Standing).ToHaveTextAsync("Available");
        await Expect(lena.Mate("anna")).Not.ToContainTextAsync("Paused");
        await (await ConsoleVisitor.ComeAsync(Server)).FlounderAsync();
        Assert.Empty(lena.Troubles);
        Assert.Empty(anna.Troubles);
    }

    [ConversationFact]
    public async Task Supervisor_EndsAConversation_WhenAskedTwice_AndItsAgentSaysHowItWent()
    {
        await using var first = await browser.NewPersonAsync();
        await using var second = await browser.NewPersonAsync();
        await using var talk = await ConsoleTalk.BeginAsync(first, Server);
        var (anna, visitor, page) = talk;
        var lena = await SupervisorAsync(second);
        await lena.Page.Keyboard.PressAsync("t");
        await Expect(lena.Page.Locator("#team-title")).ToBeFocusedAsync();
        var end = lena.Mate("anna").GetByRole(AriaRole.Button, new() { Name = "End the conversation of anna" });
        await end.ClickAsync();
        await lena.Page.Keyboard.PressAsync("Escape");
        await Expect(lena.Mate("anna")).ToContainTextAsync("In conversation");
        await end.ClickAsync();
        await lena.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End it" }).ClickAsync();
        await Expect(lena.Mate("anna")).Not.ToContainTextAsync("In conversation");
        await Expect(anna.Talk).ToContainTextAsync("The conversation was ended at your desk.");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Resolved", Exact = true }).ClickAsync();
        await Expect(anna.Toasts).ToContainTextAsync("Noted, thank you.");
        await Patience.UntilAsync(() => page.Heard.Contains("\"closed\"", StringComparison.Ordinal), () => page.Heard);
        Assert.NotNull(visitor.Invitation);
        Assert.Empty(lena.Troubles);
        Assert.Empty(anna.Troubles);
    }

    [ConsoleFact]
    public async Task Agent_SeesNoTeam_ButWhoHasAPlaceFreeToHandOverTo()
    {
        var engine = new StandInEngine { Cards = [SampleCards.Full("o_1")], Team = SampleCards.Team() };
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", engine.StandInAsync);
        await Expect(desk.Rows).ToHaveCountAsync(1);
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "Team" })).ToHaveCountAsync(0);
        await desk.Page.Keyboard.PressAsync("t");
        await Expect(desk.Team).ToHaveCountAsync(0);
        await desk.Page.Locator("#row-o_1").ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await desk.Talk.GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();
        var free = desk.Page.GetByRole(AriaRole.List, new() { Name = "Who has a place free" }).GetByRole(AriaRole.Button);
        await Expect(free).ToHaveCountAsync(1);
        await free.ClickAsync();
        await Expect(desk.Page.GetByLabel("Name or skill")).ToBeFocusedAsync();
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Rows).ToContainTextAsync("Handed over.");
        Assert.Equal("cem", Assert.Single(engine.Posted).Body.GetProperty("toAgent").GetString());
        Assert.Empty(desk.Troubles);
    }
}
