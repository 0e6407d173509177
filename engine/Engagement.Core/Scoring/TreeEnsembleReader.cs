using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Engagement.Core.Features;

namespace Engagement.Core.Scoring;

/// <summary>How a read ended: a model, or an error with words for the operator.</summary>
public readonly record struct TreeEnsembleReadResult(TreeEnsemble? Model, TreeEnsembleError Error, string? Detail)
{
    [MemberNotNullWhen(true, nameof(Model))]
    public bool IsOk => Error == TreeEnsembleError.None;

    public override string ToString() => IsOk ? Model.Version : Detail is null ? $"{Error}" : $"{Error}: {Detail}";
}

/// <summary>
/// Reads a model file from its UTF-8 bytes. Nothing in it is believed: format, feature schema, arrays, structure and link are validated, and the
/// evaluator must give the trainer's own predictions for the file's parity vectors. Thread-safe; throws nothing for any bytes.
/// </summary>
public static class TreeEnsembleReader
{
    /// <summary>Largest difference in log-odds and in probability that parity may have: the trainer sums in 32-bit floats as we do.</summary>
    public const float ParityTolerance = 1e-5f;

    public static TreeEnsembleReadResult Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.ModelBytesMax) return Fault(TreeEnsembleError.TooLarge, $"{utf8.Length} bytes");
        TreeEnsembleDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(utf8, TreeEnsembleJson.Default.TreeEnsembleDocument);
        }
        catch (JsonException e)
        {
            return Fault(TreeEnsembleError.MalformedJson, e.Message);
        }
        if (document is null) return Fault(TreeEnsembleError.MalformedJson, "null");
        if (document.Format != TreeEnsembleDocument.FormatName || document.FormatVersion != VersionOf(document.Calibration))
            return Fault(TreeEnsembleError.UnsupportedFormat, $"{Cut(document.Format)} {document.FormatVersion}");
        if (SchemaFault(document.Features) is { } schema) return schema;

        var points = document.Calibration.Points;
        string? pointFault = null;
        var link = points is null ? null : MonotoneLink.TryOf(points, out pointFault);
        if (pointFault is not null) return Fault(TreeEnsembleError.InvalidCalibration, $"points: {pointFault}");
        var arrays = ArraysOf(document) with { Link = link };
        if (arrays.Validate() is { Error: not TreeEnsembleError.None } fault) return Fault(fault.Error, fault.Detail);
        if (!ModelReference.TryRead(document.Reference, out var reference, out var where)) return Fault(TreeEnsembleError.InvalidReference, where);
        var model = new TreeEnsemble($"{document.Name}/{document.Version}", arrays, document.Manifest) { Reference = reference };
        if (ParityFault(model, document.Parity) is { } parity) return parity;
        // What explanations rest on is made now rather than at the first card, which a visitor waits for.
        model.Explain(new float[FeatureSchema.Count], new float[FeatureSchema.Count]);
        return new TreeEnsembleReadResult(model, TreeEnsembleError.None, null);
    }

    private static int VersionOf(TreeEnsembleDocument.CalibrationPart calibration) =>
        calibration.Points is null ? TreeEnsembleDocument.FormatVersionOfSigmoid : TreeEnsembleDocument.FormatVersionOfPoints;

    private static TreeEnsembleReadResult? SchemaFault(TreeEnsembleDocument.SchemaPart schema)
    {
        if (schema.Version != FeatureSchema.Version)
            return Fault(TreeEnsembleError.SchemaVersionMismatch, $"the model's is {schema.Version}, the engine's {FeatureSchema.Version}");
        for (var i = 0; i < Math.Max(schema.Names.Length, FeatureSchema.Count); i++)
        {
            var has = i < schema.Names.Length ? schema.Names[i] : "nothing";
            var wants = i < FeatureSchema.Count ? FeatureSchema.Names[i] : "nothing";
            if (has != wants) return Fault(TreeEnsembleError.SchemaNamesMismatch, $"at {i} the model has {Cut(has)}, the engine {wants}");
        }
        return schema.Hash == FeatureSchema.Hash
            ? null
            : Fault(TreeEnsembleError.SchemaHashMismatch, $"the model's is {Cut(schema.Hash)}, the engine's {FeatureSchema.Hash}");
    }

    private static TreeEnsembleReadResult? ParityFault(TreeEnsemble model, TreeEnsembleDocument.ParityPart parity)
    {
        if (parity.Inputs.Length < Limits.ModelParityVectorsMin) return Fault(TreeEnsembleError.ParityMissing, $"{parity.Inputs.Length} vectors");
        if (parity.Margins.Length != parity.Inputs.Length || parity.Probabilities.Length != parity.Inputs.Length)
            return Fault(TreeEnsembleError.ArrayLengthMismatch, "parity");
        var row = new float[FeatureSchema.Count];
        for (var i = 0; i < parity.Inputs.Length; i++)
        {
            if (parity.Inputs[i] is not { } input || input.Length != row.Length) return Fault(TreeEnsembleError.ArrayLengthMismatch, $"parity.inputs[{i}]");
            for (var j = 0; j < row.Length; j++) row[j] = input[j] ?? float.NaN;
            var margin = model.Margin(row);
            var probability = model.Score(row);
            if (!Close(margin, parity.Margins[i]) || !Close(probability, parity.Probabilities[i]))
            {
                return Fault(
                    TreeEnsembleError.ParityMismatch,
                    $"vector {i}: trainer {parity.Margins[i]} and {parity.Probabilities[i]}, engine {margin} and {probability}");
            }
        }
        return null;
    }

    private static bool Close(float a, float b) => MathF.Abs(a - b) <= ParityTolerance;

    private static TreeEnsembleArrays ArraysOf(TreeEnsembleDocument document) => new()
    {
        FeatureCount = FeatureSchema.Count,
        Roots = document.Trees.Roots,
        Left = document.Trees.Left,
        Right = document.Trees.Right,
        Feature = document.Trees.Feature,
        Threshold = document.Trees.Threshold,
        DefaultLeft = Array.ConvertAll(document.Trees.DefaultLeft, flag => flag is 0 or 1 ? (byte)flag : byte.MaxValue),
        Value = document.Trees.Value,
        Cover = document.Trees.Cover,
        Base = document.Base,
        CalibrationA = document.Calibration.A,
        CalibrationB = document.Calibration.B,
    };

    // What stands in a refused file is untrusted and may be long.
    private static string Cut(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static TreeEnsembleReadResult Fault(TreeEnsembleError error, string? detail) => new(null, error, detail);
}
