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

    /// <summary>Ids of what says this, on this card.</summary>
    private static string[] Ids(ContextCard card, params string[] texts) =>
    [
        .. card.Queries.Where(q => texts.Contains(q.Text)).Select(q => q.Id).Concat(card.Pages.Where(p => texts.Contains(p.Label)).Select(p => p.Id))
            .Concat(card.Cart.Where(c => texts.Contains(c.Label)).Select(c => c.Id)),
    ];

    private static IEnumerable<string> TextsOf(ContextCard card) =>
        card.Queries.Select(q => q.Text).Concat(card.Pages.Select(p => p.Label)).Concat(card.Cart.Select(c => c.Label));

    private static string Json(ContextCard card) => JsonSerializer.Serialize(card, ContractJson.Default.ContextCard);

    [Fact]
    public void WithStruck_ASearch_LeavesNoTraceOfIt()
    {
        var card = Card(Told.Searches("divorce account", "divorce account name", "invoice by post") with
        {
            Pages = [Told.Page("Results for \"divorce account\""), Told.Page("Results for divorce account name"), Told.Page("Start")],
        });
        Assert.Contains("divorce", Json(card), StringComparison.OrdinalIgnoreCase);

        var left = card.WithStruck(Ids(card, "divorce account", "divorce account name"));

        Assert.DoesNotContain("divorce", Json(left), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["invoice by post", "Start"], TextsOf(left));
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

        Assert.DoesNotContain("divorce", Json(clear.WithStruck(Ids(clear, "divorce papers", "divorce account"))), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void WithStruck_EverySearch_TakesTheReasonsReadFromThem()
    {
        var card = Card(Told.Searches("one thing", "another"));
        var left = card.WithStruck([.. card.EvidenceIds]);

        Assert.Equal(("not clear", false), (left.Need, left.NeedIsClear));
        Assert.Empty(left.Reasons);
        Assert.Empty(left.Articles);
    }

    [Fact]
    public void WithStruck_SomeSearches_SaysNoNumbers()
    {
        var card = Card(Told.Searches("one thing", "another"));
        var left = card.WithStruck(Ids(card, "one thing"));

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

        var left = card.WithStruck([card.Pages[0].Id]);

        Assert.DoesNotContain("blue lamp", Json(left), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["Red lamp", "Bulb"], TextsOf(left));
        Assert.Equal("Finishing an order", left.Need);
    }

    [Fact]
    public void WithStruck_ALongSearch_TakesTheTitleThatCutIt()
    {
        var search = string.Join(' ', Enumerable.Range(1, 9).Select(i => $"particular{i}"));
        var card = Card(Told.Searches(search) with { Pages = [Told.Page("We are sorry, but nothing at all was found in our shop for: " + search)] });

        Assert.DoesNotContain("particular", Json(card.WithStruck([card.Queries[0].Id])), StringComparison.Ordinal);
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

        Assert.Equal(["return label"], TextsOf(card.WithOnly(Ids(card, "return label"))));
        Assert.NotEmpty(card.WithOnly(Ids(card, "return label")).Reasons);
        Assert.Empty(card.WithOnly([]).EvidenceIds);
        Assert.Empty(card.WithOnly([]).Reasons);
        Assert.Empty(Card(SessionEvidence.Empty, Visitors.CheckoutHesitator).WithOnly([]).Reasons);
    }

    [Fact]
    public void WithStruck_OfACardThatWasStored_IsTheSame()
    {
        var card = Card(Told.Searches("divorce account", "divorce account name", "invoice by post"));
        var stored = JsonSerializer.Deserialize(Json(card), ContractJson.Default.ContextCard)!;

        Assert.Equal(Json(card.WithStruck([card.Queries[0].Id])), Json(stored.WithStruck([card.Queries[0].Id])));
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
                var all = TextsOf(card).Zip(card.EvidenceIds).ToList();
                var struck = all.Where((_, i) => (s.bits >> i & 1) != 0).ToList();

                var json = Json(card.WithStruck([.. struck.Select(e => e.Second)]));

                Assert.All(struck, e => Assert.DoesNotContain(e.First.Split(' ')[^1], json, StringComparison.OrdinalIgnoreCase));
                Assert.All(all.Except(struck), e => Assert.Contains(e.First.Split(' ')[^1], json, StringComparison.OrdinalIgnoreCase));
            }
        }));
    }
}
