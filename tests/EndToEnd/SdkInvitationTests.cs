using System.Text.Json;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The invitation that the browser SDK holds, in a real browser on a site of another origin.</summary>
public sealed class SdkInvitationTests(Browser browser) : SdkSite, IClassFixture<Browser>
{
    private protected override string Attributes => "data-consent=\"notRequired\"";

    private async Task<ShopVisit> InviteAsync(IBrowserContext person)
    {
        var visit = await OpenAsync(person);
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync();
        return visit;
    }

    [BrowserFact]
    public async Task Invitation_ByKeyboardAlone_ExplainsStrikesAndHandsOver()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await InviteAsync(person);
        var keyboard = visit.Page.Keyboard;
        // It takes nobody's focus; F6 goes there, and back.
        Assert.Equal("BODY", await visit.Page.EvaluateAsync<string>("document.activeElement.tagName"));
        await visit.Page.FocusAsync("#dead");
        await keyboard.PressAsync("F6");
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
        await keyboard.PressAsync("F6");
        await Expect(visit.Page.Locator("#dead")).ToBeFocusedAsync();
        await keyboard.PressAsync("F6");
        foreach (var name in (string[])["Chat now", "No, thank you", "Why am I seeing this?"])
        {
            await keyboard.PressAsync("Tab");
            await Expect(visit.Invitation.GetByRole(AriaRole.Button, new() { Name = name })).ToBeFocusedAsync();
        }
        await keyboard.PressAsync("Enter");
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Why am I seeing this?");
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
        var struck = visit.Invitation.GetByLabel("You searched for print return label");
        await Expect(struck).ToBeCheckedAsync();
        await struck.FocusAsync();
        await keyboard.PressAsync("Space");
        await Expect(struck).Not.ToBeCheckedAsync();
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Share and talk" }).FocusAsync();
        await keyboard.PressAsync("Enter");
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToContainTextAsync("nobody has joined yet");

