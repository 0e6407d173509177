using Engagement.Core.Features;

namespace Engagement.Core.Decisions;

/// <summary>
/// Single changes to a feature vector, each as the extractor would make it: one event more, or time passing without one. What the vector cannot tell
/// (a price, whether the latest search will count as fruitless) stays as it was, on the side of fewer signs. Pure; changes the vector in place.
/// </summary>
internal static class Hypothesis
{
    private const float DwellSecondsMax = 600;
    private const float SimilarSeconds = 300;

    /// <summary>Time passes and nothing happens.</summary>
    public static void Wait(Span<float> f, float seconds)
    {
        f[(int)Feature.SecondsInSession] += seconds;
        f[(int)Feature.SecondsSinceLastEvent] += seconds;
        f[(int)Feature.SecondsSinceCartAddition] += seconds;
        f[(int)Feature.SecondsSinceLastSearch] += seconds;
        if (f[(int)Feature.InCheckout] > 0) f[(int)Feature.SecondsInCheckout] += seconds;
        // Longest dwell and stillness are the same: it is the article she is on.
        if (f[(int)Feature.ArticlesViewed] > 0 && f[(int)Feature.ArticleDwellMaxSeconds] <= f[(int)Feature.SecondsSinceLastEvent] - seconds + 0.001f)
            f[(int)Feature.ArticleDwellMaxSeconds] = Math.Min(DwellSecondsMax, f[(int)Feature.ArticleDwellMaxSeconds] + seconds);
    }

    /// <summary>A similar search that finds nothing, in the scope searched before.</summary>
    public static bool SearchInVain(Span<float> f)
    {
        var again = f[(int)Feature.Searches] >= 1;
        var help = f[(int)Feature.HelpSearches] >= 1 || !again && f[(int)Feature.ProductsViewed] == 0;
        var soon = again && f[(int)Feature.SecondsSinceLastSearch] <= SimilarSeconds;
        Happen(f);
        f[(int)Feature.Searches]++;
        if (help) f[(int)Feature.HelpSearches]++;
        if (help && OnCheckoutPage(f)) f[(int)Feature.CheckoutRetreats]++;
        if (again) f[(int)Feature.Reformulations]++;
        if (soon) f[(int)Feature.SimilarWithinFiveMinutes]++;
        if (again) f[(int)Feature.LastQuerySimilarity] = Math.Max(0.5f, f[(int)Feature.LastQuerySimilarity]);
        f[(int)Feature.ZeroResultSearches]++;
        f[(int)Feature.FruitlessRun]++;
        f[(int)Feature.FruitlessRunMax] = Math.Max(f[(int)Feature.FruitlessRunMax], f[(int)Feature.FruitlessRun]);
        if (f[(int)Feature.Searches] >= 3 && f[(int)Feature.FruitlessRun] == f[(int)Feature.Searches]) f[(int)Feature.FirstTwoQueriesFruitless] = 1;
        f[(int)Feature.SecondsSinceLastSearch] = 0;
        return true;
    }

    /// <summary>Back from one product to another seen before; false where fewer than two were seen, and in a checkout: there it is a retreat.</summary>
    public static bool CompareAgain(Span<float> f)
    {
        if (f[(int)Feature.DistinctProducts] < 2 || OnCheckoutPage(f)) return false;
        Happen(f);
        f[(int)Feature.ProductsViewed]++;
        f[(int)Feature.ProductRevisits]++;
        f[(int)Feature.ComparisonLoops]++;
        f[(int)Feature.ProductViewsMax] = Math.Max(2, f[(int)Feature.ProductViewsMax]);
        // At least: which product it is, and how often she saw it, the vector does not tell.
        f[(int)Feature.LastProductViews] = 2;
        return true;
    }

    /// <summary>Out of an open checkout to the cart; false where none is open, or it was left before.</summary>
    public static bool RetreatFromCheckout(Span<float> f)
    {
        if (!OnCheckoutPage(f)) return false;
        Happen(f);
        f[(int)Feature.CheckoutRetreats]++;
        return true;
    }

    /// <summary>A rating that an article did not help; false where none was read.</summary>
    public static bool RateNotHelpful(Span<float> f)
    {
        if (f[(int)Feature.ArticlesViewed] == 0) return false;
        Happen(f);
        f[(int)Feature.RatedNotHelpful]++;
        return true;
    }

    /// <summary>As far as the vector tells: after a retreat she may be back or not.</summary>
    private static bool OnCheckoutPage(ReadOnlySpan<float> f) => f[(int)Feature.InCheckout] > 0 && f[(int)Feature.CheckoutRetreats] == 0;

    /// <summary>One event now: the pause before it becomes the last dwell.</summary>
    private static void Happen(Span<float> f)
    {
        var pause = Math.Min(f[(int)Feature.SecondsSinceLastEvent], DwellSecondsMax);
        var pauses = f[(int)Feature.Events] - 1;
        var mean = f[(int)Feature.DwellMeanSeconds];
        f[(int)Feature.DwellMeanSeconds] = float.IsNaN(mean) || pauses <= 0 ? pause : (mean * pauses + pause) / (pauses + 1);
        f[(int)Feature.DwellMaxSeconds] = float.IsNaN(f[(int)Feature.DwellMaxSeconds]) ? pause : Math.Max(pause, f[(int)Feature.DwellMaxSeconds]);
        f[(int)Feature.DwellLastSeconds] = pause;
        f[(int)Feature.Events]++;
        f[(int)Feature.EventsSinceCartAddition]++;
        f[(int)Feature.SecondsSinceLastEvent] = 0;
    }
}
