using BenchmarkDotNet.Attributes;
using Benchmarks.Core;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sessions;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Benchmarks.Micro;

/// <summary>Each stage of one event by itself; every one must allocate nothing.</summary>
[MemoryDiagnoser]
public class StageBenchmarks
{
    private readonly VisitorEventReader _reader = new();
    private readonly SiteModel _site = BenchmarkSites.Released("shop");
    private readonly float[] _features = new float[FeatureSchema.Count];
    private readonly TreeEnsemble _trees = BenchmarkSites.Ensemble(1);
    private readonly byte[] _record;
    private readonly SessionState _session;

    public StageBenchmarks()
    {
        var stream = EventStream.Generate(1_000, 20, 1, "shop");
        var pipeline = new EngagementPipeline();
        var output = new PipelineOutput();
        for (var i = 0; i < stream.Count; i++)
        {
            pipeline.Apply(stream[i], i, new SiteCatalog([_site], 1), output);
            output.Clear();
        }
        _record = stream[stream.Count - 1].ToArray();
        _reader.TryRead(_record, out var e);
        _session = pipeline.Find(e.VisitorKey)!;
        FeatureExtractor.Extract(_session, _session.AsOf, _features);
    }

    [Benchmark]
    public EventReadError ReadEvent() => _reader.TryRead(_record, out _).Error;

    [Benchmark]
    public void ExtractFeatures() => FeatureExtractor.Extract(_session, _session.AsOf, _features);

    /// <summary>Both models that the product ships.</summary>
    [Benchmark]
    public float ScoreReleased() => _site.Purposeful!.Score(_features) + _site.Floundering!.Score(_features);

    /// <summary>A heavier model: 100 full trees of five levels.</summary>
    [Benchmark]
    public float ScoreTrees() => _trees.Score(_features);

    [Benchmark]
    public VisitorState Decide() => Decider.Decide(
        new DecisionInputs
        {
            Features = _features, Purposeful = 0.4f, Floundering = 0.6f, Now = _session.AsOf, Privacy = PrivacyScope.All, Offer = OfferStatus.None, OffersMade = 0,
            PageExcluded = false, LeftSite = false, LanguageNotServed = false, HasRefused = false,
        },
        _site).State;

    /// <summary>Two queries to signatures, and their similarity.</summary>
    [Benchmark]
    public float TrigramSimilarity() =>
        QuerySignature.From("how do i return an order"u8, 0).SimilarityTo(QuerySignature.From("return an order without receipt"u8, 1));
}
