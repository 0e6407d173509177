using System.Net.Http.Json;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The visitor's side of a conversation, in a real browser on a site of another origin; the agent speaks over the hub.</summary>
public sealed class SdkConversationTests(Browser browser) : SdkSite, IClassFixture<Browser>
{
    private const string Hostile = "<img src=x onerror=\"window.hit=1\"> \u202egnp.exe <b>bold</b>";

    private protected override string Attributes => "data-consent=\"notRequired\" data-launcher=\"true\"";

    [BrowserFact]
    public async Task Accepted_TheTwoSpeak_AcrossPages_UntilOneEndsIt()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync();
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Chat now" }).ClickAsync();
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Share and talk" }).ClickAsync();
        await Expect(Title(visit)).ToContainTextAsync("nobody has joined yet");
        // What she writes while she waits is there when somebody comes.
        await WriteAsync(visit, "Where is the return label?");
        await visit.ScreenshotAsync("sdk-conversation-waiting");
        await using var agent = await ClaimAsync();
        await Expect(Title(visit)).ToHaveTextAsync("A person has taken your question.");
        Assert.Equal("Where is the return label?", (string)(await agent.Hub.FirstAsync("message"))["text"]!);
        // Each hears that the other writes, and where things have arrived.
        await Expect(visit.Invitation.Locator("li.visitor small")).ToHaveTextAsync("Sent");
        await agent.ReceivedAsync();
        await Expect(visit.Invitation.Locator("li.visitor small")).ToHaveTextAsync("Arrived");
        await agent.Hub.CallAsync("Writing", agent.Offer);
        await Expect(visit.Invitation.GetByRole(AriaRole.Status)).ToHaveTextAsync("The other person is writing …");
        await visit.ScreenshotAsync("sdk-conversation-writing");
        await agent.SayAsync("Hello! I send you a new one.");
        await Expect(Said(visit, "agent")).ToHaveTextAsync(["Hello! I send you a new one."]);
        await Expect(visit.Invitation.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        await Patience.UntilAsync(() => agent.Hub.Signs.Any(s => (string)s["kind"]! == "received"), () => "the page says what has arrived");
        await agent.SayAsync(Hostile);
        await Expect(Said(visit, "agent").Nth(1)).ToContainTextAsync("<b>bold</b>");
        await Expect(visit.Invitation.Locator("img, li b b")).ToHaveCountAsync(0);
        await visit.ScreenshotAsync("sdk-conversation");

        // On the next page it goes on, with all that was said.
        await visit.GoAsync("/p/lamp");
        await Expect(Said(visit, "visitor")).ToHaveTextAsync(["Where is the return label?"]);
        await Expect(Said(visit, "agent")).ToHaveCountAsync(2);
        await Expect(visit.Invitation.Locator("li.visitor small")).ToHaveTextAsync("Arrived");
        await visit.Invitation.GetByLabel("Your message").PressSequentiallyAsync("Thank");
        await Patience.UntilAsync(() => agent.Hub.Signs.Any(s => (string)s["kind"]! == "writing"), () => "the agent hears that she writes");
        await WriteAsync(visit, "Thank you");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        await agent.SayAsync("You are welcome");
        var dock = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Conversation – 1 new" });
        await dock.ClickAsync();
        await Expect(Said(visit, "agent")).ToHaveCountAsync(3);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("window.hit ?? 0"));

