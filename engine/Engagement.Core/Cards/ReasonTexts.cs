using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>What a reason is read from: when the visitor strikes it, the reason goes with it.</summary>
public enum EvidenceKind : byte { None = 0, Query, Page, Cart }

/// <summary>
/// Reasons in words, the same for the visitor and the agent: what happened, counted, never what kind of person does so. No text of the visitor's
/// stands in them. The words themselves stand in <see cref="ReasonWords"/>, a site's own among them. Pure, thread-safe.
/// </summary>
public static class ReasonTexts
{
    /// <summary>Reasons on one card or answer: more are noise.</summary>
    public const int ReasonsMax = 5;

    private const Reasons OfHelp = Reasons.SimilarSearches | Reasons.RepeatedSearch | Reasons.NoResults | Reasons.NothingOpened | Reasons.QuickBacks
        | Reasons.PogoSticking | Reasons.ArticleHopping | Reasons.RatedNotHelpful;

    private const Reasons OfPurchase = Reasons.ComparingProducts | Reasons.ReturningToProduct | Reasons.CartWaiting | Reasons.CartRemoved
        | Reasons.CheckoutHesitation | Reasons.CheckoutRetreat | Reasons.LikelyToBuy;

    private const Reasons OfPage = Reasons.RageClicks | Reasons.FormErrors | Reasons.Stillness;

    private const Reasons OfCalm = Reasons.OrderCompleted | Reasons.ReadingAtLength | Reasons.RatedHelpful | Reasons.FoundResult
        | Reasons.CheckoutMoving | Reasons.LookingAround | Reasons.JustArrived;

    /// <summary>Families named beside the reasons: they say what weighed, not what happened, so few.</summary>
    private const int FamiliesMax = 2;

    /// <summary>Log-odds that what no reason speaks of must add before its family is named: less moves a probability by a point or two.</summary>
    private const float FamilyMin = 0.1f;

    /// <summary>How a reason is told: its count, the features whose contributions speak for it, and what it is read from.</summary>
    private sealed record Entry(Func<float[], float>? Count, EvidenceKind Kind, params Feature[] Features);

    /// <summary>
    /// The reasons that speak for a state, at most <see cref="ReasonsMax"/>: of what was observed, first what adds most to the model's score and nothing that
    /// takes from it (unless nothing else is left); then the families of whatever else adds to it. Nothing where the visitor may not be scored; no
    /// families where she has not agreed to share, since no item of hers stands for them that she could approve.
    /// </summary>
    public static ImmutableArray<CodedText> For(Assessment assessment, SiteModel site, CopyLanguage language)
    {
        if ((assessment.Privacy & PrivacyScope.Score) == 0) return [];
        var relevant = Codes.Split(assessment.Reasons & RelevantTo(assessment.State)).ToArray();
        var contributions = ContributionsTo(assessment, site);
        var observed = Ranked(relevant, contributions).Take(ReasonsMax).ToArray();
        var families = (assessment.Privacy & PrivacyScope.Share) == 0 ? [] : FamiliesBeside(relevant, contributions);
        return
        [
            .. observed.Select(r => Of(r.Reason, assessment.Features, language, site.ReasonWords) with { Weight = r.Weight }),
            .. families.Take(ReasonsMax - observed.Length).Select(f => (Code: FeatureFamilies.CodeOf(f.Family), f.Weight))
                .Select(f => new CodedText(f.Code, site.ReasonWords.Of(f.Code, language).Plain, f.Weight)),
        ];
    }

