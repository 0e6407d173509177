using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>Conversation, hand-over, wrap-up and questions left, as the engine's API for them has it.</summary>
public sealed class ConsoleTalkTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    private readonly StandInEngine _engine = new() { Cards = [SampleCards.Full("o_1")] };
    [ConsoleFact]
    public async Task Messages_GoBothWays_AndTheOpenerIsOnePressAway()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ClaimAsync(person);
        await Expect(desk.Page.GetByLabel("Your message")).ToBeFocusedAsync();
        await desk.Card.GetByRole(AriaRole.Button, new() { Name = "Put it in the message" }).ClickAsync();
        await Expect(desk.Page.GetByLabel("Your message")).ToHaveValueAsync("Hello! Is it about sending something back? I can make you a new label.");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Talk.Locator(".message.agent .bubble")).ToHaveTextAsync("Hello! Is it about sending something back? I can make you a new label.");
        Assert.Single(_engine.Sent);
        _engine.Say("o_1", "message", "visitor", "Yes!\nThe label tore.");
        await Expect(desk.Talk.Locator(".message.visitor .bubble")).ToContainTextAsync("The label tore.");
        await desk.Page.GetByLabel("Your message").FillAsync("first");
        await desk.Page.Keyboard.PressAsync("Shift+Enter");
        await desk.Page.Keyboard.TypeAsync("second");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Talk.Locator(".message.agent .bubble")).ToHaveCountAsync(2);
        Assert.Equal("first\nsecond", _engine.Sent[1]);
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task Connection_OfTheConversationBroken_NothingIsLostOrDoubled()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ClaimAsync(person);
        _engine.Say("o_1", "message", "visitor", "one");
        await Expect(desk.Talk.Locator(".bubble")).ToHaveCountAsync(1);
        await _engine.BreakAsync();
        _engine.Say("o_1", "message", "visitor", "two");
        await desk.Page.GetByLabel("Your message").FillAsync("three");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Talk.Locator(".bubble")).ToHaveCountAsync(3);
        await Expect(desk.Talk.Locator(".message.waiting")).ToHaveCountAsync(0);
        await Expect(desk.Talk.Locator(".bubble")).ToHaveTextAsync(["one", "two", "three"]);
        Assert.Single(_engine.Sent);
    }

    [ConsoleFact]
    public async Task Message_ToAnotherConversation_IsCountedAndAnnounced()
    {
        _engine.Cards!.Add(SampleCards.Full("o_2"));
        await using var person = await browser.NewPersonAsync();
        var desk = await ClaimAsync(person);
        await desk.Page.Locator("#row-o_2").ClickAsync();
        _engine.Say("o_1", "message", "visitor", "are you there?");
        await Expect(desk.Page.Locator("#row-o_1 .unread")).ToContainTextAsync("1 new message");
        await Expect(desk.Page.Locator("[aria-live=polite].unseen")).ToHaveTextAsync("A message from a visitor.");
        await desk.Page.Locator("#row-o_1").ClickAsync();
        await Expect(desk.Page.Locator("#row-o_1 .unread")).ToHaveCountAsync(0);
    }

    [ConsoleFact]
    public async Task WrapUp_AfterTheVisitorClosed_SendsTheOutcomeAndPutsTheCardAway()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ClaimAsync(person);
        _engine.Say("o_1", "closed", "visitor");
        await Expect(desk.Talk).ToContainTextAsync("The visitor ended the conversation.");
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeFocusedAsync();
        await desk.Page.GetByLabel("Note for colleagues").FillAsync("label sent");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Should not have been invited" }).ClickAsync();
        await Expect(desk.Rows).ToHaveCountAsync(0);
        await Expect(desk.Toasts).ToContainTextAsync("Noted, thank you.");
        var (what, body) = Assert.Single(_engine.Posted);
        Assert.Equal("wrap-up", what);
        Assert.Equal("should_not_have_been_invited", body.GetProperty("outcome").GetString());
        Assert.Equal("label sent", body.GetProperty("note").GetString());
        Assert.Equal("anna", body.GetProperty("agent").GetString());
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task Transfer_ToASkill_LetsTheConversationGo()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ClaimAsync(person);
        await desk.Talk.GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();
        await desk.Page.GetByLabel("Whoever knows about").CheckAsync();
        await desk.Page.GetByLabel("Name or skill").FillAsync("returns");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Rows).ToContainTextAsync("Handed over.");
        await Expect(desk.Talk).ToHaveCountAsync(0);
        Assert.Equal("returns", Assert.Single(_engine.Posted).Body.GetProperty("toSkill").GetString());
    }

    [ConsoleFact]
    public async Task Claim_Refused_SaysWhoHasIt()
    {
        _engine.ClaimIsRefused = "taken";
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", _engine.StandInAsync);
        await desk.Rows.First.ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Toasts).ToContainTextAsync("Taken by ben.");
        await Expect(desk.Card).ToContainTextAsync("Taken by another agent.");
    }

    [ConsoleFact]
    public async Task Question_Left_ShowsItsAddressOnlyToWhoeverTookIt()
    {
        _engine.Questions = [SampleCards.Question("u_1", "Where is my <b>parcel</b>?"), SampleCards.Question("u_2", "Do you ship to Spain?", null)];
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", _engine.StandInAsync);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Questions left" }).ClickAsync();
        var question = desk.Card.Locator(".question").First;
        await Expect(question).ToContainTextAsync("Where is my <b>parcel</b>?");
        await Expect(question).ToContainTextAsync("m***@e***");
        await question.GetByRole(AriaRole.Button, new() { Name = "Take it" }).ClickAsync();
        await Expect(question).ToContainTextAsync("mara@example.org");
        await question.GetByRole(AriaRole.Button, new() { Name = "Answered: forget it" }).ClickAsync();
        await Expect(desk.Card.Locator(".question")).ToHaveCountAsync(1);
        Assert.Empty(desk.Troubles);
    }

    private async Task<ConsoleDesk> ClaimAsync(IBrowserContext person)
    {
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", _engine.StandInAsync);
        await desk.Page.Locator("#row-o_1").ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Talk).ToBeVisibleAsync();
        return desk;
    }
}
