using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Core.Tests.Cards;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Features;

namespace Core.Tests.Contracts;

/// <summary>The wire form, word for word: a change here is a change of the contract.</summary>
public sealed class ContractJsonTests
{
    private static readonly OfferId _offer = new(Told.Session, 1);
    private static readonly Instant _expiry = Visitors.Noon + TimeSpan.FromSeconds(45);

    private static ContextCard Card() =>
        CardComposer.Compose(Told.Assessment(Visitors.Flounderer), Told.Searches("return label", "print return label"), Visitors.Site());

    private static void AssertJson(string expected, byte[] actual)
    {
        var node = JsonNode.Parse(actual)!;
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), node.ToJsonString());
    }

    [Fact]
    public void CardMessage_OfReservedCard_IsTheContracts() => AssertJson(
        """
        {"v":1,"kind":"reserved","site":"shop","offer":"o_00000000000000010000000000000002_1","agent":"mia","expiresAt":"2026-11-22T12:00:45.000Z",
         "reserved":{"state":"floundering","stateText":"Searching and not finding","language":"en","urgency":0.8,"reasons":[
          {"code":"similar_searches","text":"Searched 4 times for similar things"},
          {"code":"no_results","text":"3 searches found nothing"},
          {"code":"nothing_opened","text":"The last 4 searches led nowhere"}]}}
        """,
        CardMessage.ForReserved("shop", _offer, "mia", _expiry, CardComposer.Reserve(Card())).ToJson());

    [Fact]
    public void CardMessage_OfFullCard_IsTheContracts()
    {
        var card = Card();
        AssertJson($$"""
        {"v":1,"kind":"full","site":"shop","offer":"o_00000000000000010000000000000002_1","agent":"mia",
         "card":{"state":"floundering","stateText":"Searching and not finding","language":"en","urgency":0.8,"confidence":0.8,
          "need":"Return label","needIsClear":true,"suggestedOpener":"Hello! What are you trying to find about “Return label”?",
          "reasons":[{"code":"similar_searches","text":"Searched 4 times for similar things"},
           {"code":"no_results","text":"3 searches found nothing"},
           {"code":"nothing_opened","text":"The last 4 searches led nowhere"}],
          "queries":[{"id":"{{card.Queries[0].Id}}","text":"return label","resultCount":0,"scope":"help","opened":0,"times":1,"at":"2026-11-22T11:58:30.000Z"},
           {"id":"{{card.Queries[1].Id}}","text":"print return label","resultCount":0,"scope":"help","opened":0,"times":1,"at":"2026-11-22T11:58:40.000Z"}],
          "pages":[],"cart":[],"articles":[],
          "notKnown":[{"code":"identity","text":"Who this is: nobody asked"},
           {"code":"earlier_visits","text":"Earlier visits: they are never looked at"},
           {"code":"cart","text":"No cart was seen"}],
          "approvalNeeded":false
         }
        }
        """,
        CardMessage.ForFull("shop", _offer, "mia", null, card).ToJson());
        Assert.Matches("^q[0-9a-f]{6}$", card.Queries[0].Id);
    }

    [Fact]
    public void CardMessage_OfEndings_IsTheContracts()
    {
        AssertJson("""{"v":1,"kind":"withdrawn","site":"shop","offer":"o_00000000000000010000000000000002_1","cause":"declined"}""",
            CardMessage.ForWithdrawn("shop", _offer, "declined").ToJson());
        AssertJson("""{"v":1,"kind":"expired","site":"shop","offer":"o_00000000000000010000000000000002_1","cause":"lapsed"}""",
            CardMessage.ForExpired("shop", _offer, "lapsed").ToJson());
        AssertJson("""{"v":1,"kind":"claimed","site":"shop","offer":"o_00000000000000010000000000000002_1","agent":"mia"}""",
            CardMessage.ForClaimed("shop", _offer, "mia").ToJson());
    }

    [Fact]
    public void InvitationMessage_OfAnInvitation_IsTheContracts() => AssertJson(
        """
        {"v":1,"kind":"invitation","id":"o_00000000000000010000000000000002_1",
         "text":"Not finding what you need? Someone from our team is free to chat with you now. It is fine to say no.",
         "why":[{"code":"similar_searches","text":"Searched 4 times for similar things"},
          {"code":"no_results","text":"3 searches found nothing"},
          {"code":"nothing_opened","text":"The last 4 searches led nowhere"}],
         "labels":{"accept":"Chat now","decline":"No, thank you","why":"Why am I seeing this?"},
         "expiresAt":"2026-11-22T12:00:45.000Z","expiresInMs":45000,"language":"en"}
        """,
        InvitationComposer.Compose(_offer, Told.Assessment(Visitors.Flounderer), Visitors.Site(), "en-GB", Visitors.Noon, _expiry).ToJson());

    [Fact]
    public void InvitationMessage_OfEndings_IsTheContracts()
    {
        AssertJson("""{"v":1,"kind":"withdrawn","id":"o_00000000000000010000000000000002_1","cause":"agent_left"}""",
            InvitationMessage.ForWithdrawn(_offer, "agent_left").ToJson());
        AssertJson("""{"v":1,"kind":"claimed","id":"o_00000000000000010000000000000002_1","agent":"Mia"}""",
            InvitationMessage.ForClaimed(_offer, "Mia").ToJson());
        AssertJson("""{"v":1,"kind":"unclaimed","id":"o_00000000000000010000000000000002_1"}""", InvitationMessage.ForUnclaimed(_offer).ToJson());
    }

    [Fact]
    public void ShouldEngageAnswer_OfSilence_IsTheContracts() => AssertJson(
        """
        {"v":1,"decisionId":"d_00000000000000010000000000000002_4","engage":false,"state":"floundering",
         "probabilities":{"purposeful":0.1,"floundering":0.8},
         "reasons":[{"code":"similar_searches","text":"Searched 4 times for similar things"},
          {"code":"no_results","text":"3 searches found nothing"},
          {"code":"nothing_opened","text":"The last 4 searches led nowhere"}],
         "blockers":[{"code":"nobody_free","text":"Nobody is free"}],
         "wouldEngageIf":[],"articles":[],
         "threshold":{"purposeful":0.25,"floundering":0.5},"modelVersion":{},"policyVersion":"default",
         "asOf":"2026-11-22T12:00:00.000Z","askAgainAfter":"2026-11-22T12:00:05.000Z"}
        """,
        ShouldEngageComposer.ComposeUtf8(new ShouldEngageQuestion
        {
            Assessment = Told.Assessment(Visitors.Flounderer),
            Site = Visitors.Site(),
            Now = Visitors.Noon,
            Availability = default,
        }, forBrowser: false, out _));

    [Fact]
    public void ShouldEngageAnswer_OfAnUnknownVisitor_IsTheContracts() => AssertJson(
        """
        {"v":1,"decisionId":null,"engage":false,"state":"unknown","probabilities":{},"reasons":[],
         "blockers":[{"code":"not_enough_evidence","text":"Too little is known yet"}],"wouldEngageIf":[],"articles":[],
         "threshold":{"purposeful":0.25,"floundering":0.5},"modelVersion":{},"policyVersion":"default","asOf":null,
         "askAgainAfter":"2026-11-22T12:00:30.000Z"}
        """,
        ShouldEngageComposer.ComposeUtf8(
            new ShouldEngageQuestion { Site = Visitors.Site(), Now = Visitors.Noon, Availability = default }, forBrowser: false, out _));

    [Fact]
    public void BrowserAnswer_OfSilence_SaysNothingOfTheVisitor() => AssertJson(
        """{"v":1,"engage":false,"articles":[],"askAgainAfter":"2026-11-22T12:00:05.000Z"}""",
        ShouldEngageComposer.ComposeUtf8(new ShouldEngageQuestion
        {
            Assessment = Told.Assessment(Visitors.Flounderer),
            Site = Visitors.Site(),
            Now = Visitors.Noon,
            Availability = default,
        }, forBrowser: true, out _));

    [Fact]
    public void DecisionRecord_OfAChange_IsTheContracts()
    {
        var change = new DecisionChange("shop", new VisitorKey(3, 4), new DecisionId(Told.Session, 4), Visitors.Noon, true, VisitorState.Floundering,
            float.NaN, 0.8f, Reasons.NoResults | Reasons.Stillness, Blockers.NobodyFree | Blockers.OfferCap, OfferStatus.HeldOut, 1);

        AssertJson(
            $$"""
            {"v":1,"id":"d_00000000000000010000000000000002_4","epoch":9,"site":"shop","visitor":"00000000000000030000000000000004",
             "at":"2026-11-22T12:00:00.000Z","byTimer":true,"state":"floundering","probabilities":{"floundering":0.8},
             "threshold":{"purposeful":0.25,"floundering":0.5},"reasons":["no_results","stillness"],"blockers":["nobody_free","offer_cap"],
             "offerStatus":"held_out","offer":"o_00000000000000010000000000000002_1","modelVersion":{},"policyVersion":"default",
             "featureSchema":"{{FeatureSchema.Hash}}"}
            """,
            DecisionRecord.From(change, Visitors.Site(), epoch: 9).ToJson());
    }

    [Fact]
    public void OutcomeRecord_OfAClosedSession_NamesNeitherVisitorNorSession()
    {
        var json = Encoding.UTF8.GetString(OutcomeRecord.From(Closed(PrivacyScope.All), [1f, float.NaN], Visitors.Site())!.ToJson());

        Assert.DoesNotContain("00000000000000010000000000000002", json, StringComparison.Ordinal);
        Assert.DoesNotContain("00000000000000030000000000000004", json, StringComparison.Ordinal);
        AssertJson(
            $$"""
            {"v":1,"id":"{{JsonNode.Parse(json)!["id"]}}","site":"shop","hour":"2026-11-22T12:00:00.000Z","durationSeconds":600,"events":9,
             "state":"exploring","peakState":"floundering","offer":"accepted","offersMade":1,"orders":1,
             "probabilities":{"purposeful":0.1,"floundering":0.2},"cause":"gap","modelVersion":{},"policyVersion":"default",
             "featureSchema":"{{FeatureSchema.Hash}}","features":[1,null]}
            """, Encoding.UTF8.GetBytes(json));
    }

    [Theory]
    [InlineData(PrivacyScope.Score)]
    [InlineData(PrivacyScope.None)]
    public void OutcomeRecord_WithoutPermissionToTrain_IsNotMade(PrivacyScope privacy) =>
        Assert.Null(OutcomeRecord.From(Closed(privacy), [1f], Visitors.Site()));

    [Fact]
    public void OutcomeRecord_WithADrawnRow_GivesItBack_AndOneOfBeforeHasNone()
    {
        var closed = Closed(PrivacyScope.All) with { DrawnStart = 2, DrawnEvent = 3, DrawnOf = 8 };

        var read = OutcomeRecord.FromJson(OutcomeRecord.From(closed, [1f, 2f], Visitors.Site(), [0.5f, float.NaN])!.ToJson())!;

        Assert.Equal((3, 8), (read.Drawn!.Event, read.Drawn.Of));
        Assert.Equal<float?>([0.5f, null], read.Drawn.Features);
        Assert.Null(OutcomeRecord.FromJson(OutcomeRecord.From(closed, [1f, 2f], Visitors.Site())!.ToJson())!.Drawn);
    }

    [Fact]
    public void OutcomeRecord_ReadBack_IsTheSameRow()
    {
        var record = OutcomeRecord.From(Closed(PrivacyScope.All), [0.25f, float.NaN, -3f], Visitors.Site())!;

        var read = OutcomeRecord.FromJson(record.ToJson())!;

        Assert.Equal<float?>([0.25f, null, -3f], read.Features);
        Assert.Equal(record with { Features = default }, read with { Features = default });
    }

    [Fact]
    public void CardMessage_ReadBack_IsTheSameCard()
    {
        var card = Card();

        var read = CardMessage.FromJson(CardMessage.ForFull("shop", _offer, "mia", _expiry, card).ToJson())!;

        Assert.Equal(JsonSerializer.Serialize(card, ContractJson.Default.ContextCard), JsonSerializer.Serialize(read.Card!, ContractJson.Default.ContextCard));
        Assert.Equal(_expiry, read.ExpiresAt);
    }

    [Fact]
    public void InvitationMessage_SentAgainLater_CountsFromThen()
    {
        var stored = InvitationComposer.Compose(_offer, Told.Assessment(Visitors.Flounderer), Visitors.Site(), "en", Visitors.Noon, _expiry).ToJson();

        var again = InvitationMessage.FromJson(stored)!.AsOf(Visitors.Noon + TimeSpan.FromSeconds(40));

        Assert.Equal(5_000, again.ExpiresInMs);
        Assert.Equal(0, again.AsOf(Visitors.Noon + TimeSpan.FromHours(1)).ExpiresInMs);
    }

    [Theory]
    [InlineData("\"2026-11-22T13:00:00.5+01:00\"", 500)]
    [InlineData("\"2026-11-22T12:00:00Z\"", 0)]
    public void Instant_OfAnyOffset_IsRead(string json, int ms)
    {
        var options = new JsonSerializerOptions { Converters = { new InstantJsonConverter() } };

        Assert.Equal(Visitors.Noon + TimeSpan.FromMilliseconds(ms), JsonSerializer.Deserialize<Instant>(json, options));
    }

    [Fact]
    public void Codes_OfEveryFlag_AreSnakeCaseAndDistinct()
    {
        var reasons = Enum.GetValues<Reasons>().Where(r => r != Reasons.None).Select(Codes.Of).ToList();
        var blockers = Enum.GetValues<Blockers>().Where(b => b != Blockers.None).Select(Codes.Of).ToList();

        Assert.Equal(reasons.Count, reasons.Distinct().Count());
        Assert.Equal(blockers.Count, blockers.Distinct().Count());
        Assert.All(reasons.Concat(blockers), c => Assert.Matches("^[a-z]+(_[a-z]+)*$", c));
        Assert.Contains("nobody_free", blockers);
    }

    private static SessionClosed Closed(PrivacyScope privacy) => new("shop", new VisitorKey(3, 4), Told.Session,
        Visitors.Noon + TimeSpan.FromMinutes(7), Visitors.Noon + TimeSpan.FromMinutes(17), 9, VisitorState.Exploring, VisitorState.Floundering,
        OfferStatus.Accepted, 1, 1, 0.1f, 0.2f, privacy, SessionEnd.Gap, 0);
}
