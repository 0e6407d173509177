using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Features;

namespace Core.Tests.Features;

/// <summary>Each feature by a short visit that shows what it counts, and what it does not.</summary>
public sealed class FeatureTests
{
    private const string Search = "search_performed";
    private const string Product = "product_viewed";
    private const string Article = "article_viewed";

    [Fact]
    public void Counts_Views_ByType()
    {
        var visit = new Visit().Do("page_viewed").Do("product_list_viewed").Do("page_viewed").Do("heartbeat").Do("rage_clicked").Do("form_error");
        visit.Shows(Feature.Events, 5).Shows(Feature.PagesViewed, 2).Shows(Feature.ListsViewed, 1).Shows(Feature.RageClicks, 1).Shows(Feature.FormErrors, 1);
    }

    [Fact]
    public void Times_OfEvents_AreTheSenders()
    {
        var visit = new Visit().Do("page_viewed").Wait(10).Do("page_viewed").Wait(30).Do("page_viewed").Wait(2_000 - 40 - 600).Do("heartbeat");
        visit.Shows(Feature.DwellLastSeconds, 30).Shows(Feature.DwellMaxSeconds, 30).Shows(Feature.DwellMeanSeconds, 20);
        Assert.Equal(120, visit.Value(Feature.SecondsSinceLastEvent), 0.01);
        Assert.Equal(160, visit.Value(Feature.SecondsInSession), 0.01);
    }

    [Fact]
    public void Dwell_PauseOverTenMinutes_IsCut() =>
        new Visit().Do("page_viewed").Wait(1_500).Do("page_viewed").Shows(Feature.DwellMaxSeconds, 600).Shows(Feature.DwellMeanSeconds, 600);

    [Fact]
    public void Dwell_OneEvent_IsMissing() => new Visit().Do("page_viewed").Shows(Feature.DwellMeanSeconds, float.NaN).Shows(Feature.DwellMaxSeconds, float.NaN);

    [Fact]
    public void Products_BackAndForth_AreRevisitsAndLoops()
    {
        var visit = new Visit();
        foreach (var id in (string[])["a", "b", "a", "a", "c"]) visit.Do(Product, LogText.Product(id));
        visit.Shows(Feature.ProductsViewed, 5).Shows(Feature.DistinctProducts, 3).Shows(Feature.ProductRevisits, 1).Shows(Feature.ProductViewsMax, 3)
            .Shows(Feature.ComparisonLoops, 1);
    }

    [Fact]
    public void Products_BeyondTheLimit_Saturate()
    {
        var visit = new Visit();
        for (var i = 0; i < Limits.ItemsTracked + 10; i++) visit.Do(Product, LogText.Product($"p{i}", category: $"c{i}"));
        visit.Shows(Feature.DistinctProducts, Limits.ItemsTracked).Shows(Feature.DistinctCategories, Limits.ItemsTracked / 2)
            .Shows(Feature.ProductsViewed, Limits.ItemsTracked + 10);
    }

    [Fact]
    public void Categories_Differing_AreSwitches()
    {
        var visit = new Visit();
        foreach (var category in (string[])["x", "x", "y", "x"]) visit.Do(Product, LogText.Product("p" + category, category: category));
        visit.Shows(Feature.DistinctCategories, 2).Shows(Feature.CategorySwitches, 2);
    }

    [Fact]
    public void Category_OfTheLastView_IsToldApartByKeyAndGroup()
    {
        float Key(string category) => new Visit().Do(Product, LogText.Product("p", category: category)).Value(Feature.CategoryKey);
        float Group(string category) => new Visit().Do(Product, LogText.Product("p", category: category)).Value(Feature.CategoryGroup);
        Assert.InRange(Key("home.lamps"), 0.00001f, 0.99999f);
        Assert.Equal(Key("home.lamps"), Key("home.lamps"));
        Assert.NotEqual(Key("home.lamps"), Key("home.beds"));
        Assert.Equal(Group("home.lamps"), Group("home / beds"));
        Assert.NotEqual(Group("home.lamps"), Group("garden.lamps"));
        new Visit().Do("page_viewed").Do(Product, LogText.Product("p")).Shows(Feature.CategoryKey, float.NaN).Shows(Feature.CategoryGroup, float.NaN);
    }

