using System.Collections.Immutable;
using Core.Tests.Decisions;
using Core.Tests.Needs;
using Engagement.Core.Cards;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Core.Tests.Cards;

public sealed class ArticleIndexTests
{
    private static readonly SiteModel _site = Site(NoArticleRule.Silent);
    private static readonly SiteModel _siteThatSaysNone = Site(NoArticleRule.Said);

    private static SiteModel Site(NoArticleRule noArticle) => new()
    {
        Id = "help", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Need = TrainedNeeds.Model, NoArticle = noArticle,
        Articles =
        [
            new SiteArticle("a1", "Print a return label", "/1"), new SiteArticle("a2", "Change your delivery address", "/2"), new SiteArticle("a3", "Gift cards", "/3"),
            new SiteArticle("a4", "Rücksendeetikett drucken", "/4"), new SiteArticle("a5", "Closing your account", "/5"), new SiteArticle("a6", "Invoice by post", "/6"),
        ],
    };

    private static ContextCard Card(SessionEvidence evidence, SiteModel? site = null) =>
        CardComposer.Compose(Told.Assessment(Visitors.Flounderer), evidence, site ?? _site);

    private static string BestOf(string search)
    {
        var index = ArticleIndex.Of(_site);
        var scores = new float[index.Articles.Length];
        index.Raise(search, scores);
        return scores.Max() == 0 ? "" : index.Articles[Array.IndexOf(scores, scores.Max())].Id;
    }

    [Theory]
    [InlineData("retrun lable", "a1")]
    [InlineData("returns", "a1")]
    [InlineData("Rücksendung Etikett", "a4")]
    [InlineData("adress change", "a2")]
    [InlineData("how do I", "")]
    [InlineData("", "")]
    [InlineData("🧵🧵", "")]
    public void Raise_OfASearch_PutsTheTitleThatMeetsItFirst(string search, string article) => Assert.Equal(article, BestOf(search));

    [Fact]
    public void Raise_OfAnySearch_StaysBetweenNoneAndAll()
    {
        var index = ArticleIndex.Of(_site);
        var scores = new float[index.Articles.Length];
        foreach (var article in _site.Articles) index.Raise(article.Title, scores);
        index.Raise(new string('x', 10_000) + " <b>\u202E", scores);

        Assert.All(scores, s => Assert.Equal(1, s, 3));
    }

    [Fact]
    public void Raise_AmongManyTitles_AllocatesNothing()
    {
        var index = new ArticleIndex([.. Enumerable.Range(0, 1_000).Select(i => new SiteArticle($"a{i}", $"How to mend part {i} of machine {i % 30}", "/"))]);
        var scores = new float[1_000];

        Assert.Equal(0, Allocations.Of(20, () => index.Raise("mend the machine", scores)));
    }

    [Fact]
    public void Answer_WhereAnUnopenedTitleMeetsASearchInVain_NamesTheArticle()
    {
        var card = Card(Told.Searches("print return label"));

        Assert.Equal((AnswerTexts.Missed, "There is an article on this, not opened so far: Print a return label"), (card.Answer?.Code, card.Answer?.Text));
    }

    [Fact]
    public void Answer_WhereThatArticleWasOpened_SaysNothing() =>
        Assert.Null(Card(Told.Searches("print return label") with { Pages = [Told.Page("Print a return label", PageKind.Article)] }).Answer);

    [Fact]
    public void Answer_WhereNoTitleComesNear_SaysNothing() => Assert.Null(Card(Told.Searches("zebra crossing", "wqx")).Answer);

    [Fact]
    public void Answer_WhereNoTitleComesNearAndTheSiteAsksForIt_SaysThatNoneAnswers() =>
        Assert.Equal(AnswerTexts.None, Card(Told.Searches("zebra crossing", "wqx"), _siteThatSaysNone).Answer?.Code);

    [Fact]
    public void Answer_WhereSearchesWereMet_SaysNothing() => Assert.Null(Card(SessionEvidence.Empty with
    {
        Queries = [new QueryEvidence("zebra crossing", 3, SearchScope.Help, Visitors.Noon, 1)],
    }, _siteThatSaysNone).Answer);

    [Fact]
    public void Answer_AfterItsSearchWasStruck_IsFoundAgainFromTheRest()
    {
        var card = Card(Told.Searches("print return label", "zebra crossing"));
        Assert.Equal(AnswerTexts.Missed, card.Answer?.Code);

        Assert.Equal(AnswerTexts.None, card.WithStruck([card.Queries[0].Id], _siteThatSaysNone).Answer?.Code);
        Assert.Null(card.WithStruck([card.Queries[0].Id], _site).Answer);
        Assert.Null(card.WithStruck([card.Queries[0].Id]).Answer);
    }

    [Theory]
    [InlineData("de", "Kein Artikel")]
    [InlineData("nl", "Geen artikel")]
    [InlineData("es", "Ningún artículo")]
    public void Answer_InTheVisitorsLanguage_SaysItInThat(string language, string begin) =>
        Assert.StartsWith(begin, Card(Told.Searches("zebra crossing") with { Language = language }, _siteThatSaysNone).Answer?.Text, StringComparison.Ordinal);

    [Fact]
    public void Need_WhereTheModelIsClear_IsItsTopic()
    {
        var card = Card(Told.Searches("invoice as pdf please", "get a copy of my bill"));

        Assert.Equal(("Invoices", true), (card.Need, card.NeedIsClear));
        Assert.Equal("Hello! What are you trying to find about “Invoices”?", card.SuggestedOpener);
    }

    [Fact]
    public void Need_AfterTheSearchesOfItsTopicWereStruck_IsAnotherOne()
    {
        var card = Card(Told.Searches("zebra crossing", "invoice as pdf please", "get a copy of my invoice"));
        Assert.Equal("Invoices", card.Need);

        Assert.Equal("Zebra crossing", card.WithStruck([card.Queries[1].Id, card.Queries[2].Id], _site).Need);
    }

    [Fact]
    public void Need_InALanguageThatTheModelHasNotLearnt_IsReadFromTheWords() =>
        Assert.Equal("Invoice pdf", Card(Told.Searches("invoice pdf") with { Language = "nl" }).Need);
}
