using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>Every state that the console has, one after the other.</summary>
internal static class ConsoleStates
{
    public static async Task WalkAsync(IBrowserContext person, ServerProcess server, Func<ConsoleDesk, string, Task> look)
    {
        var engine = new StandInEngine { Cards = [] };
        var desk = await ConsoleDesk.OpenAsync(person, server.Address, engine.StandInAsync);
        await Expect(desk.Page.GetByLabel("Token")).ToBeVisibleAsync();
        await look(desk, "01-sign-in");
        await desk.SignInAsync("anna", "not the token");
        await Expect(desk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not known");
        await look(desk, "02-sign-in-refused");
        await desk.SignInAsync("anna", ServerProcess.AgentToken);
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        await look(desk, "03-away");
        await desk.BecomeAvailableAsync(4);
        await look(desk, "04-available-no-card");

        engine.Cards =
        [
            SampleCards.Reserved("o_2", urgency: 0.9, seconds: 52), SampleCards.Full("o_1", seconds: 58), SampleCards.Reserved("o_3", urgency: 0.4, seconds: 31, state: "purposeful"),
            SampleCards.Reserved("o_4", "ben", 0.7, 44), SampleCards.Full("o_5", "cem", 0.2, 59),
        ];
        engine.Team = SampleCards.Team();
        engine.Questions = [SampleCards.Question("u_1", "Where is my parcel? It was to come on Tuesday."), SampleCards.Question("u_2", "Do you ship to Spain?", null)];
        // Signed in already: the tab remembers.
        await desk.Page.ReloadAsync();
        await Expect(desk.Rows).ToHaveCountAsync(5);
        await look(desk, "05-queue");
        await OpenRowAsync(desk, "o_2");
        await Expect(desk.Card).ToContainTextAsync("Not shared yet");
        await look(desk, "06-reserved-card");
        await OpenRowAsync(desk, "o_5");
        await Expect(desk.Card).ToContainTextAsync("Reserved for cem");
        await look(desk, "07-with-another-agent");
        await OpenRowAsync(desk, "o_1");
        await Expect(desk.ClaimButton).ToBeVisibleAsync();
        await look(desk, "08-accepted-card");

        engine.ClaimIsRefused = "taken";
        await OpenRowAsync(desk, "o_5");
        await Expect(desk.ClaimButton).ToBeEnabledAsync(new() { Timeout = 30_000 });
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Toasts).ToContainTextAsync("Taken by ben.");
        await look(desk, "09-taken-by-another");
        engine.ClaimIsRefused = null;
        await desk.Toasts.GetByRole(AriaRole.Button).First.ClickAsync();

        await OpenRowAsync(desk, "o_1");
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Talk).ToBeVisibleAsync();
        engine.Say("o_1", "claimed");
        engine.Say("o_1", "message", "agent", "Hello! Is it about sending something back? I can make you a new label.", "m1");
        engine.Say("o_1", "message", "visitor", "Yes! The label tore when I peeled it off, and I have no printer here.", "m2");
        engine.Say("o_1", "message", "agent", "No need for one: I will send a code to show at the counter.", "m3");
        await Expect(desk.Talk.Locator(".bubble")).ToHaveCountAsync(3);
        engine.Sign("o_1", "received", 3);
        engine.Sign("o_1", "writing");
        await Expect(desk.Talk.GetByRole(AriaRole.Status)).ToHaveTextAsync("The visitor is writing …");
        await desk.Page.GetByLabel("Your message").FillAsync("Is the shop in Mill Street near you?");
        await look(desk, "10-conversation");
        if (await desk.Page.Locator(".panes").IsVisibleAsync())
        {
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Card", Exact = true }).ClickAsync();
            await Expect(desk.Card).ToBeVisibleAsync();
            await look(desk, "11-card-beside-a-conversation");
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Conversation", Exact = true }).ClickAsync();
        }
        await desk.Talk.GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Places free: 2 of 3");
        await look(desk, "12-hand-over");
        await desk.Page.Keyboard.PressAsync("Escape");
        await desk.Talk.GetByRole(AriaRole.Button, new() { Name = "End the conversation" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeVisibleAsync();
        await look(desk, "13-wrap-up");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Resolved", Exact = true }).ClickAsync();

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Questions left" }).ClickAsync();
        await desk.Card.Locator(".question").First.GetByRole(AriaRole.Button, new() { Name = "Take it" }).ClickAsync();
        await Expect(desk.Card).ToContainTextAsync("mara@example.org");
        await look(desk, "14-questions-left");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await look(desk, "15-shortcuts");
        await desk.Page.Keyboard.PressAsync("Escape");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await look(desk, "16-settings");
        await desk.Page.Keyboard.PressAsync("Escape");

        await PauseAsync(server, "anna");
        await Expect(desk.Standing).ToHaveTextAsync("Paused");
        // On a phone the presence stands with the list.
        if (!await desk.Page.Locator(".queue").IsVisibleAsync()) await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the cards" }).First.ClickAsync();
        await look(desk, "30-paused");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(desk.Standing).Not.ToHaveTextAsync("Paused");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await desk.SignInAsync("lena", ServerProcess.SupervisorToken);
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Team" }).ClickAsync();
        await Expect(desk.Mate("ben")).ToContainTextAsync("In conversation");
        await look(desk, "31-team");
        await desk.Mate("ben").GetByRole(AriaRole.Button, new() { Name = "End the conversation of ben" }).First.ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The visitor is told that it has ended.");
        await look(desk, "32-end-anothers");
        await desk.Page.Keyboard.PressAsync("Escape");

        await server.KillAsync();
        await Expect(desk.Standing).ToHaveTextAsync("Connection lost, reconnecting …");
        await look(desk, "17-connection-lost");
        await server.StartAgainAsync();
    }

    /// <summary>As a supervisor somewhere else would.</summary>
    private static async Task PauseAsync(ServerProcess server, string agent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/agents/{agent}/pause") { Content = JsonContent.Create(new { by = "lena", paused = true }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.SupervisorToken);
        using var answer = await server.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <param name="whole">The whole page, and not only what the window shows of it.</param>
    public static Task KeepAsync(ConsoleDesk desk, string state, int width, ColorScheme scheme, bool whole = false)
    {
        if (Environment.GetEnvironmentVariable("ENGAGEMENT_SCREENSHOTS") is not { Length: > 0 } folder) return Task.CompletedTask;
        var name = string.Create(CultureInfo.InvariantCulture, $"{state}-{width switch { > 1_000 => "desk", > 500 => "zoomed", _ => "phone" }}-{scheme.ToString().ToLowerInvariant()}.png");
        return desk.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name), FullPage = whole, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
    }

    /// <summary>On a phone the list is a screen of its own: back to it first.</summary>
    private static async Task OpenRowAsync(ConsoleDesk desk, string offer)
    {
        var back = desk.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the cards" });
        if (!await desk.Page.Locator(".queue").IsVisibleAsync()) await back.First.ClickAsync();
        await desk.Page.Locator($"#row-{offer}").ClickAsync();
    }
}