    [Fact]
    public void Views_OfTheLastProductAndCategory_AreCounted()
    {
        var visit = new Visit().Do(Product, LogText.Product("a", category: "x")).Do(Product, LogText.Product("b", category: "x")).Do(Product, LogText.Product("a", category: "x"));
        visit.Shows(Feature.LastProductViews, 2).Shows(Feature.LastCategoryViews, 3);
        visit.Do(Product, LogText.Product("c", category: "y")).Shows(Feature.LastProductViews, 1).Shows(Feature.LastCategoryViews, 1);
    }

    [Fact]
    public void Cart_EventsSinceAnAddition_AreCounted()
    {
        var visit = new Visit().Do(Product, LogText.Product("a")).Shows(Feature.EventsSinceCartAddition, float.NaN).Do("product_added", LogText.Product("a"));
        visit.Shows(Feature.EventsSinceCartAddition, 0).Do("heartbeat").Shows(Feature.EventsSinceCartAddition, 0).Do("page_viewed").Shows(Feature.EventsSinceCartAddition, 1);
    }

    [Fact]
    public void Prices_OfViews_GiveMeanMaxLast()
    {
        var visit = new Visit().Do(Product, LogText.Product("a", 10)).Do(Product, LogText.Product("b", 30)).Do(Product, LogText.Product("c", 20)).Do(Product, LogText.Product("d"));
        visit.Shows(Feature.PriceMean, 20).Shows(Feature.PriceMax, 30).Shows(Feature.PriceLast, 20).Shows(Feature.PriceLastToMean, 1);
        new Visit().Do("page_viewed").Shows(Feature.PriceMean, float.NaN).Shows(Feature.PriceLastToMean, float.NaN).Shows(Feature.PriceMax, float.NaN);
    }

    [Fact]
    public void Cart_AdditionsAndRemovals_Sum()
    {
        var visit = new Visit().Do("product_added", LogText.Product("a", 10, quantity: 3)).Do("product_added", LogText.Product("b", 5)).Wait(7)
            .Do("product_removed", LogText.Product("a", 10, quantity: 2));
        visit.Shows(Feature.CartAdditions, 2).Shows(Feature.CartRemovals, 1).Shows(Feature.CartItems, 2).Shows(Feature.CartValue, 15)
            .Shows(Feature.SecondsSinceCartAddition, 7);
        new Visit().Do("page_viewed").Shows(Feature.CartValue, float.NaN).Shows(Feature.SecondsSinceCartAddition, float.NaN).Shows(Feature.CartItems, 0);
    }

    [Fact]
    public void Cart_AsTheSiteSays_Wins() =>
        new Visit().Do("product_added", LogText.Product("a", 10, quantity: 3)).Do("cart_viewed", LogText.Cart(1, 9.5)).Shows(Feature.CartItems, 1).Shows(Feature.CartValue, 9.5f);

    [Fact]
    public void Checkout_LeftAndOrdered_IsSeen()
    {
        var visit = new Visit().Do("checkout_started").Wait(20).Do("checkout_step_completed").Wait(10).Do(Product, LogText.Product("a")).Do(Product, LogText.Product("b"));
        visit.Shows(Feature.InCheckout, 1).Shows(Feature.SecondsInCheckout, 30).Shows(Feature.CheckoutRetreats, 1);
        visit.Do("checkout_step_completed").Do("cart_viewed").Shows(Feature.CheckoutRetreats, 2);
        visit.Do("order_completed").Shows(Feature.InCheckout, 0).Shows(Feature.SecondsInCheckout, 0).Shows(Feature.OrdersCompleted, 1).Shows(Feature.CartItems, 0);
    }

