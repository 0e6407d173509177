using System.Text;
using Engagement.Core.Sites;
using Engagement.Engine.Sites;

namespace Hosts.Tests.Sites;

public sealed class SiteFileTests
{
    private const string Hash = "0f0e0d0c0b0a090807060504030201000f0e0d0c0b0a09080706050403020100";

    [Fact]
    public void Read_EverythingWrong_NamesEveryErrorWithItsPathAndWhatIsAllowed()
    {
        var errors = Validate("""
            {
              "site": "Shop!",
              "mode": "on",
              "holdout": 0.1,
              "timeZone": "Europe/Nowhere",
              "origins": ["https://shop.example/path"],
              "keys": [{ "role": "replay", "sha256": "abc" }, { "role": "write" }],
              "secret": { "env": "A", "file": "b" },
              "policy": { "lease": "3h", "holdout": 1.5, "offersPerHourMax": -1, "languages": ["EN"], "hours": [{ "days": ["monday"], "from": "18:00", "to": "09:00" }] },
              "pages": { "neverRead": ["checkout"] },
              "copy": { "exploring.en": "Hello" },
              "articles": [{ "id": "a", "title": "A", "url": "javascript:alert(1)" }],
              "retention": "1y"
            }
            """);

        Assert.Equal(
            [
                "$.articles", "$.copy.exploring.en", "$.holdout", "$.keys[0].role", "$.keys[0].sha256", "$.keys[1].sha256", "$.mode", "$.origins[0]",
                "$.pages.neverRead[0]", "$.policy.holdout", "$.policy.hours", "$.policy.languages[0]", "$.policy.lease", "$.policy.offersPerHourMax",
                "$.retention", "$.secret", "$.site", "$.site", "$.timeZone",
            ],
            errors.Select(e => e.Path).Order(StringComparer.Ordinal));
        Assert.All(errors, e => Assert.True(e.Message.Contains("llowed", StringComparison.Ordinal) || e.Path == "$.secret", e.ToString()));
    }

    [Fact]
    public void Read_UnknownProperty_NamesTheNearest()
    {
        var error = Assert.Single(Validate("""{ "site": "shop", "secret": { "env": "X" }, "policy": { "leese": "45s" } }"""));
        Assert.Equal("$.policy.leese", error.Path);
        Assert.Contains("did you mean \"lease\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{ \"site\": ")]
    [InlineData("\"text\"")]
    [InlineData("{\"site\":\"shop\",\"site\":\"shop\",\"secret\":{\"env\":\"X\"}}")]
    public void Read_NotASite_IsAnErrorAndNeverAnException(string text) => Assert.NotEmpty(Validate(text));

    [Fact]
    public void Read_CommentsTrailingCommasAndByteOrderMark_AreAllowed() =>
        Assert.Empty(Validate("\uFEFF{ /* a shop */ \"site\": \"shop\", // its name\n \"secret\": { \"env\": \"X\" }, }"));

