using Engagement.Core.Features;

namespace Engagement.Core.Scoring;

/// <summary>
/// Floundering by the two published rules, as a probability. Immutable, thread-safe, allocates nothing.
/// <para>Rule A (Odijk et al. 2015): three or more queries, the first two without a click or with quick-back clicks only. Rule B (Hassan et al. 2013): a
/// similar query again within five minutes. The rules are theirs; that they are added in log-odds, and the numbers, are ours: with neither rule the
/// probability is 0.05; both together, while the latest search is still fruitless, reach 0.5; one rule alone does only when five searches in a row stayed
/// fruitless. A rule weighs about a third once something was opened and kept, because many who struggle do find in the end.</para>
/// </summary>
public sealed class PublishedStruggleRules : IPropensityModel
{
    public static readonly PublishedStruggleRules Instance = new();

    /// <summary>Log-odds of floundering before either rule holds: 0.05. Ours.</summary>
    private const float Prior = -3f;

    /// <summary>Rule A once the visitor has found something to stay with. Ours.</summary>
    private const float FirstTwoFruitless = 0.7f;

    /// <summary>What rule A adds while the latest search is fruitless. Ours.</summary>
    private const float FirstTwoFruitlessStill = 1.5f;

    /// <summary>Rule B: the first similar query within five minutes. Ours.</summary>
    private const float SimilarFirst = 0.5f;

    /// <summary>What the first similar query adds while the latest search is fruitless. Ours.</summary>
    private const float SimilarFirstStill = 0.8f;

    /// <summary>Each further similar query within five minutes, up to <see cref="SimilarFurtherMax"/>. Ours.</summary>
    private const float SimilarFurther = 0.4f;
    private const float SimilarFurtherMax = 3f;

    /// <summary>Rule A: each fruitless search in a row beyond the third, up to <see cref="FruitlessFurtherMax"/>. Ours.</summary>
    private const float FruitlessFurther = 0.5f;
    private const float FruitlessFurtherMax = 3f;

    private PublishedStruggleRules()
    {
    }

    public string Version => "published-struggle-rules/1";

    public float Score(ReadOnlySpan<float> features)
    {
        var (a, b, still) = Terms(features);
        return 1f / (1f + MathF.Exp(-(Prior + a + b + still)));
    }

    /// <summary>Additive by construction: what holds anyway goes to the rule's own feature, what holds only while nothing is found to the fruitless run.</summary>
    public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
    {
        if (contributions.Length != FeatureSchema.Count) throw new ArgumentException("The row's length is not the schema's.", nameof(contributions));
        var (a, b, still) = Terms(features);
        contributions.Clear();
        contributions[(int)Feature.FirstTwoQueriesFruitless] = a;
        contributions[(int)Feature.SimilarWithinFiveMinutes] = b;
        contributions[(int)Feature.FruitlessRun] = still;
        return Prior;
    }

    private static (float A, float B, float Still) Terms(ReadOnlySpan<float> features)
    {
        if (features.Length != FeatureSchema.Count) throw new ArgumentException("The row's length is not the schema's.", nameof(features));
        var ruleA = features[(int)Feature.FirstTwoQueriesFruitless] >= 1;
        var similar = features[(int)Feature.SimilarWithinFiveMinutes];
        var ruleB = similar >= 1;
        var run = features[(int)Feature.FruitlessRun];
        var a = ruleA ? FirstTwoFruitless : 0;
        var b = ruleB ? SimilarFirst + SimilarFurther * MathF.Min(similar - 1, SimilarFurtherMax) : 0;
        var still = run >= 1 ? (ruleA ? FirstTwoFruitlessStill : 0) + (ruleB ? SimilarFirstStill : 0) : 0;
        if (ruleA && run > 3) still += FruitlessFurther * MathF.Min(run - 3, FruitlessFurtherMax);
        return (a, b, still);
    }
}
