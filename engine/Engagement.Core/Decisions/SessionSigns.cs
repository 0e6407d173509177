using Engagement.Core.Features;

namespace Engagement.Core.Decisions;

/// <summary>
/// What a feature vector shows, before any probability is asked: the reasons that hold, and the four findings that the states are built from.
/// Pure, hot, allocates nothing. A missing value (NaN) never counts as a sign.
/// </summary>
internal readonly struct SessionSigns
{
    /// <summary>No more than so much between a search and the last event: she is still at the search (a page view may follow it at once).</summary>
    public const float AtSearchSeconds = 5;

    /// <summary>Shorter than this on a page is looking at it, longer is reading it.</summary>
    public const float ReadingSeconds = 20;

    /// <summary>So long on one article or page is reading at length. At least: a paragraph or two.</summary>
    public const float ReadingAtLengthSeconds = 30;

    /// <summary>Stillness counts from here (with something else to be still over): the first timer's time.</summary>
    public const float StillSeconds = 45;

    /// <summary>A form takes its time: stillness in the checkout counts from here.</summary>
    public const float CheckoutStillSeconds = 60;

    /// <summary>No hesitation is seen in a checkout younger than this.</summary>
    public const float CheckoutYoungSeconds = 90;

    /// <summary>A choice was made so lately that comparing before it no longer counts; and no cart is waiting yet.</summary>
    public const float CartFreshSeconds = 120;

    private const Reasons OfTrouble = Reasons.SimilarSearches | Reasons.RepeatedSearch | Reasons.NoResults;

    private const Reasons OfComparing = Reasons.ComparingProducts | Reasons.ReturningToProduct | Reasons.CartRemoved;

    private const Reasons OfHesitation = OfComparing | Reasons.CartWaiting | Reasons.CheckoutHesitation | Reasons.CheckoutRetreat
        | Reasons.FormErrors | Reasons.RageClicks;

    private SessionSigns(Reasons reasons, bool trouble, bool hesitation, bool progress, bool settled, bool browsing, bool fruitless)
    {
        Reasons = reasons;
        Trouble = trouble;
        Hesitation = hesitation;
        Progress = progress;
        Settled = settled;
        Browsing = browsing;
        Fruitless = fruitless;
    }

    /// <summary>All that hold, but the three that depend on the state (LikelyToBuy, LookingAround, JustArrived).</summary>
    public Reasons Reasons { get; }

    /// <summary>Searching or reading help and not finding, as far as is known until now.</summary>
    public bool Trouble { get; }

    /// <summary>Holding back over a purchase.</summary>
    public bool Hesitation { get; }

    /// <summary>Getting there: a checkout that moves, a result found, an article read or rated helpful.</summary>
    public bool Progress { get; }

    /// <summary>An order is complete, and nothing is searched in vain after it.</summary>
    public bool Settled { get; }

    /// <summary>Three views or more of anything.</summary>
    public bool Browsing { get; }

    /// <summary>The latest search was fruitless.</summary>
    public bool Fruitless { get; }

    public static SessionSigns Read(ReadOnlySpan<float> f)
    {
        var still = At(f, Feature.SecondsSinceLastEvent);
        var run = At(f, Feature.FruitlessRun);
        var atSearch = At(f, Feature.SecondsSinceLastSearch) - still < AtSearchSeconds;
        var helped = At(f, Feature.RatedHelpful) > At(f, Feature.RatedNotHelpful) && !atSearch;
        var found = At(f, Feature.ResultsOpened) > 0 && run == 0 && !atSearch
            && At(f, Feature.RatedNotHelpful) <= At(f, Feature.RatedHelpful);

        var reasons = Searching(f, run) | Shopping(f, still);
        var hopping = Hopping(f, still);
        var trouble = Troubled(f, run, reasons, hopping) && !helped && (!found || hopping);
        var hesitation = (reasons & OfHesitation) != 0 && Shops(f);
        if (still >= StillSeconds && (trouble || hesitation)) reasons |= Reasons.Stillness;

        var ordered = At(f, Feature.OrdersCompleted) > 0;
        if (ordered) reasons |= Reasons.OrderCompleted;
        if (helped) reasons |= Reasons.RatedHelpful;
        if (found && !hopping) reasons |= Reasons.FoundResult;
        if (Reads(f, still, run)) reasons |= Reasons.ReadingAtLength;
        const Reasons good = Reasons.RatedHelpful | Reasons.FoundResult | Reasons.ReadingAtLength | Reasons.CheckoutMoving;
        return new SessionSigns(reasons, trouble, hesitation, progress: (reasons & good) != 0, settled: ordered && !(run >= 3 && atSearch),
            browsing: Views(f) >= 3, fruitless: run > 0);
    }

    private static float At(ReadOnlySpan<float> f, Feature feature) => f[(int)feature];

    /// <summary>Signs of a search that does not go well.</summary>
    private static Reasons Searching(ReadOnlySpan<float> f, float run)
    {
        var reasons = Reasons.None;
        if (At(f, Feature.Reformulations) >= 1) reasons |= Reasons.SimilarSearches;
        if (At(f, Feature.RepeatedQueries) >= 1) reasons |= Reasons.RepeatedSearch;
        if (At(f, Feature.ZeroResultSearches) >= 1) reasons |= Reasons.NoResults;
        if (run >= 2) reasons |= Reasons.NothingOpened;
        if (At(f, Feature.QuickBacks) >= 1) reasons |= Reasons.QuickBacks;
        if (At(f, Feature.PogoSticks) >= 2) reasons |= Reasons.PogoSticking;
        if (At(f, Feature.ArticleHops) >= 2) reasons |= Reasons.ArticleHopping;
        if (At(f, Feature.RatedNotHelpful) >= 1) reasons |= Reasons.RatedNotHelpful;
        return reasons;
    }

    /// <summary>
    /// Two fruitless searches in a row (where she searched a catalogue only, and may have found by looking, some other sign of trouble too); a
    /// rating that says so; or hopping.
    /// </summary>
    private static bool Troubled(ReadOnlySpan<float> f, float run, Reasons reasons, bool hopping) =>
        run >= 2 && (At(f, Feature.HelpSearches) > 0 || (reasons & OfTrouble) != 0)
        || At(f, Feature.RatedNotHelpful) > At(f, Feature.RatedHelpful)
        || hopping;

    /// <summary>From result to result or article to article, none of them read, and not reading now.</summary>
    private static bool Hopping(ReadOnlySpan<float> f, float still) =>
        (At(f, Feature.PogoSticks) >= 2 || At(f, Feature.ArticleHops) >= 2)
        && At(f, Feature.ArticleDwellMaxSeconds) < ReadingAtLengthSeconds && still < ReadingSeconds;

    /// <summary>Signs of holding back over a purchase. Those of choosing fall away once she has chosen, or her checkout moves.</summary>
    private static Reasons Shopping(ReadOnlySpan<float> f, float still)
    {
        var reasons = Reasons.None;
        if (At(f, Feature.ComparisonLoops) >= 1) reasons |= Reasons.ComparingProducts;
        if (At(f, Feature.ProductRevisits) >= 2 || At(f, Feature.ProductViewsMax) >= 3) reasons |= Reasons.ReturningToProduct;
        if (At(f, Feature.CartRemovals) >= 1) reasons |= Reasons.CartRemoved;
        if (At(f, Feature.FormErrors) >= 2) reasons |= Reasons.FormErrors;
        if (At(f, Feature.RageClicks) >= 1) reasons |= Reasons.RageClicks;
        if (At(f, Feature.CheckoutRetreats) >= 1) reasons |= Reasons.CheckoutRetreat;

        var inCheckout = At(f, Feature.InCheckout) > 0;
        var waited = !(At(f, Feature.SecondsSinceCartAddition) < CartFreshSeconds);
        if (inCheckout && still >= CheckoutStillSeconds && At(f, Feature.SecondsInCheckout) >= CheckoutYoungSeconds)
            reasons |= Reasons.CheckoutHesitation;
        if (!inCheckout && At(f, Feature.CartItems) >= 1 && waited && still >= StillSeconds) reasons |= Reasons.CartWaiting;

        const Reasons stuck = Reasons.CheckoutHesitation | Reasons.CheckoutRetreat | Reasons.FormErrors | Reasons.RageClicks;
        if (inCheckout && (reasons & stuck) == 0) reasons |= Reasons.CheckoutMoving;
        var chosen = inCheckout || !waited && At(f, Feature.CartItems) >= 1;
        return chosen ? reasons & ~OfComparing : reasons;
    }

    /// <summary>There is something to buy: rage clicks in a help centre are no hesitation over a purchase.</summary>
    private static bool Shops(ReadOnlySpan<float> f) =>
        At(f, Feature.ProductsViewed) >= 1 || At(f, Feature.CartItems) >= 1 || At(f, Feature.InCheckout) >= 1;

    /// <summary>Reads an article or, where nothing is being bought or searched in vain, a page, at length.</summary>
    private static bool Reads(ReadOnlySpan<float> f, float still, float run)
    {
        if (run > 0) return false;
        if (At(f, Feature.ArticlesViewed) >= 1 && At(f, Feature.ArticleDwellMaxSeconds) >= ReadingAtLengthSeconds) return true;
        return !Shops(f) && At(f, Feature.PagesViewed) + At(f, Feature.ArticlesViewed) >= 1
            && (still >= ReadingAtLengthSeconds || At(f, Feature.DwellMaxSeconds) >= ReadingAtLengthSeconds);
    }

    private static float Views(ReadOnlySpan<float> f) =>
        At(f, Feature.PagesViewed) + At(f, Feature.ProductsViewed) + At(f, Feature.ListsViewed) + At(f, Feature.ArticlesViewed);
}
