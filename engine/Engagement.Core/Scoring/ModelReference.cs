using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Engagement.Core.Features;

namespace Engagement.Core.Scoring;

/// <summary>
/// How the features that a model uses, and its score, were spread over the rows that it was trained on: what live values are compared with. Part of the
/// model's file. Immutable, thread-safe.
/// </summary>
/// <param name="Rows">Rows that were counted.</param>
/// <param name="Features">Of the features that any split asks for, in the schema's order.</param>
public sealed record ModelReference(int Rows, ImmutableArray<ReferenceBins> Features, ReferenceBins Score)
{
    public const string ScoreName = "score";

    /// <summary>
    /// Of a model and its training rows, one vector each. To be called by whoever exports a model. Throws <see cref="ArgumentException"/> for no rows or
    /// arrays that are not valid.
    /// </summary>
    public static ModelReference Of(TreeEnsembleArrays arrays, IReadOnlyCollection<float[]> rows)
    {
        var model = new TreeEnsemble("reference", arrays);
        var used = Enumerable.Range(0, arrays.Left.Length).Where(node => arrays.Left[node] >= 0).Select(node => arrays.Feature[node]).Distinct().Order();
        return new ModelReference(
            rows.Count,
            [.. used.Select(feature => ReferenceBins.Of(FeatureSchema.Names[feature], feature, [.. rows.Select(row => row[feature])]))],
            ReferenceBins.Of(ScoreName, -1, [.. rows.Select(row => model.Score(row))]));
    }

    internal TreeEnsembleDocument.ReferencePart ToPart() => new(Rows, [.. Features.Select(ToPart)], ToPart(Score));

    /// <summary>True also where the file has none. Nothing in it is believed.</summary>
    internal static bool TryRead(TreeEnsembleDocument.ReferencePart? part, out ModelReference? reference, [NotNullWhen(false)] out string? fault)
    {
        (reference, fault) = (null, null);
        if (part is null) return true;
        var features = ImmutableArray.CreateBuilder<ReferenceBins>();
        foreach (var bins in part.Features)
        {
            var index = bins is null ? -1 : FeatureSchema.Names.IndexOf(bins.Name);
            if (index < 0 || features.Any(f => f.Feature == index)) fault ??= $"features[{features.Count}] is of no feature, or of one that was there";
            else if (FaultOf(bins!, part.Rows) is { } wrong) fault ??= $"{FeatureSchema.Names[index]}: {wrong}";
            else features.Add(new ReferenceBins(FeatureSchema.Names[index], index, [.. bins!.Edges], [.. bins.Counts]));
            if (fault is not null) return false;
        }
        fault = FaultOf(part.Score, part.Rows) is { } score ? $"score: {score}" : null;
        if (fault is null) reference = new ModelReference(part.Rows, features.ToImmutable(), new ReferenceBins(ScoreName, -1, [.. part.Score.Edges], [.. part.Score.Counts]));
        return fault is null;
    }

    private static string? FaultOf(TreeEnsembleDocument.BinsPart bins, int rows)
    {
        if (bins.Edges.Length >= ReferenceBins.QuantileBins || bins.Counts.Length != bins.Edges.Length + 2) return "the number of its bins";
        if (bins.Edges.Any(e => !float.IsFinite(e)) || bins.Edges.Zip(bins.Edges.Skip(1)).Any(pair => pair.First >= pair.Second)) return "its edges do not rise";
        return rows <= 0 || bins.Counts.Any(c => c < 0) || bins.Counts.Sum(c => (long)c) != rows ? "its counts" : null;
    }

    private static TreeEnsembleDocument.BinsPart ToPart(ReferenceBins bins) => new(bins.Name, [.. bins.Edges], [.. bins.Counts]);
}