        var card = await ClaimAsync();
        Assert.Contains("returns label missing", card, StringComparison.Ordinal);
        Assert.DoesNotContain("print return label", card, StringComparison.Ordinal);
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToHaveTextAsync("A person has taken your question.");
        await keyboard.PressAsync("Escape");
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("#dead")).ToBeFocusedAsync();
        Assert.Equal(["invited", "accepted", "claimed"], (await visit.HeardAsync()).Where(t => t != "shown"));
        Assert.Empty(visit.Troubles);
    }

    [BrowserFact]
    public async Task TwoTabs_HoldOneStreamAndOneInvitation_AndDismissingInOneSilencesBoth()
    {
        await using var person = await browser.NewPersonAsync();
        var first = await OpenAsync(person);
        var second = await OpenAsync(person, "/p/lamp");
        Assert.Equal(await first.VisitorAsync(), await second.VisitorAsync());
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await second.FlounderAsync();
        await first.ExpectInvitationAsync();
        await second.ExpectInvitationAsync();
        using (var stats = await Server.GetJsonAsync("/v1/stats"))
        {
            Assert.Equal(1, stats.RootElement.GetProperty("pageStreams").GetInt32());
            Assert.Equal(1, stats.RootElement.GetProperty("offers").GetProperty("open").GetInt32());
        }

        await first.Invitation.GetByRole(AriaRole.Button, new() { Name = "No, thank you" }).ClickAsync();
        await Expect(first.Invitation).ToHaveCountAsync(0);
        await Expect(second.Invitation).ToHaveCountAsync(0);
        await BlockedAsync(await first.VisitorAsync(), "declined");
        await second.FlounderAsync();
        await Task.Delay(1_000);
        await Expect(first.Invitation).ToHaveCountAsync(0);
        await Expect(second.Invitation).ToHaveCountAsync(0);

        // The tab that held the stream goes; the other takes over, and holds one.
        await first.Page.CloseAsync();
        await Patience.UntilAsync(async () =>
        {
            using var stats = await Server.GetJsonAsync("/v1/stats");
            return stats.RootElement.GetProperty("pageStreams").GetInt32() == 1;
        }, () => "streams");
        Assert.Empty(second.Troubles);
    }

    [BrowserFact]
    public async Task Decline_IsRememberedOnTheDevice_ForTheNextVisitToo()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await InviteAsync(person);
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "No, thanks – close" }).ClickAsync();
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        var before = await visit.VisitorAsync();
        await BlockedAsync(before, "declined");

        await visit.Page.EvaluateAsync("engagement.forget()");
        await visit.FlounderAsync();
        var after = await visit.VisitorAsync();
        Assert.NotEqual(before, after);
        await BlockedAsync(after, "declined");
        // Whoever was forgotten is forgotten by the engine as well; what is newer than that is somebody else's.
        await Patience.UntilAsync(async () => (await EventsAsync(before)).Count == 0, () => "events of somebody forgotten");
        await Patience.UntilAsync(async () => (await EventsAsync(after)).Where(e => ShopVisit.TypeOf(e) == "search_performed").DistinctBy(e => e.GetProperty("id").GetString()).Count() == 3, () => "searches");
        // The engine knows it from her events: it makes her no offer, and holds no agent's time for one.
        await Patience.UntilAsync(async () =>
        {
            using var answer = await Server.GetJsonAsync($"/v1/should-engage?visitor={after}");
            return answer.RootElement.GetProperty("state").GetString() == "floundering";
        }, () => "floundering");
        Assert.DoesNotContain(await EventsAsync(after), e => ShopVisit.TypeOf(e).StartsWith("invitation_", StringComparison.Ordinal));
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        Assert.All(visit.Sent, e => Assert.Equal(e.GetProperty("visitor").GetString() == after, e.GetProperty("privacy").GetProperty("noInvitation").GetBoolean()));
        // That there was a no is said; when stays on her device.
        var no = await visit.Page.EvaluateAsync<string>("localStorage['engagement.no']");
        Assert.DoesNotContain(visit.Sent, e => e.GetRawText().Contains(no, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Escape_InTheInvitation_IsANo_AndElsewhereIsNot()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await InviteAsync(person);
        await visit.Page.FocusAsync("#dead");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Invitation).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("F6");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("#dead")).ToBeFocusedAsync();
        await BlockedAsync(await visit.VisitorAsync(), "declined");
    }

    [BrowserFact]
    public async Task Field_BeingTypedIn_IsNeverCovered()
    {
        await using var person = await browser.NewPersonAsync();
        Site.Body = "<textarea class='corner' id='corner'></textarea>";
        var visit = await OpenAsync(person);
        await visit.FlounderAsync();
        await visit.Page.FocusAsync("#corner");
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        // While somebody types, nothing comes up.
        for (var i = 0; i < 20; i++)
        {
            await visit.Page.Keyboard.TypeAsync("a ");
            await Task.Delay(100);
            Assert.Equal(0, await visit.Invitation.CountAsync());
        }
        // When she rests, it does, beside the field.
        await visit.ExpectInvitationAsync();
        await NotOverAsync("#corner");
        await visit.Page.Keyboard.TypeAsync("more");
        await NotOverAsync("#corner");

        // A field that leaves no corner free hides it; it comes back when the field is left.
        await visit.Page.EvaluateAsync("document.querySelector('#corner').blur(); document.querySelector('#corner').className = 'everywhere'; document.querySelector('#corner').focus()");
        await Expect(visit.Invitation).ToBeHiddenAsync();
        await visit.Page.EvaluateAsync("document.querySelector('#corner').blur(); document.querySelector('#corner').className = ''; document.querySelector('#dead').focus()");
        await Expect(visit.Invitation).ToBeVisibleAsync();
        Assert.Empty(visit.Troubles);

        async Task NotOverAsync(string selector)
        {
            var field = (await visit.Page.Locator(selector).BoundingBoxAsync())!;
            var box = (await visit.Invitation.BoundingBoxAsync())!;
            var overlaps = box.X < field.X + field.Width && box.X + box.Width > field.X && box.Y < field.Y + field.Height && box.Y + box.Height > field.Y;
            Assert.False(overlaps, $"{box.X},{box.Y} {box.Width}×{box.Height} over {field.X},{field.Y} {field.Width}×{field.Height}");
        }
    }

    [BrowserFact]
    public async Task AgentLeaves_InvitationLeavesToo()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await InviteAsync(person);
        await AgentAwayAsync();
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        Assert.Contains("withdrawn", await visit.HeardAsync());
    }

    /// <summary>The server is gone and says nothing: the lease's own time is enough.</summary>
    [BrowserFact]
    public async Task Lease_Lapsed_InvitationLeavesByItself()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        await visit.Page.Clock.InstallAsync();
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync();
        await Expect(visit.Invitation).ToContainTextAsync("Goes by itself in");
        await Server.KillAsync();
        await visit.Page.Clock.FastForwardAsync(45_000);
        await Expect(visit.Invitation).ToBeVisibleAsync();
        await visit.Page.Clock.FastForwardAsync(16_000);
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        await Server.StartAgainAsync();
    }

    /// <summary>Seen is two seconds in view, in the tab at the front, with nothing over it.</summary>
    [BrowserFact]
    public async Task Seen_TakesTwoSecondsInView()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync();
        // A banner of the site's lies over it: that is not seen.
        await visit.Page.EvaluateAsync("""
            const banner = document.createElement('dialog'); banner.id = 'banner'; banner.className = 'everywhere'; document.body.append(banner); banner.showModal();
            """);
        await Task.Delay(2_600);
        Assert.DoesNotContain("shown", await visit.HeardAsync());
        await visit.Page.EvaluateAsync("document.querySelector('#banner').close()");
        await Patience.UntilAsync(async () => (await visit.HeardAsync()).Contains("shown"), () => "seen");
        Assert.Single(visit.Requests, r => r.EndsWith("/shown", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task GlobalPrivacyControl_SharesOnlyWhatWasTicked()
    {
        await using var person = await browser.NewPersonAsync();
        await person.AddInitScriptAsync("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })");
        var visit = await InviteAsync(person);
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Chat now" }).ClickAsync();
        var chosen = visit.Invitation.GetByLabel("You searched for print return label");
        await Expect(chosen).Not.ToBeCheckedAsync();
        await chosen.CheckAsync();
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Share and talk" }).ClickAsync();
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToContainTextAsync("nobody has joined yet");
        var card = await ClaimAsync();
        Assert.Contains("print return label", card, StringComparison.Ordinal);
        Assert.DoesNotContain("returns label missing", card, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Text_Hostile_StaysText_AndTheSitesColoursAreTaken()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        const string hostile = "<img src=x onerror=alert(1)> label";
        foreach (var query in (string[])["<b>label</b> missing", "label <b>missing", hostile])
        {
            await visit.GoAsync($"/help/search?q={Uri.EscapeDataString(query)}");
            await visit.UntilSentAsync("search_performed");
            await Task.Delay(300);
        }
        await visit.ExpectInvitationAsync();
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = "Why am I seeing this?" }).ClickAsync();
        await Expect(visit.Invitation).ToContainTextAsync(hostile);
        await Expect(visit.Invitation.Locator("img")).ToHaveCountAsync(0);
        Assert.Equal("rgb(255, 250, 240)", await visit.Invitation.EvaluateAsync<string>("section => getComputedStyle(section).backgroundColor"));
        Assert.Equal("rgb(40, 30, 20)", await visit.Invitation.EvaluateAsync<string>("section => getComputedStyle(section).color"));
        Assert.Contains("Georgia", await visit.Invitation.EvaluateAsync<string>("section => getComputedStyle(section).fontFamily"), StringComparison.Ordinal);
        await visit.ScreenshotAsync("sdk-why");
        Assert.Empty(visit.Troubles);
    }

    private async Task AgentAwayAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/agents/anna/presence") { Content = new StringContent("""{"status":"away"}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", ServerProcess.AgentToken);
        using var answer = await Server.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The agent takes the one card there is; returns it.</summary>
    private async Task<string> ClaimAsync()
    {
        using var cards = await Server.GetJsonAsync("/v1/agents/cards", ServerProcess.AgentToken);
        var id = cards.RootElement.GetProperty("cards").EnumerateArray().Single().GetProperty("offer").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/cards/{id}/claim") { Content = new StringContent("""{"agent":"anna"}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", ServerProcess.AgentToken);
        using var answer = await Server.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task BlockedAsync(string visitor, string code) => await Patience.UntilAsync(async () =>
    {
        using var answer = await Server.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
        return answer.RootElement.GetProperty("blockers").EnumerateArray().Any(b => b.GetProperty("code").GetString() == code);
    }, () => $"{code} for {visitor}");
}
