using System.Text.Json;
using Engagement.Core.Features;

namespace Engagement.Core.Scoring;

/// <summary>Writes a model file that <see cref="TreeEnsembleReader"/> reads. The same input gives the same bytes.</summary>
public static class TreeEnsembleWriter
{
    /// <summary>
    /// UTF-8 bytes of the file. <paramref name="margins"/> are the trainer's own predictions for <paramref name="parityInputs"/>, in log-odds, so that
    /// reading proves the export. Throws <see cref="ArgumentException"/> when the arrays are not valid or not of the schema's length.
    /// </summary>
    public static byte[] Write(
        string name, string version, TreeEnsembleArrays arrays, ModelManifest manifest, IReadOnlyList<float[]> parityInputs, IReadOnlyList<float> margins,
        ModelReference? reference = null)
    {
        if (arrays.FeatureCount != FeatureSchema.Count) throw new ArgumentException("The model's features are not the schema's.", nameof(arrays));
        var model = new TreeEnsemble($"{name}/{version}", arrays, manifest);
        var document = new TreeEnsembleDocument
        {
            Format = TreeEnsembleDocument.FormatName,
            FormatVersion = arrays.Link is null ? TreeEnsembleDocument.FormatVersionOfSigmoid : TreeEnsembleDocument.FormatVersionOfPoints,
            Name = name,
            Version = version,
            Features = new(FeatureSchema.Version, FeatureSchema.Hash, [.. FeatureSchema.Names]),
            Base = arrays.Base,
            Calibration = new(arrays.CalibrationA, arrays.CalibrationB, PointsOf(arrays.Link)),
            Trees = new(
                arrays.Roots, arrays.Left, arrays.Right, arrays.Feature, arrays.Threshold, Array.ConvertAll(arrays.DefaultLeft, flag => (int)flag),
                arrays.Value, arrays.Cover),
            Manifest = manifest,
            Parity = new(
                [.. parityInputs.Select(row => Array.ConvertAll(row, value => float.IsNaN(value) ? (float?)null : value))],
                [.. margins],
                [.. margins.Select(model.Probability)]),
            Reference = reference?.ToPart(),
        };
        return [.. JsonSerializer.SerializeToUtf8Bytes(document, TreeEnsembleJson.Default.TreeEnsembleDocument), (byte)'\n'];
    }

    private static float[][]? PointsOf(MonotoneLink? link)
    {
        if (link is null) return null;
        var points = new float[link.Margins.Length][];
        for (var i = 0; i < points.Length; i++) points[i] = [link.Margins[i], link.Probabilities[i]];
        return points;
    }
}
