using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>
/// What the features are read from, kept up event by event. Times are milliseconds since the session began, by the sender's clock. A mutable struct
/// inside the session, so that a session is one object.
/// </summary>
internal struct ActivityCounters
{
    /// <summary>Marks a time that has not been.</summary>
    public const int NotYet = int.MinValue;

    public uint LastProduct;
    public uint PriorProduct;
    public double PriceSum;
    public float PriceLast;
    public float PriceMax;
    public float CartValue;
    public float LastQuerySimilarity;
    public int CartItems;
    public int LastSearchAt;
    public int LastCartAdditionAt;
    public int CheckoutAt;

    /// <summary>When the latest content (list, product, search, result, article, cart, checkout; not a bare page) came up.</summary>
    public int ContentAt;

    /// <summary>When the article being read came up; <see cref="NotYet"/> when none is.</summary>
    public int ArticleAt;

    /// <summary>When a result of the current list was opened last.</summary>
    public int ResultOpenedAt;
    public int ArticleDwellMaxMs;
    public int DwellSumMs;
    public int DwellMaxMs;
    public int DwellLastMs;
    public uint LastCategory;
    public uint CurrentUrl;
    public ushort PagesViewed;
    public ushort ProductsViewed;
    public ushort DistinctProducts;
    public ushort ProductRevisits;
    public ushort ProductViewsMax;
    public ushort ComparisonLoops;
    public ushort DistinctCategories;
    public ushort CategorySwitches;
    public ushort ListsViewed;
    public ushort CartAdditions;
    public ushort Prices;
    public ushort Searches;
    public ushort HelpSearches;
    public ushort Reformulations;
    public ushort RepeatedQueries;
    public ushort ZeroResultSearches;
    public ushort FruitlessRunMax;
    public ushort SimilarWithinFiveMinutes;
    public ushort ResultsOpened;
    public ushort QuickBacks;
    public ushort ArticlesViewed;
    public ushort ArticleHops;
    public ushort OrdersCompleted;

    /// <summary>Of the category viewed last: a hash of its first part; 0 when no view named one.</summary>
    public ushort CategoryGroup;

    /// <summary>Which event the last cart addition was, from 1; 0 without one.</summary>
    public ushort CartAdditionEvent;

    /// <summary>Fruitless searches in a row before the latest.</summary>
    public ushort ClosedFruitlessRun;

    /// <summary>Results opened from the latest search, and how many of them were left for a search at once.</summary>
    public byte CurrentOpened;
    public byte CurrentQuickBacks;

    /// <summary>Bit 0: the first search was fruitless; bit 1: the second.</summary>
    public byte FirstTwoFruitless;

    /// <summary>Saturate: a byte each keeps a session within its bytes.</summary>
    public byte LastProductViews;
    public byte LastCategoryViews;

    // What is rare is counted to 255 and no further: each byte is one of every session's.
    public byte CartRemovals;
    public byte CheckoutRetreats;
    public byte PogoSticks;
    public byte RatedHelpful;
    public byte RatedNotHelpful;
    public byte RageClicks;
    public byte FormErrors;

    /// <summary>The latest content; <see cref="EventType.Unknown"/> before any.</summary>
    public EventType Content;
    public bool LatestFoundNothing;
    public bool InCheckout;

    /// <summary>On a page of the checkout, not away on a product, list, cart or help page.</summary>
    public bool OnCheckoutPage;

    /// <summary>Fruitless searches in a row as of now: the latest counts once it is known to be in vain.</summary>
    public readonly int FruitlessRun =>
        Searches == 0 ? 0
        : LatestFoundNothing ? ClosedFruitlessRun + 1
        : CurrentOpened > CurrentQuickBacks ? 0
        : ClosedFruitlessRun;

    public static ActivityCounters New() => new()
    {
        PriceLast = float.NaN,
        PriceMax = float.NaN,
        CartValue = float.NaN,
        LastSearchAt = NotYet,
        LastCartAdditionAt = NotYet,
        CheckoutAt = NotYet,
        ContentAt = NotYet,
        ArticleAt = NotYet,
        ResultOpenedAt = NotYet,
    };
}
