using Engagement.Core.Sessions;

namespace Engagement.Core.Features;

/// <summary>
/// Writes the fixed vector from a session's counters: no loop over events, nothing allocated. Hot. What each value means stands at its
/// <see cref="Feature"/>.
/// </summary>
public static class FeatureExtractor
{
    /// <summary>Throws <see cref="IndexOutOfRangeException"/> when <paramref name="features"/> is shorter than <see cref="FeatureSchema.Count"/>.</summary>
    public static void Extract(SessionState session, Instant now, Span<float> features)
    {
        ref readonly var a = ref session.Activity;
        var nowMs = (int)Math.Clamp(now.UnixMs - session.StartedAt.UnixMs, 0, int.MaxValue);

        // The last index first: one bounds check stands for all.
        features[(int)Feature.EventsSinceCartAddition] = a.CartAdditionEvent == 0 ? float.NaN : session.Events - a.CartAdditionEvent;
        features[(int)Feature.OrdersCompleted] = a.OrdersCompleted;
        features[(int)Feature.SecondsInSession] = nowMs * 0.001f;
        features[(int)Feature.Events] = session.Events;
        features[(int)Feature.PagesViewed] = a.PagesViewed;
        features[(int)Feature.SecondsSinceLastEvent] = Math.Max(0, now.UnixMs - session.LatestOccurred.UnixMs) * 0.001f;
        Products(a, features);
        Cart(a, nowMs, features);
        Prices(a, features);
        Searches(a, nowMs, features);
        Articles(a, nowMs, features);
        Dwell(a, session.Events, features);
        features[(int)Feature.RageClicks] = a.RageClicks;
        features[(int)Feature.FormErrors] = a.FormErrors;
    }

    private static void Products(in ActivityCounters a, Span<float> features)
    {
        features[(int)Feature.ListsViewed] = a.ListsViewed;
        features[(int)Feature.ProductsViewed] = a.ProductsViewed;
        features[(int)Feature.DistinctProducts] = a.DistinctProducts;
        features[(int)Feature.ProductRevisits] = a.ProductRevisits;
        features[(int)Feature.ProductViewsMax] = a.ProductViewsMax;
        features[(int)Feature.ComparisonLoops] = a.ComparisonLoops;
        features[(int)Feature.DistinctCategories] = a.DistinctCategories;
        features[(int)Feature.CategorySwitches] = a.CategorySwitches;
        features[(int)Feature.CategoryKey] = a.LastCategory == 0 ? float.NaN : a.LastCategory * (1f / (1L << 32));
        features[(int)Feature.CategoryGroup] = a.CategoryGroup == 0 ? float.NaN : a.CategoryGroup * (1f / (1 << 16));
        features[(int)Feature.LastProductViews] = a.LastProductViews;
        features[(int)Feature.LastCategoryViews] = a.LastCategoryViews;
    }

    private static void Cart(in ActivityCounters a, int nowMs, Span<float> features)
    {
        features[(int)Feature.CheckoutRetreats] = a.CheckoutRetreats;
        features[(int)Feature.CartAdditions] = a.CartAdditions;
        features[(int)Feature.CartRemovals] = a.CartRemovals;
        features[(int)Feature.CartItems] = a.CartItems;
        features[(int)Feature.CartValue] = a.CartValue;
        features[(int)Feature.SecondsSinceCartAddition] = SecondsSince(a.LastCartAdditionAt, nowMs);
        features[(int)Feature.InCheckout] = a.InCheckout ? 1f : 0f;
        features[(int)Feature.SecondsInCheckout] = a.InCheckout ? Seconds(nowMs - (long)a.CheckoutAt) : 0f;
    }

    private static void Prices(in ActivityCounters a, Span<float> features)
    {
        var mean = a.Prices == 0 ? float.NaN : (float)(a.PriceSum / a.Prices);
        features[(int)Feature.PriceMax] = a.PriceMax;
        features[(int)Feature.PriceMean] = mean;
        features[(int)Feature.PriceLast] = a.PriceLast;
        features[(int)Feature.PriceLastToMean] = mean > 0 ? a.PriceLast / mean : float.NaN;
    }

    private static void Searches(in ActivityCounters a, int nowMs, Span<float> features)
    {
        features[(int)Feature.SecondsSinceLastSearch] = SecondsSince(a.LastSearchAt, nowMs);
        features[(int)Feature.Searches] = a.Searches;
        features[(int)Feature.HelpSearches] = a.HelpSearches;
        features[(int)Feature.Reformulations] = a.Reformulations;
        features[(int)Feature.RepeatedQueries] = a.RepeatedQueries;
        features[(int)Feature.LastQuerySimilarity] = a.LastQuerySimilarity;
        features[(int)Feature.ZeroResultSearches] = a.ZeroResultSearches;
        features[(int)Feature.FruitlessRun] = a.FruitlessRun;
        features[(int)Feature.FruitlessRunMax] = a.FruitlessRunMax;
        features[(int)Feature.SimilarWithinFiveMinutes] = a.SimilarWithinFiveMinutes;
        features[(int)Feature.FirstTwoQueriesFruitless] = a.Searches >= 3 && a.FirstTwoFruitless == 3 ? 1f : 0f;
        features[(int)Feature.ResultsOpened] = a.ResultsOpened;
        features[(int)Feature.QuickBacks] = a.QuickBacks;
        features[(int)Feature.PogoSticks] = a.PogoSticks;
    }

    private static void Articles(in ActivityCounters a, int nowMs, Span<float> features)
    {
        var current = a.ArticleAt == ActivityCounters.NotYet ? 0 : Math.Clamp((long)nowMs - a.ArticleAt, 0, ActivityUpdate.PauseMaxMs);
        features[(int)Feature.RatedNotHelpful] = a.RatedNotHelpful;
        features[(int)Feature.RatedHelpful] = a.RatedHelpful;
        features[(int)Feature.ArticlesViewed] = a.ArticlesViewed;
        features[(int)Feature.ArticleHops] = a.ArticleHops;
        features[(int)Feature.ArticleDwellMaxSeconds] = Math.Max(a.ArticleDwellMaxMs, current) * 0.001f;
    }

    private static void Dwell(in ActivityCounters a, int events, Span<float> features)
    {
        var hasPause = events > 1;
        features[(int)Feature.DwellLastSeconds] = hasPause ? a.DwellLastMs * 0.001f : float.NaN;
        features[(int)Feature.DwellMaxSeconds] = hasPause ? a.DwellMaxMs * 0.001f : float.NaN;
        features[(int)Feature.DwellMeanSeconds] = hasPause ? a.DwellSumMs * 0.001f / (events - 1) : float.NaN;
    }

    private static float SecondsSince(int at, int nowMs) => at == ActivityCounters.NotYet ? float.NaN : Seconds((long)nowMs - at);

    // An event may be up to five seconds ahead of now: no time is negative.
    private static float Seconds(long ms) => Math.Max(0, ms) * 0.001f;
}
