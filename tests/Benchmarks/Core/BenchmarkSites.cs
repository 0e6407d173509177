using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Benchmarks.Core;

/// <summary>One site with two models: those that the product ships, or, as a bound on what a site may train, a heavier purposeful one made from a seed.</summary>
internal static class BenchmarkSites
{
    private const int Trees = 100;
    private const int Depth = 5;

    /// <summary>What the product scores with: the released purposeful model's file, and the published rules for floundering.</summary>
    public static SiteModel Released(string id, SiteClock clock = SiteClock.Wall)
    {
        var read = TreeEnsembleReader.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", "purposeful", "model.json")));
        return Site(id, read.Model ?? throw new InvalidDataException($"{read}"), clock);
    }

    /// <summary>Full trees of five levels: what is measured is their cost, not their judgement.</summary>
    public static SiteModel Synthetic(string id) => Site(id, Ensemble(1), SiteClock.Wall);

    /// <summary>Full trees of <see cref="Depth"/> levels over all features.</summary>
    public static TreeEnsemble Ensemble(int seed)
    {
        var random = new Random(seed);
        const int inner = (1 << Depth) - 1;
        const int nodes = 2 * inner + 1;
        var arrays = new TreeEnsembleArrays
        {
            FeatureCount = FeatureSchema.Count,
            Roots = [.. Enumerable.Range(0, Trees).Select(t => t * nodes)],
            Left = new int[Trees * nodes],
            Right = new int[Trees * nodes],
            Feature = new int[Trees * nodes],
            Threshold = new float[Trees * nodes],
            DefaultLeft = new byte[Trees * nodes],
            Value = new float[Trees * nodes],
            Cover = new float[Trees * nodes],
            Base = -1,
        };
        for (var i = 0; i < Trees * nodes; i++)
        {
            var (root, at) = (i / nodes * nodes, i % nodes);
            var isLeaf = at >= inner;
            arrays.Left[i] = isLeaf ? -1 : root + 2 * at + 1;
            arrays.Right[i] = isLeaf ? -1 : root + 2 * at + 2;
            arrays.Feature[i] = isLeaf ? 0 : random.Next(FeatureSchema.Count);
            arrays.Threshold[i] = isLeaf ? 0 : MathF.Exp((float)random.NextDouble() * 5) - 1;
            arrays.DefaultLeft[i] = (byte)(isLeaf ? 0 : random.Next(2));
            arrays.Value[i] = isLeaf ? (float)(random.NextDouble() - 0.5) * 0.2f : 0;
            arrays.Cover[i] = 1;
        }
        return new TreeEnsemble($"synthetic-{Trees}x{Depth}/{seed}", arrays);
    }

    private static SiteModel Site(string id, IPropensityModel purposeful, SiteClock clock) => new()
    {
        Id = id,
        Mode = SiteMode.Live,
        Clock = clock,
        Policy = new SitePolicy { PagesNeverInterrupted = ["/checkout/payment"], Languages = ["en", "de"] },
        Purposeful = purposeful,
        Floundering = PublishedStruggleRules.Instance,
        Secret = new SiteSecret(new byte[32]),
    };
}
