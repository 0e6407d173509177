using Core.Tests.Cards;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Core.Tests.Contracts;

public sealed class ShouldEngageComposerTests
{
    private static readonly AgentAvailability _free = new(1, 1);
    private static readonly OfferId _offerId = new(Told.Session, 1);
    private static readonly Instant _expiry = Visitors.Noon + TimeSpan.FromSeconds(45);

    private static ShouldEngageQuestion Question(Assessment? assessment, SiteModel? site = null, TimeSpan later = default) => new()
    {
        Assessment = assessment,
        Site = site ?? Visitors.Site(),
        Now = Visitors.Noon + later,
        Availability = _free,
    };

    private static Assessment Flounderer(OfferStatus offer = OfferStatus.None) => Told.Assessment(Visitors.Flounderer, offer: offer);

    private static StoredOffer Offer(OfferStatus status) => new()
    {
        Site = "shop",
        Visitor = new VisitorKey(3, 4),
        Offer = _offerId,
        Agent = "mia",
        Status = status,
        ExpiresAt = _expiry,
        Invitation = InvitationComposer.Compose(_offerId, Flounderer(), Visitors.Site(), "en", Visitors.Noon, _expiry).ToJson(),
        Card = default,
    };

    private static IEnumerable<string> BlockersOf(ShouldEngageAnswer answer) => answer.Blockers.Select(b => b.Code);

    [Fact]
    public void Compose_ForAFloundererWithAnAgentFree_Engages()
    {
        var answer = ShouldEngageComposer.Compose(Flounderer(), Visitors.Site(), Visitors.Noon, _free, null);

        Assert.True(answer.Engage);
        Assert.Equal(VisitorState.Floundering, answer.State);
        Assert.Empty(answer.Blockers);
        Assert.Empty(answer.WouldEngageIf);
        Assert.Null(answer.Invitation);
    }

    [Fact]
    public void Compose_WithNobodyFree_SaysSoAndWhatWouldHelp()
    {
        var site = new SiteModel
        {
            Id = "shop", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Floundering = PublishedStruggleRules.Instance,
        };
        var answer = ShouldEngageComposer.Compose(Question(Flounderer(), site) with { Availability = default });

        Assert.False(answer.Engage);
        Assert.Equal(["nobody_free"], BlockersOf(answer));
        Assert.Equal(["agent_free"], answer.WouldEngageIf.Select(c => c.Code));
    }

    [Fact]
    public void Compose_WhereTheLastAttemptFoundNobodyAndNowSomebodyIs_Engages() =>
        Assert.True(ShouldEngageComposer.Compose(Question(Flounderer() with { Blockers = Blockers.NobodyFree })).Engage);

    [Fact]
    public void Compose_WithoutASignOfPresence_IsStale()
    {
        Assert.Empty(ShouldEngageComposer.Compose(Question(Flounderer(), later: Limits.PresenceAgeMax)).Blockers);
        Assert.Equal(["stale"], BlockersOf(ShouldEngageComposer.Compose(Question(Flounderer(), later: Limits.PresenceAgeMax + TimeSpan.FromMilliseconds(1)))));
        Assert.Empty(ShouldEngageComposer.Compose(Question(Flounderer(), later: TimeSpan.FromMinutes(1)) with { Present = true }).Blockers);
    }

    [Theory]
    [InlineData(SiteMode.Off, "site_off")]
    [InlineData(SiteMode.Observe, "observing")]
    public void Compose_ByTheSitesModeNow_Blocks(SiteMode mode, string blocker) =>
        Assert.Equal([blocker], BlockersOf(ShouldEngageComposer.Compose(Question(Flounderer(), Visitors.Site(mode)))));

    [Theory]
    [InlineData(OfferStatus.Open)]
    [InlineData(OfferStatus.Seen)]
    public void Compose_WithAnOpenOffer_GivesItBackCountedDown(OfferStatus status)
    {
        var question = Question(Flounderer(), later: TimeSpan.FromSeconds(10)) with { Offer = Offer(status), Availability = default };
        var answer = ShouldEngageComposer.Compose(question);

        Assert.True(answer.Engage);
        Assert.Empty(answer.Blockers);
        Assert.Equal(35_000, answer.Invitation!.ExpiresInMs);
        Assert.Equal(_offerId.ToString(), answer.Invitation.Id);
    }

