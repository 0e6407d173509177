using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.AgentsConsole;

/// <summary>What strangers type stays text in the console: nothing of it runs, loads, leads anywhere or turns what stands around it.</summary>
public sealed class ConsoleTextTests(Browser browser) : ServerTests, IClassFixture<Browser>
{
    [ConsoleFact]
    public async Task Card_OfTwoHundredHostileTexts_ShowsThemAsText()
    {
        var texts = HostileTexts.All;
        Assert.True(texts.Count >= 200, $"{texts.Count} texts");
        var engine = new StandInEngine { Cards = new JsonArray([.. texts.Select((text, i) => SampleCards.Hostile($"o_{i}", text))]) };
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", engine.StandInAsync);
        await Expect(desk.Rows).ToHaveCountAsync(texts.Count);
        var before = await KindsAsync(desk, ".queue");
        for (var i = 0; i < texts.Count; i++)
        {
            await desk.Page.EvaluateAsync("id => document.getElementById(id).click()", $"row-o_{i}");
            await Expect(desk.Card.Locator("article")).ToBeVisibleAsync();
            var title = await desk.Card.Locator("#card-title").InnerTextAsync();
            if (texts[i][0] == 'n') Assert.StartsWith(texts[i][..4], title, StringComparison.Ordinal);
            // Every place that shows it has it in an element of its own direction; none has become an element.
            var shown = await desk.Card.EvaluateAsync<string[]>("card => [...card.querySelectorAll('bdi')].map(b => b.childElementCount + ':' + getComputedStyle(b).unicodeBidi)");
            Assert.All(shown, s => Assert.Equal("0:isolate", s));
            Assert.True(shown.Length >= 7, $"{shown.Length} places of {texts[i]}");
            Assert.DoesNotMatch("[\u202A-\u202E\u2066\u2067\u200E\u200F\u061C\0]", await desk.Card.InnerTextAsync());
        }
        Assert.Equal(before, await KindsAsync(desk, ".queue"));
        Assert.DoesNotContain(await KindsAsync(desk, "body"), kind => kind is "script" or "img" or "iframe" or "object" or "embed" or "base" or "style" or "link" or "video" or "audio" or "marquee" or "form" or "math");
        Assert.True(await desk.Page.EvaluateAsync<bool>("window.done === undefined"));
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task Address_OfAnArticle_IsALinkOnlyWhereItIsHttps()
    {
        var addresses = HostileTexts.All.Where(text => text[0] != 'n').ToList();
        var engine = new StandInEngine { Cards = new JsonArray([.. addresses.Append("https://larkfield.example/help/x").Select((text, i) => SampleCards.Hostile($"o_{i}", text))]) };
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", engine.StandInAsync);
        var links = new List<string>();
        for (var i = 0; i <= addresses.Count; i++)
        {
            await desk.Page.EvaluateAsync("id => document.getElementById(id).click()", $"row-o_{i}");
            await Expect(desk.Card.Locator(".articles")).ToBeVisibleAsync();
            links.AddRange(await desk.Card.EvaluateAsync<string[]>("card => [...card.querySelectorAll('a')].map(a => `${a.href} ${a.rel} ${a.referrerPolicy} ${a.target}`)"));
        }
        Assert.All(links, link => Assert.StartsWith("https://", link, StringComparison.Ordinal));
        Assert.All(links, link => Assert.EndsWith(" noopener noreferrer nofollow no-referrer _blank", link, StringComparison.Ordinal));
        Assert.DoesNotContain(links, link => link.Contains("password", StringComparison.Ordinal));
        Assert.Contains(links, link => link.StartsWith("https://larkfield.example/help/x ", StringComparison.Ordinal));
        Assert.Empty(desk.Troubles);
    }

    [ConsoleFact]
    public async Task Message_Hostile_StaysText()
    {
        var engine = new StandInEngine { Cards = [SampleCards.Full("o_1")] };
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address, "anna", engine.StandInAsync);
        await desk.Rows.First.ClickAsync();
        await desk.ClaimButton.ClickAsync();
        await Expect(desk.Talk).ToBeVisibleAsync();
        foreach (var text in HostileTexts.All) engine.Say("o_1", "message", "visitor", text);
        await Expect(desk.Talk.Locator(".bubble")).ToHaveCountAsync(HostileTexts.All.Count);
        Assert.True(await desk.Talk.EvaluateAsync<bool>("talk => [...talk.querySelectorAll('.bubble')].every(b => b.childElementCount === 0 && b.dir === 'auto')"));
        Assert.True(await desk.Page.EvaluateAsync<bool>("window.done === undefined"));
        Assert.Equal(0, await desk.OverflowAsync());
        Assert.Empty(desk.Troubles);
    }

    /// <summary>Typed by a visitor and gone all the way through the engine.</summary>
    [ConsoleFact]
    public async Task Search_HostileThroughTheEngine_IsReadableAndText()
    {
        await using var person = await browser.NewPersonAsync();
        var desk = await ConsoleDesk.SignInAsync(person, Server.Address);
        await desk.BecomeAvailableAsync();
        var visitor = await ConsoleVisitor.ComeAsync(Server);
        await visitor.FlounderAsync("<img src=x onerror=window.done=1> label", "label \u202Egnp.exe\u202C return", "<script>window.done=1</script> label");
        await visitor.AcceptAsync();
        await desk.Rows.First.ClickAsync();
        await Expect(desk.Card).ToContainTextAsync("<img src=x onerror=window.done=1> label");
        await Expect(desk.Card).ToContainTextAsync("label gnp.exe return");
        Assert.True(await desk.Page.EvaluateAsync<bool>("window.done === undefined"));
        Assert.Empty(desk.Troubles);
    }

    /// <summary>The page's policy itself refuses markup from text, should a later change forget itself.</summary>
    [ConsoleFact]
    public async Task Policy_OfThePage_RefusesMarkupFromTextInlineCodeAndOtherHosts()
    {
        await using var person = await browser.NewPersonAsync();
        var page = await person.NewPageAsync();
        var answer = await page.GotoAsync(new Uri(Server.Address, "/console/").ToString());
        var policy = answer!.Headers["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("TypeError", await page.EvaluateAsync<string>("() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch (e) { return e.name; } }"));
        Assert.Equal("refused", await page.EvaluateAsync<string>("() => fetch('https://evil.example/').then(() => 'taken', () => 'refused')"));
    }

    /// <summary>Names of all elements there are, each once, in order.</summary>
    private static Task<string[]> KindsAsync(ConsoleDesk desk, string selector) =>
        desk.Page.EvaluateAsync<string[]>("selector => [...new Set([...document.querySelector(selector).querySelectorAll('*')].map(e => e.localName))].sort()", selector);
}
