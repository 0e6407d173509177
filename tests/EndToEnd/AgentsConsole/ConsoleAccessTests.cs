using System.Text.Json.Nodes;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>The console for everyone: keyboard alone, 200 % zoom, a narrow phone, little motion, assistive technology (axe-core) in every state.</summary>
public sealed class ConsoleAccessTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    [ConsoleFact]
    public async Task EveryState_OnADesk_HasNoViolation() => await LookAsync(1440, 900, ColorScheme.Light);

    [ConsoleFact]
    public async Task EveryState_OnADeskInTheDark_HasNoViolation() => await LookAsync(1440, 900, ColorScheme.Dark);

    [ConsoleFact]
    public async Task EveryState_OnANarrowPhone_HasNoViolationAndNothingToScrollSideways() => await LookAsync(360, 740, ColorScheme.Light);

    [ConsoleFact]
    public async Task EveryState_OnANarrowPhoneInTheDark_HasNoViolationAndNothingToScrollSideways() => await LookAsync(360, 740, ColorScheme.Dark);

    /// <summary>A window of 1280 by 800 at 200 %: half as many px of CSS each way.</summary>
    [ConsoleFact]
    public async Task EveryState_AtTwiceTheSize_HasNoViolationAndNothingToScrollSideways() => await LookAsync(640, 400, ColorScheme.Light);

    /// <summary>Keeps a picture of each state too, where <c>ENGAGEMENT_SCREENSHOTS</c> names a folder.</summary>
    private async Task LookAsync(int width, int height, ColorScheme scheme)
    {
        await using var person = await browser.NewPersonAsync(width, height, scheme);
        var found = new List<string>();
        await ConsoleStates.WalkAsync(person, Server, async (desk, state) =>
        {
            await ConsoleStates.KeepAsync(desk, state, width, scheme);
            found.AddRange((await desk.ViolationsAsync()).Select(v => $"{state}: {v}"));
            var overflow = await desk.OverflowAsync();
            if (overflow > 0) found.Add($"{state}: {overflow} px too wide");
        });
        Assert.True(found.Count == 0, string.Join(System.Environment.NewLine, found));
    }

    [ConsoleFact]
    public async Task KeyboardAlone_FromSignInToWrapUp()
    {
        var engine = new StandInEngine { Cards = [SampleCards.Full("o_1"), SampleCards.Reserved("o_2", urgency: 0.9), SampleCards.Reserved("o_3", urgency: 0.2)] };
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.OpenAsync(person, Server.Address, engine.StandInAsync);
        var keyboard = desk.Page.Keyboard;
        await Expect(desk.Page.GetByLabel("Token")).ToBeVisibleAsync();
        await TabToAsync(desk, desk.Page.GetByLabel("Your name at the desk"));
        await keyboard.TypeAsync("anna");
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync(ServerProcess.AgentToken);
        await keyboard.PressAsync("Enter");
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        await Expect(desk.Rows).ToHaveCountAsync(3);

        await keyboard.PressAsync("a");
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "Go away" })).ToBeVisibleAsync();
        await keyboard.PressAsync("?");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Take the chosen card");
        await keyboard.PressAsync("Escape");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        // One stop in the list; arrows, j and k, Home and End go through it.
        await keyboard.PressAsync("q");
        await Expect(desk.Page.Locator("#row-o_1")).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        await Expect(desk.Page.Locator("#row-o_2")).ToBeFocusedAsync();
        await keyboard.PressAsync("End");
        await Expect(desk.Page.Locator("#row-o_3")).ToBeFocusedAsync();
        await keyboard.PressAsync("k");
        await Expect(desk.Page.Locator("#row-o_2")).ToBeFocusedAsync();
        await keyboard.PressAsync("Home");
        Assert.Equal(1, await desk.Page.Locator(".queue .row[tabindex='0']").CountAsync());
        Assert.NotEqual("none", await desk.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await keyboard.PressAsync("Enter");
        await Expect(desk.Page.Locator("#card-title")).ToBeFocusedAsync();
        await TabToAsync(desk, desk.ClaimButton);
        await keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByLabel("Your message")).ToBeFocusedAsync();

        // In a field the keys are letters.
        await keyboard.TypeAsync("a quick ? hello");
        await keyboard.PressAsync("Enter");
        await Expect(desk.Talk.Locator(".bubble")).ToHaveTextAsync("a quick ? hello");
        await keyboard.PressAsync("Escape");
        await Expect(desk.Page.Locator("#card-title")).ToBeFocusedAsync();
        await keyboard.PressAsync("m");
        await Expect(desk.Page.GetByLabel("Your message")).ToBeFocusedAsync();
        await TabBackToAsync(desk, desk.Talk.GetByRole(AriaRole.Button, new() { Name = "End the conversation" }));
        await keyboard.PressAsync("Enter");
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "How did it go?" })).ToBeFocusedAsync();
        await TabToAsync(desk, desk.Page.GetByRole(AriaRole.Button, new() { Name = "Resolved", Exact = true }));
        await keyboard.PressAsync("Enter");
        await Expect(desk.Rows).ToHaveCountAsync(2);
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task SingleKeys_TurnedOff_DoNothing()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address);
        await desk.Page.Keyboard.PressAsync("s");
        await desk.Page.GetByLabel("Single-key shortcuts").UncheckAsync();
        await desk.Page.Keyboard.PressAsync("Escape");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await desk.Page.Keyboard.PressAsync("a");
        await desk.Page.Keyboard.PressAsync("?");
        await Expect(desk.Standing).ToHaveTextAsync("Away");
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [ConsoleFact]
    public async Task SoundAndNotices_AreOffUntilAskedFor()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.OpenAsync(person, Server.Address, page => page.AddInitScriptAsync(
            "window.asked = 0; Notification.requestPermission = () => { window.asked++; return Promise.resolve('granted'); }; const real = AudioContext; window.sounds = 0; window.AudioContext = class extends real { constructor() { super(); window.sounds++; } };"));
        await desk.SignInAsync("anna", ServerProcess.AgentToken);
        await desk.BecomeAvailableAsync();
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync();
        await Expect(desk.Rows).ToHaveCountAsync(1);
        Assert.Equal(0, await desk.Page.EvaluateAsync<int>("window.asked + window.sounds"));
        await desk.Page.Keyboard.PressAsync("s");
        await Expect(desk.Page.GetByLabel("Sound when a card comes")).Not.ToBeCheckedAsync();
        await desk.Page.GetByLabel("Sound when a card comes").CheckAsync();
        await desk.Page.GetByLabel("Desktop notice when a card comes").CheckAsync();
        Assert.Equal(1, await desk.Page.EvaluateAsync<int>("window.asked"));
        await desk.Page.Keyboard.PressAsync("Escape");
        await visitor.AcceptAsync();
        await Expect(desk.Rows).ToContainTextAsync("Said yes");
        Assert.Equal(1, await desk.Page.EvaluateAsync<int>("window.sounds"));
    }

    [ConsoleFact]
    public async Task Motion_Unwanted_IsNotThere()
    {
        var engine = new StandInEngine { Cards = [SampleCards.Full("o_1")] };
        foreach (var motion in (ReducedMotion[])[ReducedMotion.Reduce, ReducedMotion.NoPreference])
        {
            await using var person = await browser.NewPersonAsync();
            var desk = await ConsoleDesk.OpenAsync(person, Server.Address, async page =>
            {
                await page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = motion });
                await engine.StandInAsync(page);
            });
            await desk.SignInAsync("anna", ServerProcess.AgentToken);
            await Expect(desk.Rows).ToHaveCountAsync(1);
            var moving = await desk.Page.EvaluateAsync<int>("[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).animationName !== 'none' || parseFloat(getComputedStyle(e).transitionDuration) > 0).length");
            Assert.Equal(motion == ReducedMotion.Reduce ? 0 : 1, moving);
        }
    }

    /// <summary>The whole console mirrored, as a language that is written from the right will have it.</summary>
    [ConsoleFact]
    public async Task RightToLeft_MirrorsWithoutOverflow()
    {
        var engine = new StandInEngine { Cards = [SampleCards.Full("o_1"), SampleCards.Reserved("o_2")] };
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", engine.StandInAsync);
        await desk.Page.EvaluateAsync("document.documentElement.dir = 'rtl'");
        await desk.Rows.First.ClickAsync();
        var queue = (await desk.Page.Locator(".queue").BoundingBoxAsync())!;
        var card = (await desk.Card.BoundingBoxAsync())!;
        Assert.True(queue.X > card.X, $"queue at {queue.X}, card at {card.X}");
        Assert.Equal(0, await desk.OverflowAsync());
    }

    private static Task TabToAsync(ConsoleDesk desk, ILocator there) => PressUntilAsync(desk, there, "Tab");

    private static Task TabBackToAsync(ConsoleDesk desk, ILocator there) => PressUntilAsync(desk, there, "Shift+Tab");

    private static async Task PressUntilAsync(ConsoleDesk desk, ILocator there, string key)
    {
        for (var i = 0; i < 40; i++)
        {
            if (await there.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await desk.Page.Keyboard.PressAsync(key);
        }
        Assert.Fail($"{key} does not reach {there}");
    }
}
