using System.Text.Json.Serialization;

namespace Engagement.Core.Scoring;

/// <summary>
/// The model file, format version 1, or 2 where its link has points: one JSON object. Numbers are 32-bit floats in their shortest round-trip form; a missing value in a parity
/// input is null. Unknown members are ignored, so that later writers may add some.
/// </summary>
internal sealed record TreeEnsembleDocument
{
    public const string FormatName = "engagement.tree-ensemble";
    public const int FormatVersionOfSigmoid = 1;

    /// <summary>A reader that knows version 1 alone would leave the points out, and so must refuse.</summary>
    public const int FormatVersionOfPoints = 2;

    public required string Format { get; init; }
    public required int FormatVersion { get; init; }

    /// <summary>Name and version, joined by a slash in <see cref="IPropensityModel.Version"/>.</summary>
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required SchemaPart Features { get; init; }
    public required float Base { get; init; }
    public required CalibrationPart Calibration { get; init; }
    public required TreesPart Trees { get; init; }
    public required ModelManifest Manifest { get; init; }

    /// <summary>Rows with what the trainer itself gave for them; checked whenever the file is read.</summary>
    public required ParityPart Parity { get; init; }

    /// <summary>How features and score were spread in training; null in files of writers that did not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReferencePart? Reference { get; init; }

    /// <param name="Rows">Rows that were counted.</param>
    internal sealed record ReferencePart(int Rows, BinsPart[] Features, BinsPart Score);

    /// <param name="Name">Of the feature, or <c>score</c>.</param>
    /// <param name="Edges">Rising; a value belongs to the bin behind the last edge that it reaches.</param>
    /// <param name="Counts">One more than edges, and a last one for missing values.</param>
    internal sealed record BinsPart(string Name, float[] Edges, int[] Counts);

    internal sealed record SchemaPart(int Version, string Hash, string[] Names);

    /// <param name="Points">Pairs of margin and probability that take the sigmoid's place; absent without them.</param>
    internal sealed record CalibrationPart(
        float A, float B, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float[][]? Points = null);

    internal sealed record TreesPart(
        int[] Roots, int[] Left, int[] Right, int[] Feature, float[] Threshold, int[] DefaultLeft, float[] Value, float[] Cover);

    /// <param name="Margins">The trainer's own predictions in log-odds, one a row.</param>
    internal sealed record ParityPart(float?[][] Inputs, float[] Margins, float[] Probabilities);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TreeEnsembleDocument))]
internal sealed partial class TreeEnsembleJson : JsonSerializerContext;
