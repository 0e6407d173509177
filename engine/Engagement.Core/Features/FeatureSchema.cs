using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Engagement.Core.Features;

/// <summary>
/// Position of each feature in the fixed vector. Counts and seconds since the session began, as of <c>now</c>; all are known to a live engine.
/// A feature that has no value yet (a mean price where no price was seen) is NaN, which a tree sends its default way. Append only: a change of
/// order or meaning is a new <see cref="FeatureSchema.Version"/>.
/// </summary>
public enum Feature
{
    /// <summary>Seconds from the session's first event to now.</summary>
    SecondsInSession = 0,

    /// <summary>Events applied, heartbeats not counted.</summary>
    Events,
    PagesViewed,
    ProductsViewed,
    DistinctProducts,

    /// <summary>Product views of a product seen before in the session, not directly before.</summary>
    ProductRevisits,

    /// <summary>Views of the product viewed most.</summary>
    ProductViewsMax,

    /// <summary>Returns of the form A, B, A among product views: comparing.</summary>
    ComparisonLoops,
    DistinctCategories,

    /// <summary>Product views whose category differs from that of the product view before.</summary>
    CategorySwitches,
    ListsViewed,
    CartAdditions,
    CartRemovals,

    /// <summary>Pieces in the cart, as the site says or as additions and removals sum to; at least 0.</summary>
    CartItems,

    /// <summary>Value of the cart, as the site says or as additions and removals sum to; NaN when no price was seen.</summary>
    CartValue,

    /// <summary>Seconds since the last cart addition; NaN without one.</summary>
    SecondsSinceCartAddition,

    /// <summary>1 between checkout_started and order_completed, else 0.</summary>
    InCheckout,

    /// <summary>Seconds since checkout started while it is open; 0 otherwise: hesitation before the end.</summary>
    SecondsInCheckout,

    /// <summary>Times that an open checkout was left for a product, list, cart or help page.</summary>
    CheckoutRetreats,
    PriceMean,
    PriceLast,

    /// <summary>Last price over the mean price of the session; NaN without prices.</summary>
    PriceLastToMean,
    PriceMax,

    /// <summary>Searches in any scope.</summary>
    Searches,

    /// <summary>Searches with scope help.</summary>
    HelpSearches,

    /// <summary>Searches whose query is similar (trigram Jaccard 0.3 or more, or one a part of the other) but not equal to an earlier one.</summary>
    Reformulations,

    /// <summary>Searches whose normalised query equals an earlier one.</summary>
    RepeatedQueries,

    /// <summary>Largest trigram similarity of the last query to an earlier one, 0 to 1.</summary>
    LastQuerySimilarity,

    /// <summary>Searches that showed no result.</summary>
    ZeroResultSearches,

    /// <summary>Latest searches in a row that were fruitless: no result, none opened, or only quick-backs.</summary>
    FruitlessRun,

    /// <summary>Length of the longest such run.</summary>
    FruitlessRunMax,

    /// <summary>Searches within five minutes of a similar earlier one (Hassan et al. 2013).</summary>
    SimilarWithinFiveMinutes,

    /// <summary>1 when there are three or more searches and the first two were without an opened result or with quick-backs only (Odijk et al. 2015).</summary>
    FirstTwoQueriesFruitless,
    ResultsOpened,

    /// <summary>Results or articles left for a search within 15 s.</summary>
    QuickBacks,

    /// <summary>Second and later results opened from one result list within 60 s: pogo-sticking.</summary>
    PogoSticks,
    ArticlesViewed,

    /// <summary>Articles opened from an article within 20 s: hopping.</summary>
    ArticleHops,

    /// <summary>Longest dwell on one article so far, in seconds, the current one included.</summary>
    ArticleDwellMaxSeconds,
    RatedHelpful,
    RatedNotHelpful,
    RageClicks,
    FormErrors,

    /// <summary>Seconds since the last event, heartbeats not counted: stillness.</summary>
    SecondsSinceLastEvent,

    /// <summary>Mean seconds between events, pauses cut at 10 min; NaN with one event.</summary>
    DwellMeanSeconds,
    DwellMaxSeconds,
    DwellLastSeconds,

    /// <summary>Seconds since the last search; NaN without one.</summary>
    SecondsSinceLastSearch,
    OrdersCompleted,

    // Version 2: what the purposeful model learnt to want.

    /// <summary>
    /// Category of the product viewed last as a stable hash in (0, 1); NaN where no view named one. It orders nothing: a tree can pick a category out by
    /// it, and what it learns so holds for the shop whose names it learnt, not for another's.
    /// </summary>
    CategoryKey,

    /// <summary>The same of the category's first part, up to a full stop, slash, angle bracket or bar: <c>electronics</c> of <c>electronics.clocks</c>.</summary>
    CategoryGroup,

    /// <summary>Views so far of the product viewed last, at most 255; 0 without one.</summary>
    LastProductViews,

    /// <summary>Views so far of products in the category viewed last, at most 255; 0 without one.</summary>
    LastCategoryViews,

    /// <summary>Events after the last cart addition, 0 right after it; NaN without one.</summary>
    EventsSinceCartAddition,
}

/// <summary>The fixed feature vector: names, length, version and the hash that a model must carry to be loaded.</summary>
public static class FeatureSchema
{
    /// <summary>Rises with any change of order or meaning.</summary>
    public const int Version = 2;

    /// <summary>Wire names in vector order, in snake_case.</summary>
    public static readonly ImmutableArray<string> Names = [.. Enum.GetNames<Feature>().Select(ToSnakeCase)];

    /// <summary>Length of the vector.</summary>
    public static readonly int Count = Names.Length;

    /// <summary>64-bit hash of version and names, as 16 hexadecimal digits.</summary>
    public static readonly string Hash =
        Identifiers.Hash64(Encoding.UTF8.GetBytes($"v{Version}:{string.Join(',', Names)}")).ToString("x16", CultureInfo.InvariantCulture);

    private static string ToSnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
