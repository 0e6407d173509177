using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engagement.Testing;
using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>What the browser SDK sends and keeps, and what it does not, in a real browser on a site of another origin.</summary>
public sealed class SdkEventsTests(Browser browser) : SdkSite, IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Consent_Required_NothingIsSentOrStoredBefore_EventsArriveAfter()
    {
        await using var person = await browser.NewPersonAsync();
        Site.PageScript = "dataLayer.push({ event: 'add_to_cart', ecommerce: { items: [{ item_id: 'lamp-1', price: 49.5 }] } });";
        var visit = await OpenAsync(person, "/help/search?q=return%20label");
        await visit.Page.FillAsync("textarea", "words");
        for (var i = 0; i < 4; i++) await visit.Page.ClickAsync("#dead");
        await visit.Page.EvaluateAsync("go('/somewhere/else'); engagement.track('custom', { name: 'x' }); engagement.suggestions()");
        await Task.Delay(2_500);
        await visit.Page.ReloadAsync();
        await Task.Delay(500);
        Assert.Empty(visit.Requests);
        Assert.Equal(0, await visit.StoredAsync());

        await visit.ConsentAsync();
        await visit.UntilSentAsync("page_viewed", "product_added");
        await Patience.UntilAsync(() => visit.Taken.Count >= 2, () => string.Join(' ', visit.Requests));
        Assert.All(visit.Sent, e => Assert.True(e.GetProperty("privacy").GetProperty("consent").GetBoolean()));
        Assert.True(await visit.StoredAsync() > 0);
        await StateIsKnownAsync(await visit.VisitorAsync());
        Assert.Empty(visit.Troubles);
    }

    [BrowserFact]
    public async Task Consent_Withdrawn_ErasesWhatWasKept_AndSilencesEveryTab()
    {
        await using var person = await browser.NewPersonAsync();
        var first = await OpenAsync(person);
        var second = await OpenAsync(person);
        await first.ConsentAsync();
        await second.ConsentAsync();
        await first.UntilSentAsync("page_viewed");
        await second.UntilSentAsync("page_viewed");

        await first.ConsentAsync("false");
        Assert.Equal(0, await first.StoredAsync());
        await Task.Delay(300);
        var (before, beside) = (first.Requests.Count, second.Requests.Count);
        foreach (var visit in (ShopVisit[])[first, second]) await visit.Page.EvaluateAsync("go('/after'); engagement.track('custom')");
        await Task.Delay(1_500);
        Assert.Equal((before, beside), (first.Requests.Count, second.Requests.Count));
        Assert.Equal(0, await second.StoredAsync());
        Assert.Null(await first.Page.EvaluateAsync<string?>("engagement.visitor()"));
    }

    [BrowserFact]
    public async Task Consent_ToReadAlone_StoresNothing_AndTabsStillAreOneVisitor()
    {
        await using var person = await browser.NewPersonAsync();
        var first = await OpenAsync(person);
        await first.ConsentAsync("{ read: true, store: false }");
        await first.UntilSentAsync("page_viewed");
        var second = await OpenAsync(person);
        await second.ConsentAsync("{ read: true, store: false }");
        Assert.Equal(await first.VisitorAsync(), await second.VisitorAsync());
        await second.UntilSentAsync("page_viewed");
        Assert.Equal(0, await first.StoredAsync());
        Assert.Equal(0, await second.StoredAsync());
    }

    [BrowserFact]
    public async Task GlobalPrivacyControl_WithConsent_KeepsNothingPastTheVisit()
    {
        await using var person = await browser.NewPersonAsync();
        await person.AddInitScriptAsync("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })");
        await person.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Sec-GPC"] = "1" });
        var visit = await OpenAsync(person);
        await Task.Delay(500);
        Assert.Empty(visit.Requests);
        Assert.Equal(0, await visit.StoredAsync());
        await visit.ConsentAsync();
        await visit.UntilSentAsync("page_viewed");
        Assert.True(visit.Sent.First().GetProperty("privacy").GetProperty("gpc").GetBoolean());
        Assert.Equal(2, await visit.Page.EvaluateAsync<int>("JSON.stringify(localStorage).length"));
        var visitor = await visit.VisitorAsync();
        await visit.GoAsync("/next");
        await visit.ConsentAsync();
        Assert.Equal(visitor, await visit.VisitorAsync());
    }

    [BrowserFact]
    public async Task DoNotTrack_IsAnObjection_WhateverTheSiteSays()
    {
        await using var person = await browser.NewPersonAsync();
        await person.AddInitScriptAsync("Object.defineProperty(navigator, 'doNotTrack', { value: '1' })");
        Site.Attributes = "data-consent=\"notRequired\"";
        var visit = await OpenAsync(person);
        await visit.ConsentAsync();
        await visit.Page.EvaluateAsync("go('/somewhere')");
        await Task.Delay(1_000);
        Assert.Empty(visit.Requests);
        Assert.Equal(0, await visit.StoredAsync());
    }

    [BrowserFact]
    public async Task Visit_IsHeardFromAddressDataLayerJsonLdAndMarks()
    {
        await using var person = await browser.NewPersonAsync();
        Site.Attributes = "data-consent=\"notRequired\"";
        var visit = await OpenAsync(person, "/p/lamp");
        await visit.UntilSentAsync("page_viewed", "product_viewed");
        Assert.Equal(49.5, Last("product_viewed").GetProperty("product").GetProperty("price").GetDouble());

        await visit.Page.EvaluateAsync("""
            gtag('event', 'add_to_cart', { items: [{ item_id: 'lamp-1', item_name: 'Lamp', quantity: 2, price: 49.5 }] });
            dataLayer.push({ event: 'view_cart', ecommerce: { value: 99, items: [{ item_id: 'lamp-1', quantity: 2 }] } });
            dataLayer.push({ event: 'add_shipping_info', ecommerce: { value: 99, items: [] } });
            dataLayer.push({ event: 'gtm.js' }, null, 7);
            """);
        await visit.UntilSentAsync("product_added", "cart_viewed", "checkout_step_completed");
        Assert.Equal(2, Last("product_added").GetProperty("product").GetProperty("quantity").GetInt32());
        Assert.Equal((2, 99), (Last("cart_viewed").GetProperty("cart").GetProperty("items").GetInt32(), Last("cart_viewed").GetProperty("cart").GetProperty("value").GetInt32()));
        Assert.Equal("shipping_info", Last("checkout_step_completed").GetProperty("name").GetString());

        await visit.GoAsync("/help/search?q=send%20back&n=2");
        await visit.UntilSentAsync("search_performed");
        var search = Last("search_performed").GetProperty("search");
        Assert.Equal(("send back", 2, "help"), (search.GetProperty("query").GetString(), search.GetProperty("resultCount").GetInt32(), search.GetProperty("scope").GetString()));
        // The page stays, so that the browser's driver sees the request; a page that goes sends it by beacon.
        await visit.Page.EvaluateAsync("document.addEventListener('click', event => event.preventDefault(), { once: true })");
        await visit.Page.ClickAsync("text=Article 1");
        await visit.UntilSentAsync("search_result_opened");
        await visit.GoAsync("/help/a/1");
        await visit.UntilSentAsync("article_viewed");
        Assert.Equal("/help/a/1", Last("search_result_opened").GetProperty("article").GetProperty("id").GetString());
        Assert.Equal("returns", Last("article_viewed").GetProperty("article").GetProperty("id").GetString());
        await visit.Page.ClickAsync("[data-engagement-helpful]");
        await visit.UntilSentAsync("article_rated");
        Assert.False(Last("article_rated").GetProperty("article").GetProperty("helpful").GetBoolean());

        for (var i = 0; i < 3; i++) await visit.Page.ClickAsync("#dead");
        await visit.Page.ClickAsync("text=Order");
        await visit.UntilSentAsync("rage_clicked", "form_error");
        Assert.Equal("order", Last("form_error").GetProperty("name").GetString());

        var views = visit.Sent.Count(e => ShopVisit.TypeOf(e) == "page_viewed");
        await visit.Page.EvaluateAsync("go('/a/route?x=1')");
        await Patience.UntilAsync(() => visit.Sent.Count(e => ShopVisit.TypeOf(e) == "page_viewed") == views + 1, () => "route");
        await visit.Page.EvaluateAsync("go('/a/route?x=1#part')");
        await visit.Page.GoBackAsync();
        await visit.Page.GoBackAsync();
        await Patience.UntilAsync(() => visit.Sent.Count(e => ShopVisit.TypeOf(e) == "page_viewed") == views + 2, () => "back");
        // Within the site nobody leaves it.
        Assert.DoesNotContain(visit.Sent, e => ShopVisit.TypeOf(e) == "page_left" && !Url(e).Contains("/p/", StringComparison.Ordinal));
        Assert.Empty(visit.Troubles);

        JsonElement Last(string type) => visit.Sent.Last(e => ShopVisit.TypeOf(e) == type);
        static string Url(JsonElement e) => e.GetProperty("page").GetProperty("url").GetString()!;
    }

    [BrowserFact]
    public async Task Server_Away_EventsWaitOnTheDevice_AndArriveOnceWhenItIsBack()
    {
        await using var person = await browser.NewPersonAsync();
        // The SDK's own file comes from the server that is away: from the browser's cache.
        var visit = await OpenAsync(person);
        await visit.ConsentAsync();
        await visit.UntilSentAsync("page_viewed");
        await Patience.UntilAsync(() => visit.Taken.Count > 0, () => "first event");
        var before = visit.Taken.Count;
        Assert.Equal(0, await Server.StopAsync());

        await visit.Page.EvaluateAsync("for (const name of ['one', 'two', 'three']) engagement.track('custom', { name })");
        await Patience.UntilAsync(() => visit.Page.EvaluateAsync<bool>("Object.keys(localStorage).some(name => name.startsWith('engagement.queue.') && localStorage[name].includes('three'))"), () => "kept");
        // The page goes while they wait; the next one finds them.
        await visit.GoAsync("/next");
        await visit.ConsentAsync();
        await Task.Delay(1_000);
        Assert.Equal(before, visit.Taken.Count);

        await Server.StartAgainAsync();
        await Patience.UntilAsync(() => Names().Count == 3, () => string.Join(' ', Names()), seconds: 30);
        await Task.Delay(1_500);
        Assert.Equal(["one", "two", "three"], Names());
        Assert.Equal(visit.Taken.Distinct().Count(), visit.Taken.Count);
        Assert.Equal("[]", await visit.Page.EvaluateAsync<string>("JSON.stringify(Object.keys(localStorage).filter(name => name.startsWith('engagement.queue.')))"));

        List<string> Names() => [.. visit.Taken.Select(id => visit.Sent.First(e => e.GetProperty("id").GetString() == id))
            .Where(e => e.TryGetProperty("name", out _)).Select(e => e.GetProperty("name").GetString()!)];
    }

    [BrowserFact]
    public async Task Page_Closing_SaysSoByBeacon_WithWhatWasNotSentYet()
    {
        await using var person = await browser.NewPersonAsync();
        Site.Attributes = "data-consent=\"notRequired\"";
        var visit = await OpenAsync(person);
        await visit.UntilSentAsync("page_viewed");
        var visitor = await visit.VisitorAsync();
        using (var before = await Server.GetJsonAsync($"/v1/should-engage?visitor={visitor}"))
            Assert.DoesNotContain("left_site", before.RootElement.GetRawText(), StringComparison.Ordinal);
        await visit.Page.EvaluateAsync("engagement.track('search_performed', { search: { query: 'last words', resultCount: 0, scope: 'help' } }); location.href = 'about:blank'");
        await Patience.UntilAsync(async () =>
        {
            using var now = await Server.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
            var text = now.RootElement.GetRawText();
            return text.Contains("left_site", StringComparison.Ordinal) && text.Contains("no_result", StringComparison.OrdinalIgnoreCase);
        }, () => "left");
    }

    /// <summary>The tracker's id, signed by the site's server, is the one that the invitation is for.</summary>
    [BrowserFact]
    public async Task SignedVisitor_IsAdoptedByTheInvitationOnlyBuild_WhichSendsNoEvents()
    {
        await using var person = await browser.NewPersonAsync();
        const string visitor = "tracker-4711";
        var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
        var secret = (await File.ReadAllTextAsync(Path.Combine(Server.Data, "secrets", "demo.secret"))).Trim();
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(SecretBytes(secret), Encoding.UTF8.GetBytes($"visitor-signature\ndemo\n{visitor}\n{expires}")));
        Site.File = "engagement-invitation.js";
        Site.PageScript = $"window.engagementOptions = {{ consent: 'notRequired', visitor: {{ visitor: '{visitor}', signature: '{signature}', expires: {expires} }} }};";
        var visit = await OpenAsync(person);
        Assert.Equal(visitor, await visit.VisitorAsync());
        await visit.Page.EvaluateAsync("go('/somewhere')");

        Assert.True(await Server.TrySetPresenceAsync("anna", 1));
        var events = string.Join('\n', ((string[])["return label", "print return label", "returns label missing"]).Select((query, i) =>
            $$$"""{"id":"t{{{i}}}","visitor":"{{{visitor}}}","type":"search_performed","search":{"query":"{{{query}}}","resultCount":0,"scope":"help"}}"""));
        await Server.PostEventsAsync(Encoding.UTF8.GetBytes(events));
        await visit.ExpectInvitationAsync();
        Assert.Empty(visit.Sent);
        Assert.Empty(visit.Troubles);
    }

    /// <summary>As the server reads the secret's file.</summary>
    private static byte[] SecretBytes(string text) => Encoding.UTF8.GetBytes(text);

    [BrowserFact]
    public async Task AskAPerson_WithoutConsent_DoesWhatTheSiteSays_AndSendsNothing()
    {
        await using var person = await browser.NewPersonAsync();
        Site.Body = "<button type='button' data-engagement-ask>A person, please</button>";
        Site.PageScript = "window.engagementOptions = { askAPerson: () => { document.title = 'asked'; } };";
        var visit = await OpenAsync(person);
        await visit.Page.ClickAsync("[data-engagement-ask]");
        await visit.Page.WaitForFunctionAsync("document.title === 'asked'");
        Assert.Empty(visit.Requests);
        Assert.Equal(0, await visit.StoredAsync());
    }

    private async Task StateIsKnownAsync(string visitor) => await Patience.UntilAsync(async () =>
    {
        using var answer = await Server.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
        return answer.RootElement.GetProperty("decisionId").ValueKind == JsonValueKind.String;
    }, () => "no session");
}