    /// <summary>One reason in words, filled from the features.</summary>
    /// <param name="words">Null: the product's own.</param>
    public static CodedText Of(Reasons reason, float[] features, CopyLanguage language, ReasonWords? words = null)
    {
        var code = Codes.Of(reason);
        var text = (words ?? ReasonWords.Shipped).Of(code, language);
        var count = _entries[reason].Count?.Invoke(features) ?? 0;
        return new CodedText(code, text.Many is { } many && count >= 2
            ? many.Replace(ReasonWords.Count, ((int)Math.Min(count, 99)).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            : text.Plain);
    }

    /// <summary>A code in words that count nothing: what is left of it when some of what was counted has been struck. Null for an unknown code.</summary>
    public static CodedText? Uncounted(string code, CopyLanguage language, ReasonWords? words = null) =>
        _kinds.ContainsKey(code) ? new(code, (words ?? ReasonWords.Shipped).Of(code, language).Plain) : null;

    /// <summary>What a reason or a family is read from; by its code, as it comes back in a card. None for unknown codes.</summary>
    public static EvidenceKind KindOf(string code) => _kinds.GetValueOrDefault(code);

    /// <summary>Codes of all reasons and families.</summary>
    internal static IReadOnlyCollection<string> AllCodes => _kinds.Keys;

    /// <summary>Whether a code's words may hold a number.</summary>
    internal static bool IsCounted(string code) => _entries.Any(entry => entry.Value.Count is not null && Codes.Of(entry.Key) == code);

    /// <summary>Of each feature to the score of the state's model; null where the state has none.</summary>
    private static float[]? ContributionsTo(Assessment assessment, SiteModel site)
    {
        var model = assessment.State switch
        {
            VisitorState.Floundering => site.Floundering,
            VisitorState.Purposeful => site.Purposeful,
            _ => null,
        };
        if (model is null || assessment.Features.Length != FeatureSchema.Count) return null;
        var contributions = new float[FeatureSchema.Count];
        model.Explain(assessment.Features, contributions);
        return contributions;
    }

    private static IEnumerable<(Reasons Reason, double? Weight)> Ranked(Reasons[] relevant, float[]? contributions)
    {
        if (contributions is null) return relevant.Select(r => (r, (double?)null));
        var weighed = relevant.Select(r => (Reason: r, Weight: _entries[r].Features.Sum(f => contributions[(int)f]))).OrderByDescending(w => w.Weight).ThenBy(w => w.Reason).ToList();
        var speaking = weighed.Where(w => w.Weight >= 0).ToList();
        return speaking.Count > 0 ? speaking.Select(w => (w.Reason, Rounded(w.Weight))) : weighed.Select(w => (w.Reason, (double?)null));
    }

    /// <summary>Families whose features, those aside that a reason speaks of, add to the score: what adds most first.</summary>
    private static IEnumerable<(FeatureFamily Family, double? Weight)> FamiliesBeside(Reasons[] relevant, float[]? contributions)
    {
        if (contributions is null) return [];
        var told = relevant.SelectMany(r => _entries[r].Features).ToHashSet();
        return Enumerable.Range(0, contributions.Length).Select(i => (Feature)i).Where(f => !told.Contains(f))
            .GroupBy(FeatureFamilies.Of, f => contributions[(int)f])
            .Select(g => (Family: g.Key, Weight: g.Sum()))
            .Where(g => g.Weight >= FamilyMin).OrderByDescending(g => g.Weight).ThenBy(g => g.Family).Take(FamiliesMax)
            .Select(g => (g.Family, Rounded(g.Weight)));
    }

    private static double? Rounded(float weight) => Math.Round(weight, 2);

    /// <summary>Which reasons speak for a state: that something was found once is no reason for Floundering, though it holds.</summary>
    private static Reasons RelevantTo(VisitorState state) => state switch
    {
        VisitorState.Floundering => OfHelp | OfPage,
        VisitorState.Purposeful => OfPurchase | OfPage,
        VisitorState.Unknown => OfHelp | OfPurchase | OfPage | Reasons.JustArrived,
        _ => OfCalm,
    };

    private static Func<float[], float> Value(Feature feature, float plus = 0) => f => f[(int)feature] + plus;

    private static readonly FrozenDictionary<Reasons, Entry> _entries = new Dictionary<Reasons, Entry>
    {
        [Reasons.SimilarSearches] = new(Value(Feature.Reformulations, 1), EvidenceKind.Query,
            Feature.Reformulations, Feature.LastQuerySimilarity, Feature.SimilarWithinFiveMinutes, Feature.Searches, Feature.HelpSearches),
        [Reasons.RepeatedSearch] = new(Value(Feature.RepeatedQueries), EvidenceKind.Query, Feature.RepeatedQueries),
        [Reasons.NoResults] = new(Value(Feature.ZeroResultSearches), EvidenceKind.Query, Feature.ZeroResultSearches),
        [Reasons.NothingOpened] = new(Value(Feature.FruitlessRun), EvidenceKind.Query,
            Feature.FruitlessRun, Feature.FruitlessRunMax, Feature.FirstTwoQueriesFruitless, Feature.ResultsOpened),
        [Reasons.QuickBacks] = new(Value(Feature.QuickBacks), EvidenceKind.Query, Feature.QuickBacks),
        [Reasons.PogoSticking] = new(null, EvidenceKind.Query, Feature.PogoSticks),
        [Reasons.ArticleHopping] = new(null, EvidenceKind.Page, Feature.ArticleHops, Feature.ArticlesViewed),
        [Reasons.RatedNotHelpful] = new(Value(Feature.RatedNotHelpful), EvidenceKind.Page, Feature.RatedNotHelpful),
        [Reasons.RageClicks] = new(null, EvidenceKind.None, Feature.RageClicks),
        [Reasons.FormErrors] = new(Value(Feature.FormErrors), EvidenceKind.None, Feature.FormErrors),
        [Reasons.ComparingProducts] = new(null, EvidenceKind.Page, Feature.ComparisonLoops, Feature.DistinctProducts, Feature.CategorySwitches),
        [Reasons.ReturningToProduct] = new(Value(Feature.ProductViewsMax), EvidenceKind.Page,
            Feature.ProductRevisits, Feature.ProductViewsMax, Feature.ProductsViewed),
        [Reasons.CartWaiting] = new(Value(Feature.CartItems), EvidenceKind.Cart,
            Feature.CartItems, Feature.CartValue, Feature.CartAdditions, Feature.SecondsSinceCartAddition),
        [Reasons.CartRemoved] = new(Value(Feature.CartRemovals), EvidenceKind.Cart, Feature.CartRemovals),
        [Reasons.CheckoutHesitation] = new(f => MathF.Floor(f[(int)Feature.SecondsInCheckout] / 60), EvidenceKind.None,
            Feature.SecondsInCheckout, Feature.InCheckout),
        [Reasons.CheckoutRetreat] = new(null, EvidenceKind.None, Feature.CheckoutRetreats),
        [Reasons.Stillness] = new(null, EvidenceKind.None, Feature.SecondsSinceLastEvent, Feature.DwellLastSeconds),
        [Reasons.LikelyToBuy] = new(null, EvidenceKind.None),
        [Reasons.OrderCompleted] = new(null, EvidenceKind.None),
        [Reasons.ReadingAtLength] = new(null, EvidenceKind.Page),
        [Reasons.RatedHelpful] = new(null, EvidenceKind.Page),
        [Reasons.FoundResult] = new(null, EvidenceKind.Query),
        [Reasons.CheckoutMoving] = new(null, EvidenceKind.None),
        [Reasons.LookingAround] = new(null, EvidenceKind.Page),
        [Reasons.JustArrived] = new(null, EvidenceKind.None),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, EvidenceKind> _kinds = _entries.Select(entry => (Code: Codes.Of(entry.Key), entry.Value.Kind))
        .Concat(Enum.GetValues<FeatureFamily>().Select(family => (Code: FeatureFamilies.CodeOf(family), Kind: FeatureFamilies.KindOf(family))))
        .ToFrozenDictionary(pair => pair.Code, pair => pair.Kind, StringComparer.Ordinal);
}

/// <summary>The five states in words, the same for the visitor and the agent.</summary>
public static class StateTexts
{
    private static readonly ImmutableArray<Phrase> _texts =
    [
        new("Too early to say", "Noch nicht zu sagen", "Nog te vroeg om te zeggen", "Aún es pronto para saberlo"),
        new("Looking around", "Sieht sich um", "Kijkt rond", "Mirando"),
        new("Getting there", "Kommt voran", "Komt er wel", "Por buen camino"),
        new("Choosing, and not yet sure", "Wählt aus und ist noch nicht sicher", "Aan het kiezen, en nog niet zeker", "Eligiendo, aún sin decidirse"),
        new("Searching and not finding", "Sucht und findet nicht", "Zoekt en vindt het niet", "Busca y no encuentra"),
    ];

    public static string Of(VisitorState state, CopyLanguage language) => _texts[(int)state].In(language);
}