    [Fact]
    public void Compose_WithAnOfferThatLapsed_GivesNoInvitation()
    {
        var answer = ShouldEngageComposer.Compose(Question(Flounderer(), later: TimeSpan.FromSeconds(45)) with { Offer = Offer(OfferStatus.Open), Present = true });

        Assert.False(answer.Engage);
        Assert.Null(answer.Invitation);
        Assert.Equal(["offer_open"], BlockersOf(answer));
    }

    [Fact]
    public void Compose_AtASiteSwitchedOff_KeepsAnOpenInvitationBack()
    {
        var answer = ShouldEngageComposer.Compose(Question(Flounderer(), Visitors.Site(SiteMode.Off)) with { Offer = Offer(OfferStatus.Open) });

        Assert.False(answer.Engage);
        Assert.Null(answer.Invitation);
    }

    [Fact]
    public void Compose_WithAConversation_DoesNotInviteAgain() =>
        Assert.Equal(["in_conversation"], BlockersOf(ShouldEngageComposer.Compose(Question(Flounderer()) with { Offer = Offer(OfferStatus.Claimed) })));

    [Fact]
    public void Compose_AfterADecline_SaysNoForLong()
    {
        var answer = ShouldEngageComposer.Compose(Question(Flounderer(OfferStatus.Declined)));

        Assert.Equal(["declined"], BlockersOf(answer));
        Assert.Empty(answer.WouldEngageIf);
        Assert.True(answer.AskAgainAfter - Visitors.Noon >= TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Compose_WithEvidence_SuggestsArticles()
    {
        var site = new SiteModel
        {
            Id = "help", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Articles = [new SiteArticle("a1", "Print a return label", "/r")],
        };
        var question = Question(Flounderer(), site) with { Availability = default, Evidence = Told.Searches("return label") };

        Assert.Equal("a1", Assert.Single(ShouldEngageComposer.Compose(question).Articles).Id);
    }

    [Fact]
    public void ComposeUtf8_ForABrowser_KeepsEverythingElseBack()
    {
        var json = System.Text.Encoding.UTF8.GetString(
            ShouldEngageComposer.ComposeUtf8(Question(Flounderer()) with { Offer = Offer(OfferStatus.Open) }, forBrowser: true, out _));

        Assert.All(["state", "probabilities", "reasons", "blockers", "wouldEngageIf", "decisionId", "modelVersion"],
            name => Assert.DoesNotContain($"\"{name}\"", json, StringComparison.Ordinal));
        Assert.Contains("\"invitation\"", json, StringComparison.Ordinal);
    }

    /// <summary>Kept answers must not outlive their truth: just before validUntil nothing but times has changed.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 12)]
    [InlineData(false, 16)]
    [InlineData(true, 0)]
    [InlineData(true, 44)]
    public void ComposeUtf8_UntilItsTime_StaysTrue(bool withOffer, int secondsLater)
    {
        var site = Visitors.Site(policy: new SitePolicy { Hours = [new OpeningHours(DayOfWeek.Sunday, new TimeOnly(12, 0), new TimeOnly(12, 0, 14))] });
        var question = Question(Flounderer(), site, TimeSpan.FromSeconds(secondsLater)) with { Offer = withOffer ? Offer(OfferStatus.Open) : null };
        ShouldEngageComposer.ComposeUtf8(question, forBrowser: false, out var validUntil);
        Assert.True(validUntil > question.Now);

        var first = ShouldEngageComposer.Compose(question);
        var last = ShouldEngageComposer.Compose(question with { Now = new Instant(validUntil.UnixMs - 1) });

        Assert.Equal(first.Engage, last.Engage);
        Assert.Equal(BlockersOf(first), BlockersOf(last));
        Assert.Equal(first.WouldEngageIf, last.WouldEngageIf);
    }
}
