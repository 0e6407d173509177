using Engagement.Core.Decisions;
using Engagement.Core.Features;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Decisions;

/// <summary>Vectors at random, of values that the extractor could give, over the whole range of the rules.</summary>
internal static class Vectors
{
    private static readonly float[] _seconds = [0, 1, 4, 8, 15, 25, 40, 46, 59, 61, 100, 130, 400, 900];

    /// <summary>Counts are mostly 0, so that rules are met one by one; consistent where the rules look at two of them.</summary>
    public static Arbitrary<float[]> Any { get; } = Gen.Choose(int.MinValue, int.MaxValue).Select(seed =>
    {
        var random = new Random(seed);
        var vector = new float[FeatureSchema.Count];
        foreach (var feature in Enum.GetValues<Feature>())
            vector[(int)feature] = feature.ToString().Contains("Seconds", StringComparison.Ordinal)
                ? _seconds[random.Next(_seconds.Length)]
                : random.Next(3) == 0 ? random.Next(5) : 0;
        vector[(int)Feature.InCheckout] = random.Next(4) == 0 ? 1 : 0;
        if (vector[(int)Feature.InCheckout] == 0) vector[(int)Feature.SecondsInCheckout] = 0;
        vector[(int)Feature.OrdersCompleted] = random.Next(8) == 0 ? 1 : 0;
        vector[(int)Feature.LastQuerySimilarity] = random.NextSingle();
        var searches = vector[(int)Feature.Searches] = Math.Max(vector[(int)Feature.Searches], vector[(int)Feature.HelpSearches]);
        foreach (var part in (ReadOnlySpan<Feature>)[Feature.Reformulations, Feature.RepeatedQueries, Feature.ZeroResultSearches, Feature.FruitlessRun,
            Feature.FruitlessRunMax, Feature.SimilarWithinFiveMinutes])
            vector[(int)part] = Math.Min(vector[(int)part], searches);
        vector[(int)Feature.FruitlessRunMax] = Math.Max(vector[(int)Feature.FruitlessRunMax], vector[(int)Feature.FruitlessRun]);
        vector[(int)Feature.SecondsSinceLastSearch] = searches == 0
            ? float.NaN
            : vector[(int)Feature.SecondsSinceLastEvent] + (random.Next(2) == 0 ? 0 : vector[(int)Feature.SecondsSinceLastSearch]);
        if (vector[(int)Feature.CartAdditions] == 0) vector[(int)Feature.SecondsSinceCartAddition] = float.NaN;
        if (vector[(int)Feature.Events] < 2)
            vector[(int)Feature.DwellMeanSeconds] = vector[(int)Feature.DwellMaxSeconds] = vector[(int)Feature.DwellLastSeconds] = float.NaN;
        vector[(int)Feature.DistinctProducts] = Math.Min(vector[(int)Feature.DistinctProducts], vector[(int)Feature.ProductsViewed]);
        return vector;
    }).ToArbitrary();

    public static void ForAll(Action<float[]> holds, int runs = 2_000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs), Prop.ForAll(Any, holds));

    /// <summary>The evidence of hesitation, told again in one's own words, to hold the rules against.</summary>
    public static bool MightHesitate(float[] f) =>
        f[(int)Feature.ComparisonLoops] > 0 || f[(int)Feature.ProductRevisits] > 1 || f[(int)Feature.ProductViewsMax] > 2
        || f[(int)Feature.CartRemovals] > 0 || f[(int)Feature.FormErrors] > 1 || f[(int)Feature.RageClicks] > 0
        || f[(int)Feature.CheckoutRetreats] > 0
        || f[(int)Feature.SecondsSinceLastEvent] >= 45 && (f[(int)Feature.CartItems] > 0 || f[(int)Feature.InCheckout] > 0);
}