    [Fact]
    public void Searches_SimilarAndRepeated_AreToldApart()
    {
        var visit = new Visit().Do(Search, LogText.Search("Return  policy")).Wait(60).Do(Search, LogText.Search("return policy shoes")).Wait(60)
            .Do(Search, LogText.Search("RETURN, policy!", scope: "catalogue"));
        visit.Shows(Feature.Searches, 3).Shows(Feature.HelpSearches, 2).Shows(Feature.Reformulations, 1).Shows(Feature.RepeatedQueries, 1)
            .Shows(Feature.LastQuerySimilarity, 1).Shows(Feature.SimilarWithinFiveMinutes, 2).Shows(Feature.SecondsSinceLastSearch, 0);
        visit.Wait(301).Do(Search, LogText.Search("return policy size")).Shows(Feature.SimilarWithinFiveMinutes, 2).Shows(Feature.Reformulations, 2);
        visit.Do(Search, LogText.Search("umbrella")).Shows(Feature.Reformulations, 2);
        Assert.True(visit.Value(Feature.LastQuerySimilarity) < 0.3f);
    }

    [Fact]
    public void Fruitless_NothingFoundOrOpened_MakesARun()
    {
        var visit = new Visit().Do(Search, LogText.Search("one")).Shows(Feature.FruitlessRun, 0).Do(Search, LogText.Search("two")).Shows(Feature.FruitlessRun, 1)
            .Do(Search, LogText.Search("three", 0)).Shows(Feature.FruitlessRun, 3).Shows(Feature.FirstTwoQueriesFruitless, 1).Shows(Feature.ZeroResultSearches, 1);
        visit.Do(Search, LogText.Search("four")).Do("search_result_opened").Shows(Feature.FruitlessRun, 0).Shows(Feature.FruitlessRunMax, 3).Shows(Feature.ResultsOpened, 1);
    }

    [Fact]
    public void Fruitless_OnlyQuickBacks_CountsAsNothingOpened()
    {
        var visit = new Visit().Do(Search, LogText.Search("one")).Do("search_result_opened").Wait(5).Do(Search, LogText.Search("two")).Do("search_result_opened").Wait(16)
            .Do(Search, LogText.Search("three"));
        visit.Shows(Feature.QuickBacks, 1).Shows(Feature.FirstTwoQueriesFruitless, 0).Shows(Feature.FruitlessRun, 0).Shows(Feature.FruitlessRunMax, 1);
    }

    [Fact]
    public void Results_OpenedOneAfterAnother_IsPogoSticking()
    {
        var visit = new Visit().Do(Search, LogText.Search("one")).Do("search_result_opened").Wait(20).Do("search_result_opened").Wait(61).Do("search_result_opened");
        visit.Shows(Feature.PogoSticks, 1).Shows(Feature.ResultsOpened, 3);
    }

    [Fact]
    public void Article_StraightAfterASearch_IsAnOpenedResult() =>
        new Visit().Do(Search, LogText.Search("one")).Do(Article, LogText.Article("a")).Shows(Feature.ResultsOpened, 1).Shows(Feature.FruitlessRun, 0);

    [Fact]
    public void Articles_OneFromAnother_AreHops()
    {
        var visit = new Visit().Do(Article, LogText.Article("a")).Wait(10).Do(Article, LogText.Article("b")).Wait(30).Do("article_rated", LogText.Article("b", helpful: false)).Wait(10);
        visit.Do("article_rated", LogText.Article("b", helpful: true)).Shows(Feature.ArticleHops, 1).Shows(Feature.ArticlesViewed, 2).Shows(Feature.ArticleDwellMaxSeconds, 40)
            .Shows(Feature.RatedHelpful, 1).Shows(Feature.RatedNotHelpful, 1);
        visit.Do("page_left").Wait(100).Do("page_viewed").Shows(Feature.ArticleDwellMaxSeconds, 40);
    }

    [Fact]
    public void Extract_AnyVisit_FillsEveryFeature()
    {
        var vector = new float[FeatureSchema.Count];
        Array.Fill(vector, -77f);
        var visit = new Visit().Do("page_viewed");
        FeatureExtractor.Extract(visit.Session, visit.Session.AsOf, vector);
        Assert.DoesNotContain(-77f, vector);
    }
}
