using System.Collections.Immutable;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Core.Tests.Cards;

public sealed class InvitationComposerTests
{
    private static SiteModel Site(params (string Key, string Text)[] copy) => new()
    {
        Id = "shop",
        Mode = SiteMode.Live,
        Secret = new SiteSecret(new byte[32]),
        Copy = copy.ToImmutableDictionary(c => c.Key, c => c.Text),
    };

    private static InvitationMessage Compose(SiteModel site, string? language, string? agent = null, float[]? vector = null) =>
        InvitationComposer.Compose(new OfferId(Told.Session, 1), Told.Assessment(vector ?? Visitors.Flounderer, 0.8f), site, language, Visitors.Noon,
            Visitors.Noon + TimeSpan.FromSeconds(45), agent);

    [Theory]
    [InlineData("en", "It is fine to say no")]
    [InlineData("de", "Ein Nein ist völlig in Ordnung")]
    [InlineData("nl", "Nee zeggen mag gerust")]
    [InlineData("es", "Puede decir que no")]
    public void Compose_InEachLanguageAndState_SaysThatItIsAChatAndThatNoIsFine(string language, string no)
    {
        foreach (var vector in (float[][])[Visitors.Flounderer, Visitors.Comparer])
        {
            var invitation = Compose(Site(), language, vector: vector);

            Assert.Contains(no, invitation.Text, StringComparison.Ordinal);
            Assert.Matches("(?i)chat", invitation.Text);
            Assert.Equal(language, invitation.Language);
            Assert.NotEmpty(invitation.Why!.Value);
            Assert.Null(invitation.Agent);
        }
    }

    [Theory]
    [InlineData("en", "Mia from our team is free")]
    [InlineData("de", "Mia aus unserem Team hat")]
    [InlineData("nl", "Mia van ons team heeft")]
    [InlineData("es", "Mia, de nuestro equipo, puede")]
    public void Compose_WithAName_NamesTheLeasedAgent(string language, string words)
    {
        var invitation = Compose(Site(), language, "Mia");

        Assert.Contains(words, invitation.Text, StringComparison.Ordinal);
        Assert.Equal("Mia", invitation.Agent);
    }

    [Fact]
    public void Compose_WithTheSitesOwnCopy_UsesItForItsStateAndLanguage()
    {
        var site = Site(("floundering.en", "Stuck? {agent} can chat. No is fine."), ("floundering.de", "Hängen Sie fest?"));

        Assert.Equal("Stuck? Mia can chat. No is fine.", Compose(site, "en", "Mia").Text);
        Assert.Equal("Hängen Sie fest?", Compose(site, "de").Text);
        Assert.StartsWith("Any question", Compose(site, "en", vector: Visitors.Comparer).Text!, StringComparison.Ordinal);
    }

    /// <summary>The built-in words know four languages; a site may know more.</summary>
    [Theory]
    [InlineData("fr-CA", "fr", "Introuvable ? Non merci convient.", "Chat now")]
    [InlineData("fr", "fr", "Introuvable ? Non merci convient.", "Chat now")]
    [InlineData("frr", "en", "Not finding", "Chat now")]
    [InlineData("it", "en", "Not finding", "Chat now")]
    public void Compose_WithTheSitesOwnCopyInAnotherLanguage_SpeaksIt(string spoken, string language, string text, string accept)
    {
        var invitation = Compose(Site(("floundering.fr", "Introuvable ? Non merci convient."), ("floundering.it", "{agent}?")), spoken);

        Assert.StartsWith(text, invitation.Text!, StringComparison.Ordinal);
        Assert.Equal((language, accept), (invitation.Language, invitation.Labels!.Accept));
    }

    [Fact]
    public void Compose_WithOwnCopyThatNamesSomeoneAndNobodyToName_KeepsToTheBuiltInWords() =>
        Assert.StartsWith("Not finding", Compose(Site(("floundering.en", "{agent} is here for you.")), "en").Text!, StringComparison.Ordinal);

    [Fact]
    public void Compose_WithAHostileAgentName_ShowsItPlainly() =>
        Assert.Equal("<b>Mia", Compose(Site(), "en", "\u202E<b>\nMia").Agent?.Replace(" ", "", StringComparison.Ordinal));
}
