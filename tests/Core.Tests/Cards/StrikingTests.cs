using System.Text.Json;
using Core.Tests.Decisions;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Cards;

public sealed class StrikingTests
{
    private static readonly SiteModel _site = new()
    {
        Id = "help", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]),
        Articles = [new SiteArticle("a1", "Divorce and your account", "/1"), new SiteArticle("a2", "Invoice by post", "/2")],
    };

    private static ContextCard Card(SessionEvidence evidence, float[]? vector = null) =>
        CardComposer.Compose(Told.Assessment(vector ?? Visitors.Flounderer, purposeful: 0.8f), evidence, _site);

    private static string Json(ContextCard card) => JsonSerializer.Serialize(card, ContractJson.Default.ContextCard);

    [Fact]
    public void WithStruck_ASearch_LeavesNoTraceOfIt()
    {
        var card = Card(Told.Searches("divorce account", "divorce account name", "invoice by post") with
        {
            Pages = [Told.Page("Results for \"divorce account\""), Told.Page("Results for divorce account name"), Told.Page("Start")],
        });
        Assert.Contains("divorce", Json(card), StringComparison.OrdinalIgnoreCase);

        var left = card.WithStruck(["q1", "q2"]);

        Assert.DoesNotContain("divorce", Json(left), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["q3", "p3"], left.EvidenceIds);
        Assert.Equal("Invoice post", left.Need);
        Assert.Equal("a2", Assert.Single(left.Articles).Id);
    }

    [Fact]
    public void WithStruck_TheSearchThatMadeTheTopic_TakesItOutOfNeedAndOpener()
    {
        var card = Card(Told.Searches("divorce papers", "divorce account", "zebra stripes"));
        var clear = Card(Told.Searches("zebra stripes", "divorce papers", "divorce account"));
        Assert.Contains("Divorce", clear.SuggestedOpener, StringComparison.Ordinal);
        Assert.False(card.NeedIsClear);

        Assert.DoesNotContain("divorce", Json(clear.WithStruck(["q2", "q3"])), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void WithStruck_EverySearch_TakesTheReasonsReadFromThem()
    {
        var left = Card(Told.Searches("one thing", "another")).WithStruck(["q1", "q2"]);

        Assert.Equal(("not clear", false), (left.Need, left.NeedIsClear));
        Assert.Empty(left.Reasons);
        Assert.Empty(left.Articles);
    }

    [Fact]
    public void WithStruck_SomeSearches_SaysNoNumbers()
    {
        var left = Card(Told.Searches("one thing", "another")).WithStruck(["q1"]);

        Assert.Equal(["Searched for similar things", "A search found nothing", "The last searches led nowhere"], left.Reasons.Select(r => r.Text));
    }

    [Fact]
    public void WithStruck_AProduct_TakesItsTwinInTheCartAndTheChoice()
    {
        var card = Card(SessionEvidence.Empty with
        {
            Pages = [Told.Page("Blue lamp", PageKind.Product, 3), Told.Page("Red lamp", PageKind.Product, 2)],
            Cart = [new CartEvidence("Blue lamp", 1, 20), new CartEvidence("Bulb", 2, 3)],
        }, Visitors.Comparer);

        var left = card.WithStruck(["p1"]);

        Assert.DoesNotContain("blue lamp", Json(left), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["p2", "c2"], left.EvidenceIds);
        Assert.Equal("Finishing an order", left.Need);
    }

    [Fact]
    public void WithStruck_NothingOrTheUnknown_ChangesNothing()
    {
        var card = Card(Told.Searches("return label", "print return label"));

        Assert.Equal(Json(card), Json(card.WithStruck([])));
        Assert.Equal(Json(card), Json(card.WithStruck(["q9", "../../x", ""])));
    }

    [Fact]
    public void WithOnly_WhatWasApproved_IsAllThatIsLeft()
    {
        var card = Card(Told.Searches("return label", "secret thing") with { Pages = [Told.Page("Start")] });

        Assert.Equal(["q1"], card.WithOnly(["q1"]).EvidenceIds);
        Assert.Empty(card.WithOnly([]).EvidenceIds);
    }

    [Fact]
    public void WithStruck_OfACardThatWasStored_IsTheSame()
    {
        var card = Card(Told.Searches("divorce account", "divorce account name", "invoice by post"));
        var stored = JsonSerializer.Deserialize(Json(card), ContractJson.Default.ContextCard)!;

        Assert.Equal(Json(card.WithStruck(["q1"])), Json(stored.WithStruck(["q1"])));
    }

    [Fact]
    public void WithStruck_AnyEvidence_LeavesNoneOfItsWordsThatNothingElseHas()
    {
        // Every text has a word of its own beside shared ones: struck, its own word must be gone from the whole card.
        var shape = from queries in Gen.Choose(1, 6)
                    from pages in Gen.Choose(0, 6)
                    from cart in Gen.Choose(0, 4)
                    from bits in Gen.Choose(1, 0xFFFF)
                    select (queries, pages, cart, bits);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(shape.ToArbitrary(), s =>
        {
            var evidence = new SessionEvidence(
                [.. Enumerable.Range(1, s.queries).Select(i => new QueryEvidence($"return label unique{"q" + i}x", 0, SearchScope.Help, Visitors.Noon, 0))],
                [.. Enumerable.Range(1, s.pages).Select(i => Told.Page($"lamp unique{"p" + i}x", PageKind.Product, 2))],
                [.. Enumerable.Range(1, s.cart).Select(i => new CartEvidence($"lamp unique{"c" + i}x", 1, 2))], "en");
            foreach (var vector in (float[][])[Visitors.Flounderer, Visitors.Comparer])
            {
                var card = Card(evidence, vector);
                string[] struck = [.. card.EvidenceIds.Where((_, i) => (s.bits >> i & 1) != 0)];

                var json = Json(card.WithStruck(struck));

                Assert.All(struck, id => Assert.DoesNotContain($"unique{id}x", json, StringComparison.OrdinalIgnoreCase));
                Assert.All(card.EvidenceIds.Except(struck), id => Assert.Contains($"unique{id}x", json, StringComparison.OrdinalIgnoreCase));
            }
        }));
    }
}
