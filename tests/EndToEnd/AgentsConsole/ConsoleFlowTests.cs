using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>An agent at work: real server, real browsers.</summary>
public sealed class ConsoleFlowTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    /// <summary>Two browsers: a visitor of the help centre, and an agent.</summary>
    [ConsoleFact]
    public async Task Visitor_WhoSearchesInVain_IsInvitedAcceptsAndIsTaken()
    {
        await using var visitor = await browser.NewPersonAsync();
        await using var agent = await browser.NewPersonAsync();
        var page = await FirstMinutePage.OpenAsync(visitor, Server.Address);
        await page.LetAgentLeaveAsync();
        var desk = await ConsoleDesk.SignInAsync(agent, Server.Address);
        await Expect(desk.Page.Locator(".queue")).ToContainTextAsync("No card. Most visitors are fine.");
        await desk.BecomeAvailableAsync();

        await page.FlounderAsync();
        await Expect(page.Invitation).ToBeVisibleAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Full");
        await Expect(desk.Rows).ToHaveCountAsync(1);
        await desk.Rows.First.ClickAsync();
        await Expect(desk.Card).ToContainTextAsync("Not shared yet");
        await Expect(desk.Card).ToContainTextAsync("Why we think so");
        await Expect(desk.Page.Locator("#console")).Not.ToContainTextAsync("return label");

        await page.Visit.Button("Why am I seeing this?").ClickAsync();
        await page.Invitation.GetByLabel("You searched for print return label").UncheckAsync();
        await page.Visit.Button("Share and talk").ClickAsync();
        await Expect(desk.Card).ToContainTextAsync("What they seem to need");
        await Expect(desk.Card).ToContainTextAsync("You could begin with");
        await Expect(desk.Card).ToContainTextAsync("returns label missing");
        await Expect(desk.Card).ToContainTextAsync("nothing found");
        await Expect(desk.Card).ToContainTextAsync("Who this is: nobody asked");
        await Expect(desk.Card).Not.ToContainTextAsync("print return label");

        await desk.ClaimButton.ClickAsync();
        await Expect(page.Visit.Title).ToHaveTextAsync("A person has taken your question.");
        await Expect(desk.Page.Locator(".queue")).ToContainTextAsync("Your conversations");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "End the conversation" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeFocusedAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Available");
        Assert.Empty(page.Troubles);
        Assert.Empty(desk.Troubles);
    }

    /// <summary>Her presence goes on, as away: else the engine would take her for gone, and hand what she has to others.</summary>
    [ConversationFact]
    public async Task Away_InAConversation_StaysInIt()
    {
        await using var agent = await browser.NewPersonAsync();
        await using var talk = await ConsoleTalk.BeginAsync(agent, Server);
        var desk = talk.Desk;
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Go away" }).ClickAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        for (var i = 0; i < 2; i++)
        {
            var renewed = await desk.Page.WaitForRequestAsync(r => r.Url.EndsWith("/v1/agents/anna/presence", StringComparison.Ordinal));
            Assert.Contains("\"away\"", renewed.PostData, StringComparison.Ordinal);
        }
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "End the conversation" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeFocusedAsync();
    }

    /// <summary>Search in vain, invitation, yes, claim, messages both ways, the end, and how it went: all through the engine.</summary>
    [ConversationFact]
    public async Task Conversation_ThroughTheEngine_GoesBothWaysAndIsWrappedUp()
    {
        await using var agent = await browser.NewPersonAsync();
        await using var talk = await ConsoleTalk.BeginAsync(agent, Server);
        var (desk, visitor, page) = talk;
        await desk.Page.GetByLabel("Your message").FillAsync("How can I help?");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Talk.Locator(".message.agent:not(.waiting) .bubble")).ToHaveTextAsync("How can I help?");
        await Patience.UntilAsync(() => page.Heard.Contains("How can I help?", StringComparison.Ordinal), () => page.Heard);
        // Where it has arrived, and who is writing.
        await Expect(desk.Talk.Locator(".message.agent")).ToContainTextAsync("sent");
        await page.InvokeAsync("Received", visitor.Invitation, 2);
        await Expect(desk.Talk.Locator(".message.agent")).ToContainTextAsync("arrived at the visitor’s");
        await page.InvokeAsync("Writing", visitor.Invitation);
        await Expect(desk.Talk.GetByRole(AriaRole.Status)).ToHaveTextAsync("The visitor is writing …");
        await desk.Page.GetByLabel("Your message").PressSequentiallyAsync("Let");
        await Patience.UntilAsync(() => page.Heard.Contains("\"writing\"", StringComparison.Ordinal), () => page.Heard);
        await page.InvokeAsync("Send", visitor.Invitation, "v1", "I lost my <b>label</b>.");
        await Expect(desk.Talk.Locator(".message.visitor .bubble")).ToHaveTextAsync("I lost my <b>label</b>.");
        await Expect(desk.Talk.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        await Patience.UntilAsync(() => page.Heard.Contains("\"received\"", StringComparison.Ordinal), () => page.Heard);
        await page.InvokeAsync("Close", visitor.Invitation);
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeFocusedAsync();
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Resolved", Exact = true }).ClickAsync();
        await Expect(desk.Toasts).ToContainTextAsync("Noted, thank you.");
        await Expect(desk.Standing).ToHaveTextAsync("Available");
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task Visitor_WhoDeclines_LeavesTheQueueWithHerReason()
    {
        await using var agent = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(agent, Server.Address);
        await desk.BecomeAvailableAsync();
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        await Expect(desk.Rows).ToHaveCountAsync(1);
        await visitor.DeclineAsync();
        await Expect(desk.Rows).ToContainTextAsync("They said no, thank you.");
        await Expect(desk.Standing).ToHaveTextAsync("Available");
        await Expect(desk.Rows).ToHaveCountAsync(0, new() { Timeout = 20_000 });
    }

    /// <summary>The card is the leased agent's first; after twenty seconds both may take it, at once.</summary>
    [ConsoleFact]
    public async Task Claim_ByTwoAgentsAtOnce_IsWonByOneAndTheOtherIsTold()
    {
        await using var first = await browser.NewPersonAsync();
        await using var second = await browser.NewPersonAsync();
        var anna = await ConsoleDesk.SignInAsync(first, Server.Address, "anna");
        await anna.BecomeAvailableAsync();
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        var ben = await ConsoleDesk.SignInAsync(second, Server.Address, "ben");
        await visitor.AcceptAsync();
        foreach (var desk in (ConsoleDesk[])[anna, ben]) await desk.Rows.First.ClickAsync();
        await Expect(ben.Page.Locator(".queue")).ToContainTextAsync("With other agents");
        await Expect(ben.Card).ToContainTextAsync("Reserved for anna");
        await Expect(ben.ClaimButton).ToBeDisabledAsync();
        await Expect(ben.ClaimButton).ToBeEnabledAsync(new() { Timeout = 30_000 });

        // Both have read the card as free: whoever's claim comes second is refused, whatever her own stream has told her meanwhile.
        await Task.WhenAll(anna.ClaimButton.ClickAsync(), ben.ClaimButton.ClickAsync());
        await Patience.UntilAsync(async () => await HasAsync(anna, "Your conversations") != await HasAsync(ben, "Your conversations"), () => "one winner");
        var (winner, loser) = await HasAsync(anna, "Your conversations") ? (anna, ben) : (ben, anna);
        var name = winner == anna ? "anna" : "ben";
        await Expect(loser.Toasts).ToContainTextAsync($"Taken by {name}.");
        await Expect(loser.Page.Locator(".queue")).ToContainTextAsync("Taken by another agent.");
        await Expect(loser.Card).Not.ToContainTextAsync("returns label missing");
        Assert.Empty(anna.Troubles);
        Assert.Empty(ben.Troubles);
    }

    /// <summary>The laptop is closed: nothing more comes from it, and the invitation does not outlast her presence.</summary>
    [ConsoleFact]
    public async Task Page_Closed_PresenceLapsesAndTheInvitationFades()
    {
        var agent = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(agent, Server.Address);
        await desk.BecomeAvailableAsync();
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        Assert.True(await visitor.IsInvitedAsync());
        await agent.DisposeAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (await visitor.IsInvitedAsync() && clock.Elapsed < TimeSpan.FromSeconds(50)) await Task.Delay(250);
        Assert.False(await visitor.IsInvitedAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 45);
    }

    [ConsoleFact]
    public async Task Presence_OfAnAgentWhoStays_OutlastsItsTerm()
    {
        await using var agent = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(agent, Server.Address);
        await desk.BecomeAvailableAsync();
        await Task.Delay(TimeSpan.FromSeconds(33));
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        await Expect(desk.Rows).ToHaveCountAsync(1);
    }

    /// <summary>The server goes and comes back; what changed before the console is back is read then, and nothing of what was there is lost.</summary>
    [ConsoleFact]
    public async Task Connection_LostAndBack_LosesNoCard()
    {
        await using var agent = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(agent, Server.Address);
        await desk.BecomeAvailableAsync(3);
        var stays = await ConsoleVisitor.ComeAsync(Server);
        await stays.FlounderAsync();
        var goes = await ConsoleVisitor.ComeAsync(Server);
        await goes.FlounderAsync();
        await Expect(desk.Rows).ToHaveCountAsync(2);

        await Server.KillAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Connection lost, reconnecting …");
        await Expect(desk.Rows).ToHaveCountAsync(2);
        // Between the server's return and the console's: the stream is kept out.
        await desk.Page.RouteAsync("**/v1/agents/cards/stream", route => route.AbortAsync());
        await Server.StartAgainAsync();
        await stays.AcceptAsync();
        await goes.DeclineAsync();
        await desk.Page.UnrouteAsync("**/v1/agents/cards/stream");

        await Expect(desk.Standing).Not.ToHaveTextAsync("Connection lost, reconnecting …", new() { Timeout = 30_000 });
        await Expect(desk.Page.Locator($"#row-{stays.Invitation}")).ToContainTextAsync("Said yes, waiting");
        await Expect(desk.Page.Locator($"#row-{goes.Invitation}")).ToContainTextAsync("Over while you were not connected.");
        await desk.Page.Locator($"#row-{stays.Invitation}").ClickAsync();
        await Expect(desk.Card).ToContainTextAsync("returns label missing");
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task Reload_InAConversation_KeepsItsCardAndTheAgentsState()
    {
        await using var agent = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(agent, Server.Address);
        await desk.BecomeAvailableAsync(2);
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        await visitor.AcceptAsync();
        await desk.Rows.First.ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Page.Locator(".queue")).ToContainTextAsync("Your conversations");
        await desk.Page.ReloadAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Available");
        await desk.Rows.First.ClickAsync();
        await Expect(desk.Card).ToContainTextAsync("returns label missing");
    }

    [ConsoleFact]
    public async Task SignIn_WithAnotherToken_SaysWhatIsWrongAndKeepsNothing()
    {
        await using var agent = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.OpenAsync(agent, Server.Address);
        await desk.SignInAsync("anna", "no such token");
        await Expect(desk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This token is not known");
        await Expect(desk.Page.GetByLabel("Token")).ToBeFocusedAsync();
        await desk.SignInAsync("anna", ServerProcess.WriteKey);
        await Expect(desk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This token is not an agent’s");
        Assert.Equal(0, await desk.Page.EvaluateAsync<int>("sessionStorage.length"));
        await desk.SignInAsync("anna", ServerProcess.AgentToken);
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        Assert.DoesNotContain(ServerProcess.AgentToken, await desk.Page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie"), StringComparison.Ordinal);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        Assert.Equal(0, await desk.Page.EvaluateAsync<int>("sessionStorage.length"));
    }

    private static async Task<bool> HasAsync(ConsoleDesk desk, string text) => (await desk.Page.Locator(".queue").InnerTextAsync()).Contains(text, StringComparison.Ordinal);
}
