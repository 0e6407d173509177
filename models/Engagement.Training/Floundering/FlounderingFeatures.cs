using Engagement.Core.Features;

namespace Engagement.Training.Floundering;

/// <summary>What the floundering model may see, which way it may lean, and what the ablations take away.</summary>
public static class FlounderingFeatures
{
    /// <summary>
    /// Searching and reading only. Nothing that tells the time of the session or its pauses: a simulator's clock is its own, and a model would learn it. Not how similar
    /// the last query is, to the second decimal: a simulator's words are its own too; only whether it is similar. Not
    /// the mere number of searches: effort is no struggle. Nothing of a shop.
    /// </summary>
    public static readonly Feature[] Visible =
    [
        Feature.Reformulations, Feature.RepeatedQueries, Feature.ZeroResultSearches, Feature.FruitlessRun,
        Feature.FruitlessRunMax, Feature.SimilarWithinFiveMinutes, Feature.FirstTwoQueriesFruitless, Feature.ResultsOpened, Feature.QuickBacks, Feature.PogoSticks,
        Feature.ArticlesViewed, Feature.ArticleHops, Feature.ArticleDwellMaxSeconds, Feature.RatedHelpful, Feature.RatedNotHelpful, Feature.RageClicks,
    ];

    /// <summary>More of it may never lower the score: one more search in vain is no good sign anywhere.</summary>
    public static readonly Feature[] Rising =
    [
        Feature.FruitlessRun, Feature.FruitlessRunMax, Feature.ZeroResultSearches, Feature.FirstTwoQueriesFruitless, Feature.QuickBacks, Feature.RepeatedQueries,
        Feature.RatedNotHelpful, Feature.RageClicks,
    ];

    /// <summary>More of it may never raise the score: whoever opened something and stayed is not to be disturbed for it.</summary>
    public static readonly Feature[] Falling = [Feature.ResultsOpened, Feature.ArticlesViewed, Feature.ArticleDwellMaxSeconds, Feature.RatedHelpful];

    /// <summary>Name and features of each ablation.</summary>
    public static readonly (string Name, Feature[] Without)[] Ablations =
    [
        ("without reformulation", [Feature.Reformulations, Feature.RepeatedQueries, Feature.SimilarWithinFiveMinutes]),
        ("without clicks and reading",
        [
            Feature.ResultsOpened, Feature.QuickBacks, Feature.PogoSticks, Feature.ArticlesViewed, Feature.ArticleHops, Feature.ArticleDwellMaxSeconds,
            Feature.FruitlessRun, Feature.FruitlessRunMax, Feature.FirstTwoQueriesFruitless,
        ]),
        ("without empty lists", [Feature.ZeroResultSearches]),
        ("without time", [Feature.ArticleDwellMaxSeconds, Feature.QuickBacks, Feature.PogoSticks, Feature.ArticleHops, Feature.SimilarWithinFiveMinutes]),
    ];
}
