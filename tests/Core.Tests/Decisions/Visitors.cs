using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Sites;

namespace Core.Tests.Decisions;

/// <summary>Feature vectors of visitors as one would tell of them, and sites to decide them at.</summary>
internal static class Visitors
{
    public static readonly Instant Noon = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    /// <summary>A vector of zeros, NaN where a feature has no value yet.</summary>
    public static float[] Vector(params ReadOnlySpan<(Feature Feature, float Value)> values)
    {
        var vector = new float[FeatureSchema.Count];
        foreach (var missing in (ReadOnlySpan<Feature>)[Feature.CartValue, Feature.SecondsSinceCartAddition, Feature.PriceMean, Feature.PriceLast,
            Feature.PriceLastToMean, Feature.PriceMax, Feature.DwellMeanSeconds, Feature.DwellMaxSeconds,
            Feature.DwellLastSeconds, Feature.SecondsSinceLastSearch, Feature.CategoryKey, Feature.CategoryGroup,
            Feature.EventsSinceCartAddition])
            vector[(int)missing] = float.NaN;
        foreach (var (feature, value) in values) vector[(int)feature] = value;
        return vector;
    }

    public static float[] With(this float[] vector, params ReadOnlySpan<(Feature Feature, float Value)> values)
    {
        var copy = (float[])vector.Clone();
        foreach (var (feature, value) in values) copy[(int)feature] = value;
        return copy;
    }

    /// <summary>Four similar questions to the help centre, none answered.</summary>
    public static float[] Flounderer => Vector((Feature.Events, 4), (Feature.SecondsInSession, 95), (Feature.Searches, 4), (Feature.HelpSearches, 4),
        (Feature.Reformulations, 3), (Feature.ZeroResultSearches, 3), (Feature.FruitlessRun, 4), (Feature.FruitlessRunMax, 4),
        (Feature.SimilarWithinFiveMinutes, 3), (Feature.FirstTwoQueriesFruitless, 1), (Feature.LastQuerySimilarity, 0.6f),
        (Feature.SecondsSinceLastSearch, 0));

    /// <summary>One long article, ten minutes without a click.</summary>
    public static float[] IdleReader => Vector((Feature.Events, 2), (Feature.SecondsInSession, 610), (Feature.PagesViewed, 1),
        (Feature.ArticlesViewed, 1), (Feature.ArticleDwellMaxSeconds, 600), (Feature.SecondsSinceLastEvent, 600), (Feature.DwellMaxSeconds, 10));

    /// <summary>Product, cart, checkout, step, step.</summary>
    public static float[] SmoothBuyer => Vector((Feature.Events, 6), (Feature.SecondsInSession, 150), (Feature.PagesViewed, 2),
        (Feature.ProductsViewed, 2), (Feature.DistinctProducts, 2), (Feature.ProductViewsMax, 1), (Feature.CartAdditions, 1), (Feature.CartItems, 1),
        (Feature.SecondsSinceCartAddition, 80), (Feature.InCheckout, 1), (Feature.SecondsInCheckout, 50), (Feature.SecondsSinceLastEvent, 8));

    /// <summary>Lists and products, once each.</summary>
    public static float[] Explorer => Vector((Feature.Events, 7), (Feature.SecondsInSession, 200), (Feature.PagesViewed, 2), (Feature.ListsViewed, 2),
        (Feature.ProductsViewed, 3), (Feature.DistinctProducts, 3), (Feature.ProductViewsMax, 1), (Feature.SecondsSinceLastEvent, 4));

    /// <summary>Two products, back and forth.</summary>
    public static float[] Comparer => Vector((Feature.Events, 8), (Feature.SecondsInSession, 320), (Feature.ProductsViewed, 6),
        (Feature.DistinctProducts, 2), (Feature.ProductRevisits, 4), (Feature.ProductViewsMax, 3), (Feature.ComparisonLoops, 4),
        (Feature.SecondsSinceLastEvent, 12));

    /// <summary>In the checkout for five minutes, still for one.</summary>
    public static float[] CheckoutHesitator => SmoothBuyer.With((Feature.SecondsInCheckout, 300), (Feature.SecondsSinceLastEvent, 70),
        (Feature.SecondsInSession, 400), (Feature.SecondsSinceCartAddition, 330));

    public static DecisionInputs Inputs(float[] features, float purposeful = 0.9f, float floundering = 0.9f,
        OfferStatus offer = OfferStatus.None, int offersMade = 0, PrivacyScope privacy = PrivacyScope.All, Instant? now = null, bool hasRefused = false) => new()
        {
            Features = features,
            Purposeful = purposeful,
            Floundering = floundering,
            Now = now ?? Noon,
            Privacy = privacy,
            Offer = offer,
            OffersMade = offersMade,
            PageExcluded = false,
            LeftSite = false,
            LanguageNotServed = false,
            HasRefused = hasRefused,
        };

    public static SiteModel Site(SiteMode mode = SiteMode.Live, SitePolicy? policy = null) => new()
    {
        Id = "shop",
        Mode = mode,
        Policy = policy ?? new SitePolicy(),
        Secret = new SiteSecret(new byte[32]),
    };
}
