using System.Text;
using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Core.Tests.Scoring;

/// <summary>What a model is asked about against what it was trained on.</summary>
public sealed class DriftTests
{
    private static readonly TreeEnsembleArrays Arrays = RandomEnsembles.Make(new Random(7), FeatureSchema.Count, 12, 3);

    private static List<float[]> Rows(int seed, int count, float shift = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, FeatureSchema.Count)
            .Select(f => f % 7 == 3 && random.Next(3) == 0 ? float.NaN : (f % 2 == 0 ? random.Next(0, 3) : (float)random.NextDouble() * 10) + shift).ToArray())];
    }

    private static TreeEnsemble Model(string version = "1") => new($"test/{version}", Arrays) { Reference = ModelReference.Of(Arrays, Rows(1, 4_000)) };

    private static ModelDrift Drift(TreeEnsemble model, List<float[]> rows)
    {
        var counters = new DriftCounters("shop", "purposeful", model, model.Reference!);
        foreach (var row in rows) counters.Add(row, model.Score(row));
        return Assert.Single(ModelDrift.Of([counters]));
    }

    [Fact]
    public void Index_OfEqualShares_IsNothing_AndOfOthersAsComputedByHand()
    {
        Assert.Equal(0, PopulationStability.Index([500, 500], [500, 500]), 12);
        // (0.7 − 0.5) ln 1.4 + (0.3 − 0.5) ln 0.6 = 0.16946
        Assert.Equal(0.16946, PopulationStability.Index([500_000, 500_000], [700_000, 300_000]), 4);
        Assert.True(double.IsFinite(PopulationStability.Index([10_000, 0], [0, 10_000])));
    }

    [Fact]
    public void Bins_OfMostlyEqualValues_AreFewerAndHoldEveryRow()
    {
        float[] values = [.. Enumerable.Repeat(0f, 80), .. Enumerable.Range(1, 15).Select(i => (float)i), .. Enumerable.Repeat(float.NaN, 5)];
        var bins = ReferenceBins.Of("x", 0, values);
        Assert.InRange(bins.Edges.Length, 1, 2);
        Assert.Equal(100, bins.Counts.Sum());
        // 80 zeros and what is below the ninth tenth of the 95 values that are there.
        Assert.Equal(85, bins.Counts[0]);
        Assert.Equal(5, bins.Counts[^1]);
    }

    [Fact]
    public void Drift_OfRowsLikeTraining_IsBelowEveryThreshold_AndOfShiftedOnesAbove()
    {
        var same = Drift(Model(), Rows(2, 5_000));
        Assert.Equal(5_000, same.Rows);
        Assert.InRange(same.Score!.Value, 0, PopulationStability.Moved);
        Assert.All(same.Features, f => Assert.InRange(f.Index, 0, PopulationStability.Moved));
        Assert.Equal(ModelDrift.FeaturesTold, same.Features.Length);
        var shifted = Drift(Model(), Rows(2, 5_000, shift: 3));
        Assert.True(shifted.Features[0].Index > PopulationStability.MovedMuch);
        Assert.Equal(shifted.Features.OrderByDescending(f => f.Index).Select(f => f.Feature), shifted.Features.Select(f => f.Feature));
    }

    [Fact]
    public void Drift_OfFewRows_IsNotTold() => Assert.Null(Drift(Model(), Rows(2, PopulationStability.RowsMin - 1)).Score);

    [Fact]
    public void Drift_AfterTheWorldHasMovedBack_ForgetsWhatWas()
    {
        var rows = Rows(3, DriftCounters.WindowRows, shift: 5);
        rows.AddRange(Rows(4, DriftCounters.WindowRows));
        var drift = Drift(Model(), rows);
        Assert.InRange(drift.Rows, DriftCounters.WindowRows / 2, DriftCounters.WindowRows);
        Assert.All(drift.Features, f => Assert.InRange(f.Index, 0, PopulationStability.Moved));
    }

    [Fact]
    public void Drift_OfTwoPartitions_IsOfTheirSum()
    {
        var model = Model();
        DriftCounters[] partitions = [new("shop", "purposeful", model, model.Reference!), new("shop", "purposeful", model, model.Reference!)];
        var rows = Rows(5, 1_000);
        for (var i = 0; i < rows.Count; i++) partitions[i % 2].Add(rows[i], model.Score(rows[i]));
        var drift = Assert.Single(ModelDrift.Of(partitions));
        Assert.Equal(Drift(model, rows).Score, drift.Score);
        Assert.Equal(1_000, drift.Rows);
    }

    [Fact]
    public void Add_ARow_AllocatesNothing()
    {
        var model = Model();
        var counters = new DriftCounters("shop", "purposeful", model, model.Reference!);
        var row = Rows(6, 1)[0];
        counters.Add(row, 0.5f);
        Assert.Equal(0, Allocations.Of(2 * DriftCounters.WindowRows, () => counters.Add(row, 0.5f)));
    }

    [Fact]
    public void Pipeline_EventsOfASite_AreSampledForItsModelsAndNotForTimers()
    {
        var model = Model();
        var sites = TestSites.Catalog(TestSites.Site(TestSites.Shop, purposeful: model));
        var (pipeline, output) = (new EngagementPipeline(), new PipelineOutput());
        for (var i = 0; i < 800; i++)
        {
            pipeline.Apply(LogText.Event("page_viewed", LogText.Start + TimeSpan.FromSeconds(i), $"e{i}", LogText.Page("/"), visitor: i % 40), i, sites, output);
            output.Clear();
        }
        pipeline.Apply(LogText.Tick(LogText.Start + TimeSpan.FromMinutes(20)), 800, sites, output);
        var counters = Assert.Single(pipeline.Drift.All);
        Assert.Equal("purposeful", counters.Model);
        Assert.Equal(800 / 8, Assert.Single(ModelDrift.Of(pipeline.Drift.All)).Rows);

        // Another model begins anew; the same stays counted.
        output.Clear();
        pipeline.Apply(LogText.Tick(LogText.Start + TimeSpan.FromMinutes(21)), 801, TestSites.Catalog(TestSites.Site(TestSites.Shop, purposeful: model)), output);
        Assert.Same(counters, Assert.Single(pipeline.Drift.All));
        pipeline.Apply(LogText.Tick(LogText.Start + TimeSpan.FromMinutes(22)), 802, TestSites.Catalog(TestSites.Site(TestSites.Shop, purposeful: Model("2"))), output);
        Assert.NotSame(counters, Assert.Single(pipeline.Drift.All));
    }

    [Fact]
    public void File_WithAReference_GivesItBack_AndOneWithout_StaysAsItWas()
    {
        var reference = ModelReference.Of(Arrays, Rows(1, 500));
        var read = TreeEnsembleReader.Read(Write(reference));
        Assert.True(read.IsOk, read.ToString());
        Assert.Equal(reference.Rows, read.Model.Reference!.Rows);
        Assert.Equal(reference.Score.Edges.ToArray(), read.Model.Reference.Score.Edges.ToArray());
        Assert.Equal(reference.Features.Select(f => (f.Name, f.Counts.Sum())), read.Model.Reference.Features.Select(f => (f.Name, f.Counts.Sum())));
        Assert.DoesNotContain("reference", Encoding.UTF8.GetString(Write(null)), StringComparison.Ordinal);
        Assert.Null(TreeEnsembleReader.Read(Write(null)).Model!.Reference);
    }

    [Theory]
    [InlineData("\"rows\":500", "\"rows\":499")]
    [InlineData("\"name\":\"score\",\"edges\":[", "\"name\":\"score\",\"edges\":[9,")]
    [InlineData("\"reference\":{\"rows\":500,\"features\":[{\"name\":\"", "\"reference\":{\"rows\":500,\"features\":[{\"name\":\"no_")]
    public void File_WithAReferenceThatMakesNoSense_IsRefused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Write(ModelReference.Of(Arrays, Rows(1, 500))));
        Assert.Contains(from, text, StringComparison.Ordinal);
        var at = text.LastIndexOf(from, StringComparison.Ordinal);
        var read = TreeEnsembleReader.Read(Encoding.UTF8.GetBytes(text[..at] + to + text[(at + from.Length)..]));
        Assert.Equal(TreeEnsembleError.InvalidReference, read.Error);
    }

    private static byte[] Write(ModelReference? reference)
    {
        var rows = Rows(8, 8);
        var manifest = new ModelManifest
        {
            Trainer = "t", TrainerVersion = "1", Seed = 1, TrainedAt = "2026-11-22", Predicts = "p", Data = "d", DataSha256 = new string('0', 64), Credit = "c", Rows = 8, PositiveRows = 1, Settings = [],
        };
        return TreeEnsembleWriter.Write("test", "1", Arrays, manifest, rows, [.. rows.Select(row => RandomEnsembles.Margin(Arrays, row))], reference);
    }
}
