using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engagement.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd;

/// <summary>The button "ask a person", the four languages, a page from right to left, and no motion for whoever wants none.</summary>
public sealed class SdkLooksTests(Browser browser) : SdkSite, IClassFixture<Browser>
{
    private const string Launching = "data-consent=\"notRequired\" data-launcher=\"true\" data-ask-a-person=\"/contact\"";

    private protected override string Attributes => Launching;

    [BrowserFact]
    public async Task Launcher_ComesWithConsent_AndLeadsWhereTheSiteSays()
    {
        await using var person = await browser.NewPersonAsync();
        Site.Attributes = "data-launcher=\"true\" data-ask-a-person=\"/contact\"";
        var visit = await OpenAsync(person);
        await Task.Delay(500);
        await Expect(LauncherOf(visit, "Ask a person")).ToHaveCountAsync(0);
        await visit.ConsentAsync();
        await Expect(LauncherOf(visit, "Ask a person")).ToBeVisibleAsync();
        await visit.ScreenshotAsync("sdk-launcher");
        var box = (await LauncherOf(visit, "Ask a person").BoundingBoxAsync())!;
        Assert.True(box.Height >= 44 && box.X + box.Width <= 1440 - 8 && box.Y + box.Height <= 900 - 8, $"{box.X},{box.Y} {box.Width}×{box.Height}");
        await LauncherOf(visit, "Ask a person").ClickAsync();
        await visit.Page.WaitForURLAsync("**/contact");
        Assert.Empty(visit.Troubles);
    }

    /// <summary>An invitation that waits until she rests comes up when she asks herself, and nobody is sent elsewhere.</summary>
    [BrowserFact]
    public async Task Launcher_BringsUpTheInvitationThatWaits()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        await visit.FlounderAsync();
        await visit.Page.FocusAsync("textarea");
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await Patience.UntilAsync(async () =>
        {
            await visit.Page.Keyboard.TypeAsync("a ");
            using var stats = await Server.GetJsonAsync("/v1/stats");
            return stats.RootElement.TryGetProperty("offers", out var offers) && offers.TryGetProperty("open", out var open) && open.GetInt32() == 1;
        }, () => "offer");
        for (var i = 0; i < 8; i++)
        {
            await visit.Page.Keyboard.TypeAsync("b ");
            await Task.Delay(100);
        }
        await Expect(visit.Invitation).ToHaveCountAsync(0);
        await LauncherOf(visit, "Ask a person").ClickAsync();
        await Expect(visit.Invitation).ToBeVisibleAsync();
        await visit.ScreenshotAsync("sdk-launcher-invitation");
        Assert.Contains("/help/search", visit.Page.Url, StringComparison.Ordinal);
        Assert.Equal(["invited"], (await visit.HeardAsync()).Where(t => t != "shown"));
        Assert.Empty(visit.Troubles);
    }

    [BrowserFact]
    public async Task German() => await SpeaksAsync("de", "de-DE", "Jetzt chatten", "Nein, danke", "Warum sehe ich das?");

    [BrowserFact]
    public async Task Dutch() => await SpeaksAsync("nl", "nl", "Nu chatten", "Nee, bedankt", "Waarom zie ik dit?");

    [BrowserFact]
    public async Task Spanish() => await SpeaksAsync("es", "es-MX", "Chatear ahora", "No, gracias", "¿Por qué veo esto?");

    /// <summary>By the page's language, whatever the browser's own is.</summary>
    private async Task SpeaksAsync(string language, string pageLanguage, string accept, string decline, string why)
    {
        var words = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("collectors", "browser", "src", "invitation", "words.json")))
            .RootElement.GetProperty(language).EnumerateObject().ToDictionary(w => w.Name, w => w.Value.GetString()!);
        await using var person = await browser.NewPersonAsync();
        Site.Root = $"lang=\"{pageLanguage}\"";
        var visit = await OpenAsync(person);
        await Expect(LauncherOf(visit, words["ask"])).ToBeVisibleAsync();
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync();
        Assert.Equal(language, await visit.Page.Locator("engagement-invitation").GetAttributeAsync("lang"));
        foreach (var name in (string[])[accept, decline, why, words["close"]]) await Expect(visit.Invitation.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        await Expect(visit.Invitation).ToContainTextAsync(words["left"].Split("{0}")[0]);
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync(words["invited"]);
        await visit.StillAsync();
        await visit.ScreenshotAsync($"sdk-{language}");

        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = why }).ClickAsync();
        foreach (var key in (string[])["would", "untick", "share"]) await Expect(visit.Invitation).ToContainTextAsync(words[key]);
        await Expect(visit.Invitation.GetByLabel(words["search"].Replace("{0}", "print return label", StringComparison.Ordinal))).ToBeCheckedAsync();
        // What the engine says of its reasons, too.
        Assert.DoesNotContain("earch", await visit.Invitation.Locator("ul").InnerTextAsync(), StringComparison.Ordinal);
        await visit.StillAsync();
        await visit.ScreenshotAsync($"sdk-{language}-why");
        await visit.Invitation.GetByRole(AriaRole.Button, new() { Name = words["share"] }).ClickAsync();
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToHaveTextAsync(words["asked"]);
        Assert.Empty(visit.Troubles);
    }

    [BrowserFact]
    public async Task ReducedMotion_IsNotMovedAbout()
    {
        await using var person = await browser.NewPersonAsync();
        var visit = await OpenAsync(person);
        await visit.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync();
        Assert.Equal("none", await visit.Invitation.EvaluateAsync<string>("section => getComputedStyle(section).animationName"));
        Assert.Equal(0, await visit.Invitation.EvaluateAsync<int>("section => section.getAnimations({ subtree: true }).length"));
        // Whoever has nothing against it sees it come: the difference is the setting's.
        await visit.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.Equal("in", await visit.Invitation.EvaluateAsync<string>("section => getComputedStyle(section).animationName"));
    }

    internal static ILocator LauncherOf(ShopVisit visit, string name) => visit.Page.Locator("engagement-invitation").GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}

