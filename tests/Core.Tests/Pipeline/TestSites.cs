using System.Collections.Immutable;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Core.Tests.Pipeline;

/// <summary>A model that always says the same.</summary>
internal sealed class ConstantModel(float probability) : IPropensityModel
{
    public string Version => "constant/1";

    public float Score(ReadOnlySpan<float> features) => probability;

    public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
    {
        contributions.Clear();
        return 0;
    }
}

/// <summary>Sites for tests of the pipeline: two by the wall clock, one by the log's.</summary>
internal static class TestSites
{
    public const string Shop = "shop";
    public const string Help = "help";
    public const string Replay = "replay";

    /// <summary>Both models sure: whoever shows a sign of trouble or hesitation is wished for.</summary>
    public static SiteCatalog Eager { get; } = Catalog(Site(Shop), Site(Help), Site(Replay, SiteClock.Log));

    public static SiteCatalog Catalog(params ImmutableArray<SiteModel> sites) => new(sites, 1);

    public static SiteModel Site(string id, SiteClock clock = SiteClock.Wall, SitePolicy? policy = null, SiteMode mode = SiteMode.Live,
        IPropensityModel? purposeful = null, IPropensityModel? floundering = null) => new()
        {
            Id = id,
            Mode = mode,
            Clock = clock,
            Policy = policy ?? new SitePolicy(),
            Purposeful = purposeful ?? new ConstantModel(0.99f),
            Floundering = floundering ?? new ConstantModel(0.99f),
            Secret = new SiteSecret(new byte[32]),
        };
}
