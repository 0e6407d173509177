using System.Collections.Immutable;

namespace Engagement.Core.Scoring;

/// <summary>How far one feature, or the score, has moved from training: <see cref="PopulationStability"/>.</summary>
public sealed record FeatureDrift(string Feature, double Index);

/// <summary>How far what a site's model is asked about has moved from what it was trained on, over all partitions of this node. Immutable.</summary>
/// <param name="Model"><c>purposeful</c> or <c>floundering</c>.</param>
/// <param name="Rows">Live rows in the window.</param>
/// <param name="Score">Null below <see cref="PopulationStability.RowsMin"/> rows.</param>
/// <param name="Features">What has moved most, the farthest first; at most <see cref="FeaturesTold"/>.</param>
public sealed record ModelDrift(string Site, string Model, string Version, int Rows, double? Score, ImmutableArray<FeatureDrift> Features)
{
    /// <summary>Features that are told: more would be looked at by nobody.</summary>
    public const int FeaturesTold = 5;

    /// <summary>Sums the partitions. While a model is being swapped, the one that is asked more is told.</summary>
    public static ImmutableArray<ModelDrift> Of(IEnumerable<DriftCounters> partitions) =>
        [.. partitions.GroupBy(c => c.Instance, (_, same) => Sum([.. same])).SelectMany(d => d)
            .GroupBy(d => (d.Site, d.Model), (_, versions) => versions.MaxBy(d => d.Rows)!)
            .OrderBy(d => d.Site, StringComparer.Ordinal).ThenBy(d => d.Model, StringComparer.Ordinal)];

    // One instance may serve several sites, and both of a site's models would be told apart by their names.
    private static IEnumerable<ModelDrift> Sum(DriftCounters[] partitions) => partitions.GroupBy(c => (c.Site, c.Model), (_, same) => SumOne([.. same]));

    private static ModelDrift SumOne(DriftCounters[] partitions)
    {
        var first = partitions[0];
        var counts = first.NewCounts();
        var rows = partitions.Sum(p => p.AddTo(counts));
        if (rows < PopulationStability.RowsMin) return new ModelDrift(first.Site, first.Model, first.Instance.Version, rows, null, []);
        var told = new List<FeatureDrift>();
        var at = 0;
        foreach (var bins in first.Reference.Features.Add(first.Reference.Score))
        {
            told.Add(new FeatureDrift(bins.Name, PopulationStability.Index(bins.Counts.AsSpan(), counts.AsSpan(at, bins.Counts.Length))));
            at += bins.Counts.Length;
        }
        var score = told[^1].Index;
        told.RemoveAt(told.Count - 1);
        return new ModelDrift(first.Site, first.Model, first.Instance.Version, rows, score,
            [.. told.OrderByDescending(f => f.Index).ThenBy(f => f.Feature, StringComparer.Ordinal).Take(FeaturesTold)]);
    }
}