    [Theory]
    [InlineData("\"need\": \"released\"", "")]
    [InlineData("\"need\": \"none\"", "")]
    [InlineData("\"need\": \"models/need.json\"", "")]
    [InlineData("\"need\": \"\"", "$.models.need")]
    [InlineData("\"need\": 3", "$.models.need")]
    [InlineData("\"need\": null", "$.models.need")]
    [InlineData("\"needs\": \"released\"", "$.models.needs")]
    public void Read_NeedModel_IsTextOrAnError(string member, string path) => Assert.Equal(
        path.Length == 0 ? [] : [path], Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "models": { {{member}} } }""").Select(e => e.Path));

    [Theory]
    [InlineData("\"silent\"", "")]
    [InlineData("\"said\"", "")]
    [InlineData("true", "$.card.noArticle")]
    [InlineData("\"sometimes\"", "$.card.noArticle")]
    public void Read_NoArticle_IsSilentSaidOrAnError(string value, string path) => Assert.Equal(
        path.Length == 0 ? [] : [path], Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "card": { "noArticle": {{value}} } }""").Select(e => e.Path));

    [Theory]
    [InlineData("\"events\": { \"onlyTypes\": [\"page_viewed\"], \"neverProperties\": [\"page.title\", \"traits\"] }, \"pages\": { \"onlyRead\": [\"/shop\"] }", "")]
    [InlineData("\"events\": { \"onlyTypes\": [\"Page Viewed\"] }", "$.events.onlyTypes[0]")]
    [InlineData("\"events\": { \"neverTypes\": \"heartbeat\" }", "$.events.neverTypes")]
    [InlineData("\"events\": { \"onlyTypes\": [\"heartbeat\"], \"neverTypes\": [\"heartbeat\"] }", "$.events")]
    [InlineData("\"events\": { \"neverProperties\": [\"search.query\"] }", "$.events.neverProperties[0]")]
    [InlineData("\"events\": { \"neverProperties\": [\"a.b.c\"] }", "$.events.neverProperties[0]")]
    [InlineData("\"events\": { \"onlyProperties\": [\"page.title\"] }", "$.events.onlyProperties[0]")]
    [InlineData("\"events\": { \"types\": [] }", "$.events.types")]
    [InlineData("\"pages\": { \"onlyRead\": [\"shop\"] }", "$.pages.onlyRead[0]")]
    [InlineData("\"keys\": [{ \"role\": \"write\", \"sha256\": \"" + Hash + "\", \"sender\": \"server\" }]", "")]
    [InlineData("\"keys\": [{ \"role\": \"write\", \"sha256\": \"" + Hash + "\", \"sender\": \"phone\" }]", "$.keys[0].sender")]
    [InlineData("\"keys\": [{ \"role\": \"api\", \"sha256\": \"" + Hash + "\", \"sender\": \"server\" }]", "$.keys[0].sender")]
    [InlineData("\"keys\": [{ \"role\": \"agent\", \"sha256\": \"" + Hash + "\", \"agent\": \"mira\" }]", "")]
    [InlineData("\"keys\": [{ \"role\": \"agent\", \"sha256\": \"" + Hash + "\", \"agent\": \"mi ra\" }]", "$.keys[0].agent")]
    [InlineData("\"keys\": [{ \"role\": \"api\", \"sha256\": \"" + Hash + "\", \"agent\": \"mira\" }]", "$.keys[0].agent")]
    public void Read_WhatIsTakenAtTheDoor_IsReadOrAnError(string members, string path) => Assert.Equal(
        path.Length == 0 ? [] : [path], Validate($$"""{ "site": "shop", "secret": { "env": "X" }, {{members}} }""").Select(e => e.Path));

    [Fact]
    public void Validate_TwoKeysOfARole_AreARotationAndThreeAreNot()
    {
        string Keys(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{ "role": "write", "sha256": "{{i}}{{Hash[1..]}}" }"""));
        Assert.Empty(Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "keys": [{{Keys(2)}}] }"""));
        Assert.Equal("$.keys", Assert.Single(Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "keys": [{{Keys(3)}}] }""")).Path);

        // Of each agent, too.
        string Agents(int count, int each) => string.Join(',', Enumerable.Range(0, count * each).Select(i => $$"""{ "role": "agent", "agent": "a{{i % count}}", "sha256": "{{i:x4}}{{Hash[4..]}}" }"""));
        Assert.Empty(Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "keys": [{{Agents(100, 2)}}] }"""));
        Assert.All(Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "keys": [{{Agents(2, 3)}}] }"""), e => Assert.Equal("$.keys", e.Path));
        Assert.Equal(2, Validate($$"""{ "site": "shop", "secret": { "env": "X" }, "keys": [{{Agents(2, 3)}}] }""").Count);
    }

    [Fact]
    public void Read_Silent_StartsInObserveWithConsentRequired()
    {
        using var directory = new SiteFiles();
        directory.Write("shop", """{ "site": "shop", "secret": { "file": "shop.secret" } }""");
        directory.WriteSecret("shop.secret");

        var reading = directory.Read();

        var site = Assert.Single(reading.Catalog.Sites);
        Assert.Empty(reading.Errors);
        Assert.Equal((SiteMode.Observe, ConsentRule.Required, SiteClock.Wall), (site.Mode, site.Consent, site.Clock));
        Assert.Equal(0.05f, site.Policy.HoldoutShare);
    }

    [Theory]
    [InlineData("45s", 45)]
    [InlineData("5min", 300)]
    [InlineData("2h", 7_200)]
    [InlineData("7d", 604_800)]
    public void TryDuration_Units_AreRead(string text, int seconds)
    {
        Assert.True(SiteSectionReader.TryDuration(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("45")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("99999999s")]
    [InlineData("")]
    public void TryDuration_AnythingElse_IsRefused(string text) => Assert.False(SiteSectionReader.TryDuration(text, out _));

    private static List<SiteConfigError> Validate(string json)
    {
        var errors = new List<SiteConfigError>();
        if (SiteFileReader.Read(Encoding.UTF8.GetBytes(json), "shop.json", errors) is { } site) SiteValidator.Validate(site, "shop.json", errors);
        return errors;
    }
}