        await agent.EndAsync();
        await Expect(Title(visit)).ToHaveTextAsync("The conversation has ended.");
        var copy = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Keep a copy" }).ClickAsync());
        Assert.Contains("You are welcome", await File.ReadAllTextAsync(await copy.PathAsync()), StringComparison.Ordinal);
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        Assert.Empty(visit.Troubles);
    }

    [BrowserFact]
    public async Task AskedForAPerson_WithSomebodyFree_IsAConversation_WithoutAnyInvitation()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ask a person" }).ClickAsync();
        await visit.Invitation.GetByRole(AriaRole.Textbox).FillAsync("Does the lamp come with a bulb?");
        await visit.ScreenshotAsync("sdk-ask");
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Ask now" }).ClickAsync();
        await Expect(Title(visit)).ToContainTextAsync("nobody has joined yet");
        // While she has what it leads to, the button is out of the way.
        await Expect(SdkLooksTests.LauncherOf(visit, "Ask a person")).ToBeHiddenAsync();
        await using var agent = await ClaimAsync();
        Assert.Contains("Does the lamp come with a bulb?", agent.Card, StringComparison.Ordinal);
        await agent.SayAsync("It does.");
        await Expect(Said(visit, "agent")).ToHaveTextAsync(["It does."]);

        // She may end it, too: the agent's slot is free again.
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "End conversation" }).ClickAsync();
        await Expect(Title(visit)).ToHaveTextAsync("The conversation has ended.");
        await Patience.UntilAsync(() => agent.Hub.Entries.Any(e => (string)e["kind"]! == "closed"), () => "closed");
        Assert.Empty(visit.Troubles);
    }

    [BrowserFact]
    public async Task AskedForAPerson_WithNobodyFree_IsTold_AndLeavesAQuestion()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ask a person" }).ClickAsync();
        await visit.Invitation.GetByRole(AriaRole.Textbox).FillAsync("How do I return a parcel?");
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Ask now" }).ClickAsync();
        await Expect(Title(visit)).ToHaveTextAsync("Nobody is free just now.");
        await Expect(visit.Invitation.GetByLabel("Your question")).ToHaveValueAsync("How do I return a parcel?");
        await visit.Invitation.GetByLabel("Where the answer may go (e-mail or phone; may be left out)").FillAsync("eva@example.org");
        await visit.ScreenshotAsync("sdk-leave-question");
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Leave the question" }).ClickAsync();
        await Expect(visit.Invitation).ToContainTextAsync("Thank you. Your question is kept until");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        await Expect(SdkLooksTests.LauncherOf(visit, "Ask a person")).ToBeFocusedAsync();
        using var questions = await Server.GetJsonAsync("/v1/agents/questions", ServerProcess.AgentToken);
        var left = Assert.Single(questions.RootElement.GetProperty("questions").EnumerateArray());
        Assert.Equal("How do I return a parcel?", left.GetProperty("text").GetString());
        Assert.DoesNotContain("eva@example.org", left.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(visit.Troubles);
    }

    /// <summary>What is written while the engine is away is said once when it is back.</summary>
    [BrowserFact]
    public async Task ConnectionLost_WhatWasWritten_ArrivesOnce()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ask a person" }).ClickAsync();
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Ask now" }).ClickAsync();
        await WriteAsync(visit, "before");
        await using (var agent = await ClaimAsync()) await agent.Hub.TakeAsync(2);
        await Server.KillAsync();
        await Expect(visit.Invitation).ToContainTextAsync("The connection is lost.");
        await WriteAsync(visit, "meanwhile");
        await Expect(visit.Invitation).ToContainTextAsync("sending …");
        await Server.StartAgainAsync();
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await Expect(visit.Invitation).Not.ToContainTextAsync("sending …", new() { Timeout = 40_000 });
        await Expect(Said(visit, "visitor")).ToHaveTextAsync(["before", "meanwhile"]);
        await Expect(visit.Invitation.Locator(".cut")).ToBeHiddenAsync();
    }

    private static ILocator Title(ShopVisit visit) => visit.Invitation.GetByRole(AriaRole.Heading);
    private static ILocator Said(ShopVisit visit, string from) => visit.Invitation.Locator($"li.{from} p");

    private static async Task WriteAsync(ShopVisit visit, string text)
    {
        await visit.Invitation.GetByLabel("Your message").FillAsync(text);
        await visit.Page.Keyboard.PressAsync("Enter");
    }

    private async Task<Agent> ClaimAsync()
    {
        string? id = null;
        await Patience.UntilAsync(async () =>
        {
            using var cards = await Server.GetJsonAsync("/v1/agents/cards", ServerProcess.AgentToken);
            id = cards.RootElement.GetProperty("cards").EnumerateArray().Select(c => c.GetProperty("offer").GetString()).LastOrDefault();
            return id is not null;
        }, () => "card");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/cards/{id}/claim") { Content = JsonContent.Create(new { agent = "anna" }) };
        request.Headers.Authorization = new("Bearer", ServerProcess.AgentToken);
        using var answer = await Server.Client.SendAsync(request);
        var card = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, card);
        var hub = await HubClient.OpenAsync(Server.Address, ServerProcess.AgentToken, "anna");
        await hub.JoinAsync(id!);
        return new Agent(hub, id!, card);
    }

    private sealed class Agent(HubClient hub, string offer, string card) : IAsyncDisposable
    {
        private int _said;
        public HubClient Hub => hub;
        public string Card => card;
        public Task SayAsync(string text) => hub.SendAsync(offer, $"a{_said++}", text);
        public string Offer => offer;
        public Task ReceivedAsync() => hub.CallAsync("Received", offer, hub.Numbers[^1]);
        public Task EndAsync() => hub.CallAsync("Close", offer);
        public ValueTask DisposeAsync() => hub.DisposeAsync();
    }
}
