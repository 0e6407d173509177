using Engagement.Core.Features;

namespace Engagement.Core.Cards;

/// <summary>
/// What a feature is about, in words that a visitor knows. The code in texts and on cards is the member's name in snake_case after <c>about_</c>. Stable.
/// </summary>
public enum FeatureFamily : byte
{
    /// <summary>Length, pace and pauses; also whatever no other family names.</summary>
    Visit = 0,
    Products,
    Prices,
    Cart,
    Checkout,
    Searches,
    Results,
    Articles,
    Page,
}

/// <summary>Which family a feature belongs to, and what evidence it is read from. Pure, thread-safe.</summary>
public static class FeatureFamilies
{
    /// <summary>Every feature has one: a feature that is appended and not named here is about the visit.</summary>
    public static FeatureFamily Of(Feature feature) => feature switch
    {
        Feature.ProductsViewed or Feature.DistinctProducts or Feature.ProductRevisits or Feature.ProductViewsMax or Feature.ComparisonLoops
            or Feature.DistinctCategories or Feature.CategorySwitches or Feature.ListsViewed => FeatureFamily.Products,
        Feature.PriceMean or Feature.PriceLast or Feature.PriceLastToMean or Feature.PriceMax => FeatureFamily.Prices,
        Feature.CartAdditions or Feature.CartRemovals or Feature.CartItems or Feature.CartValue or Feature.SecondsSinceCartAddition => FeatureFamily.Cart,
        Feature.InCheckout or Feature.SecondsInCheckout or Feature.CheckoutRetreats or Feature.OrdersCompleted => FeatureFamily.Checkout,
        Feature.Searches or Feature.HelpSearches or Feature.Reformulations or Feature.RepeatedQueries or Feature.LastQuerySimilarity
            or Feature.ZeroResultSearches or Feature.FruitlessRun or Feature.FruitlessRunMax or Feature.SimilarWithinFiveMinutes
            or Feature.FirstTwoQueriesFruitless or Feature.SecondsSinceLastSearch => FeatureFamily.Searches,
        Feature.ResultsOpened or Feature.QuickBacks or Feature.PogoSticks => FeatureFamily.Results,
        Feature.ArticlesViewed or Feature.ArticleHops or Feature.ArticleDwellMaxSeconds or Feature.RatedHelpful or Feature.RatedNotHelpful =>
            FeatureFamily.Articles,
        Feature.RageClicks or Feature.FormErrors => FeatureFamily.Page,
        _ => FeatureFamily.Visit,
    };

    /// <summary>What evidence on a card stands for the family: where the visitor strikes it all, the family's sentence goes with it.</summary>
    public static EvidenceKind KindOf(FeatureFamily family) => family switch
    {
        FeatureFamily.Products or FeatureFamily.Prices or FeatureFamily.Articles => EvidenceKind.Page,
        FeatureFamily.Cart => EvidenceKind.Cart,
        FeatureFamily.Searches or FeatureFamily.Results => EvidenceKind.Query,
        _ => EvidenceKind.None,
    };

    /// <summary>Code on cards and in text files, such as <c>about_searches</c>.</summary>
    public static string CodeOf(FeatureFamily family) => $"about_{family.ToString().ToLowerInvariant()}";
}
