using System.Text.Json.Nodes;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Hosts.Tests.Engine;

/// <summary>Drift as an operator sees it: as a metric by site, model and feature, and in the statistics.</summary>
public sealed class ModelDriftTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningEngine _engine = null!;

    public async Task InitializeAsync()
    {
        var arrays = new TreeEnsembleArrays
        {
            FeatureCount = FeatureSchema.Count, Roots = [0], Left = [1, -1, -1], Right = [2, -1, -1], Feature = [(int)Feature.PriceLast, 0, 0],
            Threshold = [50, 0, 0], DefaultLeft = [1, 0, 0], Value = [0, -1, 1], Cover = [3, 2, 1], Base = 0,
        };
        // Trained where prices lie between 0 and 100.
        var rows = Enumerable.Range(0, 2_000).Select(i => { var row = new float[FeatureSchema.Count]; row[(int)Feature.PriceLast] = i % 100; return row; }).ToList();
        var model = new TreeEnsemble("test/1", arrays) { Reference = ModelReference.Of(arrays, rows) };
        var site = TestSites.Live();
        _engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), null, true, new SiteModel
        {
            Id = site.Id, Mode = SiteMode.Observe, Clock = site.Clock, Consent = site.Consent, Keys = site.Keys, Secret = site.Secret, Policy = site.Policy, Purposeful = model, Floundering = site.Floundering,
        });
        await _engine.DecidedAsync();
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Drift_OfPricesThatTrainingNeverSaw_ShowsAsMetricAndInStats()
    {
        using var metrics = new CollectedMetrics(_engine.Services);
        await ViewAsync(800, i => i % 100);
        Assert.Equal(0, metrics.Sum("engagement.model.drift"));

        await ViewAsync(4_800, i => i % 100);
        Assert.InRange(metrics.Sum("engagement.model.drift", "feature=price_last"), 0, PopulationStability.Moved);
        await ViewAsync(5_600, i => 150 + i % 100);

        Assert.True(metrics.Sum("engagement.model.drift", "feature=price_last") > PopulationStability.MovedMuch);
        Assert.True(metrics.Sum("engagement.model.drift", "feature=score") > PopulationStability.Moved);
        Assert.Equal(metrics.Sum("engagement.model.drift"), metrics.Sum("engagement.model.drift", "model=purposeful"));
        var drift = Assert.Single((await _engine.StatsAsync())["drift"]!.AsArray())!;
        Assert.Equal("test/1", (string?)drift["version"]);
        Assert.Equal("price_last", (string?)drift["features"]![0]!["feature"]);
        Assert.InRange((int)drift["rows"]!, 1_390, 1_400);
    }

    private int _visitor;

    private async Task ViewAsync(int views, Func<int, int> price)
    {
        for (var sent = 0; sent < views;)
        {
            var records = Enumerable.Range(0, 400).Select(i => _engine.Record($"v{_visitor++ % 37}", "product_viewed", new { product = new { id = $"p{i}", price = price(sent + i) } })).ToArray();
            _engine.Time.Advance(TimeSpan.FromSeconds(1));
            await _engine.AppendAsync(records);
            sent += records.Length;
        }
        await _engine.DecidedAsync();
    }
}