/// <summary>A page from right to left, at a site whose own words are in its language.</summary>
public sealed class SdkRightToLeftTests(Browser browser) : IClassFixture<Browser>
{
    private const string Words = "لم تجد ما تبحث عنه؟ زميل لنا متاح الآن ويمكنه البحث معك.";
    private const string SiteFile = """
        { "site": "souk", "mode": "live", "delivery": "stream", "consent": "notRequired", "timeZone": "UTC",
          "keys": [ { "role": "write", "sha256": "WRITE" }, { "role": "api", "sha256": "API" }, { "role": "agent", "sha256": "AGENT" } ],
          "secret": { "env": "ENGAGEMENT_SOUK_SECRET" },
          "origins": ["ORIGIN"],
          "policy": { "version": "1", "holdout": 0, "lease": "60s", "offersPerHourMax": 1000 },
          "copy": { "floundering.ar": "COPY" },
          "models": { "purposeful": "released", "floundering": "published-rules" } }
        """;

    [BrowserFact]
    public async Task Arabic_StandsAtTheLeft_AndReadsFromRightToLeft()
    {
        var folder = Directory.CreateTempSubdirectory("engagement-souk-").FullName;
        await using var server = ServerProcess.Prepare("--config", folder);
        await using var site = await ShopSite.StartAsync(server.Address);
        await File.WriteAllTextAsync(Path.Combine(folder, "souk.json"), SiteFile.Replace("WRITE", Sha256("souk-write"), StringComparison.Ordinal)
            .Replace("API", Sha256("souk-api"), StringComparison.Ordinal).Replace("AGENT", Sha256("souk-agent"), StringComparison.Ordinal)
            .Replace("ORIGIN", site.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal).Replace("COPY", Words, StringComparison.Ordinal));
        server.Environment["ENGAGEMENT_SOUK_SECRET"] = new string('s', 48);
        await server.StartAgainAsync();
        (site.Key, site.Root, site.Attributes) = ("souk-write", "lang=\"ar\" dir=\"rtl\"", "data-consent=\"notRequired\" data-launcher=\"true\" data-ask-a-person=\"/contact\"");
        await using var person = await browser.NewPersonAsync();
        var visit = await ShopVisit.OpenAsync(person, site, server.Address);
        using (var presence = new HttpRequestMessage(HttpMethod.Put, "/v1/agents/amal/presence") { Content = new StringContent("""{"status":"available","capacity":1}""", Encoding.UTF8, "application/json") })
        {
            presence.Headers.Authorization = new("Bearer", "souk-agent");
            using var answer = await server.Client.SendAsync(presence);
            answer.EnsureSuccessStatusCode();
        }
        await visit.FlounderAsync();
        await visit.ExpectInvitationAsync("souk-api");

        var host = visit.Page.Locator("engagement-invitation");
        Assert.Equal(("ar", "rtl"), (await host.GetAttributeAsync("lang"), await host.GetAttributeAsync("dir")));
        await Expect(visit.Invitation.GetByRole(AriaRole.Heading)).ToHaveTextAsync(Words.Split('؟')[0] + "؟");
        Assert.Equal("rtl", await visit.Invitation.GetByRole(AriaRole.Heading).EvaluateAsync<string>("title => getComputedStyle(title).direction"));
        var box = (await visit.Invitation.BoundingBoxAsync())!;
        Assert.True(box.X is > 0 and < 100, $"at {box.X}, from the left");
        // The cross stands at the end of the line, which is the left; the title begins at the right.
        var cross = (await visit.Invitation.Locator(".x").BoundingBoxAsync())!;
        Assert.True(cross.X - box.X < 20, $"cross at {cross.X}, box at {box.X}");
        Assert.Equal("ltr", await visit.Invitation.Locator(".why").EvaluateAsync<string>("why => getComputedStyle(why).direction"));
        var launcher = (await SdkLooksTests.LauncherOf(visit, "Ask a person").BoundingBoxAsync())!;
        Assert.True(launcher.X is > 0 and < 100 && launcher.Y >= box.Y + box.Height + 4, $"launcher at {launcher.X},{launcher.Y}");
        await visit.StillAsync();
        await visit.ScreenshotAsync("sdk-right-to-left");
        Assert.Equal(0, await visit.Invitation.EvaluateAsync<int>("section => Math.max(0, section.scrollWidth - section.clientWidth)"));

        await visit.Invitation.Locator(".why").ClickAsync();
        await Expect(visit.Invitation.Locator("bdi", new() { HasText = "print return label" })).ToBeVisibleAsync();
        await visit.ScreenshotAsync("sdk-right-to-left-why");
        Assert.Empty(visit.Troubles);
    }

    private static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
