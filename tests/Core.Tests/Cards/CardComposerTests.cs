using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Cards;

public sealed class CardComposerTests
{
    private static readonly SiteModel _help = new()
    {
        Id = "help",
        Mode = SiteMode.Live,
        Secret = new SiteSecret(new byte[32]),
        Articles =
        [
            new SiteArticle("a1", "Print a return label", "/help/return-label"),
            new SiteArticle("a2", "Change your delivery address", "/help/address"),
            new SiteArticle("a3", "How long returns take", "/help/returns"),
            new SiteArticle("a4", "Gift cards", "/help/gift-cards"),
        ],
    };

    /// <summary>What a page might be sent to break, mislead or flood.</summary>
    public static TheoryData<string> Hostile =>
    [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{constructor.constructor('alert(1)')()}}", "abc\u202Egpj.exe",
        "👩‍👩‍👧🏳️‍🌈🧵 label", new string('x', 10_000), "{0} {1} {agent}", "'; DROP TABLE sessions; --", "\0\u0001\u007f\u0085", "שלום return עולם", "<!--#exec cmd=\"x\"-->",
    ];

    private static ContextCard Card(SessionEvidence evidence, float[]? vector = null, SiteModel? site = null, PrivacyScope privacy = PrivacyScope.All) =>
        CardComposer.Compose(Told.Assessment(vector ?? Visitors.Flounderer, purposeful: 0.8f, privacy: privacy), evidence, site ?? _help);

    private static string Json(ContextCard card) => JsonSerializer.Serialize(card, ContractJson.Default.ContextCard);

    [Theory]
    [InlineData("Return label", true, "return label", "print return label", "where is my return label")]
    [InlineData("Label returns", true, "return lable", "how do I label returns")]
    [InlineData("Change delivery address", true, "how can I change my delivery address?")]
    [InlineData("not clear", false, "gift card", "phone number", "zebra")]
    [InlineData("not clear", false, "how do I")]
    [InlineData("not clear", false)]
    public void Compose_OfSearches_NamesTheNeedOrSaysNotClear(string need, bool clear, params string[] queries)
    {
        var card = Card(Told.Searches(queries));

        Assert.Equal((need, clear), (card.Need, card.NeedIsClear));
    }

    [Fact]
    public void Compose_OfProductsCompared_NamesTheChoiceAndKeepsItOutOfTheOpener()
    {
        var card = Card(SessionEvidence.Empty with { Pages = [Told.Page("Blue lamp", PageKind.Product, 3), Told.Page("Red lamp", PageKind.Product, 2)] },
            Visitors.Comparer);

        Assert.Equal("Choosing between Blue lamp and Red lamp", card.Need);
        Assert.Equal("Hello! Is there anything you would like to know before you decide?", card.SuggestedOpener);
    }

    [Fact]
    public void Compose_OfOneSearch_AsksWithoutQuotingIt() =>
        Assert.DoesNotContain("address", Card(Told.Searches("change my delivery address")).SuggestedOpener, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Compose_InTheVisitorsLanguage_SaysEverythingInIt()
    {
        var card = Card(Told.Searches("Rücksendeetikett", "Rücksendeetikett drucken") with { Language = "de-DE" });

        Assert.Equal("de", card.Language);
        Assert.Equal("Hallo! Was möchten Sie zum Thema „Rücksendeetikett“ finden?", card.SuggestedOpener);
        Assert.Contains(card.Reasons, r => r.Text == "4-mal nach Ähnlichem gesucht");
        Assert.Contains(card.NotKnown, r => r.Text == "Frühere Besuche: sie werden nie angesehen");
    }

    [Theory]
    [InlineData("return lable", "a1")]
    [InlineData("how long do returns take", "a3")]
    [InlineData("change address for delivery", "a2")]
    public void Compose_OfASearch_SuggestsTheArticleThatMeetsIt(string query, string article) =>
        Assert.Equal(article, Card(Told.Searches(query)).Articles[0].Id);

    [Fact]
    public void Compose_OfArticlesReadAlready_DoesNotSuggestThem() =>
        Assert.DoesNotContain(Card(Told.Searches("print return label") with { Pages = [Told.Page("Print a return label", PageKind.Article)] }).Articles,
            a => a.Id == "a1");

    [Fact]
    public void Compose_OfUnrelatedSearches_SuggestsNothing() => Assert.Empty(Card(Told.Searches("zebra")).Articles);

    [Fact]
    public void Compose_OfMuchEvidence_KeepsTheLatestOfEachKind()
    {
        var many = Enumerable.Range(1, 30).ToImmutableArray();
        var card = Card(new SessionEvidence(
            [.. many.Select(i => new QueryEvidence($"query {i}", -1, SearchScope.Help, Visitors.Noon, 0))],
            [.. many.Select(i => Told.Page($"page {i}"))],
            [.. many.Select(i => new CartEvidence($"thing {i}", 1, double.NaN))], "en"));

        Assert.Equal((Limits.CardEvidenceMax, Limits.CardEvidenceMax, Limits.CardEvidenceMax), (card.Queries.Length, card.Pages.Length, card.Cart.Length));
        Assert.Equal(("query 30", null), (card.Queries[^1].Text, card.Queries[^1].ResultCount));
        Assert.Null(card.Cart[0].Price);
        Assert.Contains(card.NotKnown, n => n.Code == "result_counts");
    }

    [Fact]
    public void Compose_OfTheSameTwice_TellsItOnce()
    {
        var card = Card(Told.Searches("Return label", "other", "return  LABEL!") with
        {
            Cart = [new CartEvidence("Lamp", 1, 20), new CartEvidence("lamp", 2, 20), new CartEvidence("Bulb", 1, 3), new CartEvidence("Bulb", 1, 4)],
        });

        Assert.Equal([("other", 1), ("return LABEL!", 2)], card.Queries.Select(q => (q.Text, q.Times)));
        Assert.Equal([("lamp", 3, 20.0), ("Bulb", 2, null)], card.Cart.Select(c => (c.Label, c.Quantity, c.Price)));
    }

    [Fact]
    public void Compose_AfterOlderEvidenceHasRolledOff_KeepsTheIdsOfTheRest()
    {
        string[] queries = ["first", "second", "third"];
        var before = Card(Told.Searches(queries));
        var after = Card(Told.Searches([.. queries[1..], "fourth"]));

        Assert.Equal(before.Queries[1..].Select(q => q.Id), after.Queries[..2].Select(q => q.Id));
    }

    [Fact]
    public void Compose_ForAVisitorWhoSendsGpc_AsksForApprovalAndTellsAgentsNothingBeforeIt()
    {
        var card = Card(Told.Searches("return label"), privacy: PrivacyScope.Score);

        Assert.True(card.ApprovalNeeded);
        Assert.NotEmpty(card.Reasons);
        Assert.Empty(CardComposer.Reserve(card).Reasons);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Compose_OfHostileText_IsSafeInAScriptElementAndOneLine(string text)
    {
        var card = Card(new SessionEvidence(
            [new QueryEvidence(text, 0, SearchScope.Help, Visitors.Noon, 0), new QueryEvidence(text + " again", 0, SearchScope.Help, Visitors.Noon, 0)],
            [Told.Page(text, PageKind.Product, 2), Told.Page(text + " two", PageKind.Product, 2)], [new CartEvidence(text, 1, 2)], text));
        var json = Json(card);

        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
        Assert.DoesNotContain('<', json);
        Assert.DoesNotContain('>', json);
        Assert.DoesNotContain('&', json);
        Assert.DoesNotContain('\'', json);
        Assert.InRange(json.Length, 1, 16 * 1024);
        Assert.DoesNotContain('\u202E', card.Need + card.SuggestedOpener + card.Queries[^1].Text);
        Assert.Equal(card.Language, CopyLanguage.En.Tag());
    }

    [Fact]
    public void Reserve_OfAnyCard_HoldsNoTextOfTheVisitors()
    {
        var card = Card(new SessionEvidence([new QueryEvidence("zebracorn", 0, SearchScope.Help, Visitors.Noon, 0)], [Told.Page("zebrapage")],
            [new CartEvidence("zebrathing", 1, 2)], "en"));
        var json = Encoding.UTF8.GetString(
            CardMessage.ForReserved("shop", new OfferId(Told.Session, 1), "mia", Visitors.Noon, CardComposer.Reserve(card)).ToJson());

        Assert.DoesNotContain("zebra", json, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Compose_OfAnything_OpensWithoutRecitingTheTrail()
    {
        string[] vocabulary = ["return", "label", "printer", "refund", "invoice", "zebra", "delivery", "lamps", "warranty", "voucher"];
        var texts = Gen.Elements(vocabulary).ArrayOf(3).Select(words => string.Join(' ', words));
        var evidence = from queries in texts.ArrayOf(4)
                       from pages in texts.ArrayOf(3)
                       from cart in texts.ArrayOf(2)
                       from language in Gen.Elements("en", "de", "nl", "es")
                       select new SessionEvidence(
                           [.. queries.Select(q => new QueryEvidence(q, 0, SearchScope.Help, Visitors.Noon, 0))],
                           [.. pages.Select(p => Told.Page(p, PageKind.Product, 2))], [.. cart.Select(c => new CartEvidence(c, 1, 2))], language);
        var withTopic = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(evidence.ToArbitrary(), told =>
        {
            foreach (var vector in (float[][])[Visitors.Flounderer, Visitors.Comparer])
            {
                var card = Card(told, vector);
                // Of a clear need two words may be named, that two different searches share. Nothing else may.
                var need = card.State == VisitorState.Floundering && card.NeedIsClear ? card.Need : "";
                var named = vocabulary.Where(word => card.SuggestedOpener.Contains(word, StringComparison.OrdinalIgnoreCase)).ToArray();
                if (named.Length > 0) withTopic++;
                Assert.InRange(named.Length, 0, 2);
                Assert.All(named, word => Assert.Contains(word, need, StringComparison.OrdinalIgnoreCase));
            }
        }));
        Assert.True(withTopic > 100, "openers that name a topic were hardly met");
    }
}
