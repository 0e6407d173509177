using System.Text.Json.Serialization;
using Engagement.Core.Scoring;

namespace Engagement.Core.Needs;

/// <summary>
/// The need model's file, format version 1: one JSON object; arrays of bytes are Base64, little-endian. Unknown members are ignored, so that later
/// writers may add some.
/// </summary>
internal sealed record NeedModelDocument
{
    public const string FormatName = "engagement.need";
    public const int FormatVersionNow = 1;

    public required string Format { get; init; }
    public required int FormatVersion { get; init; }

    /// <summary>Name and version, joined by a slash in <see cref="NeedModel.Version"/>.</summary>
    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>Primary language tags of the texts it learnt from; empty: any.</summary>
    public required string[] Languages { get; init; }
    public required NeedTopic[] Topics { get; init; }
    public required NgramShape Ngrams { get; init; }
    public required WeightsPart Weights { get; init; }
    public required ClarityRule Clarity { get; init; }
    public required ModelManifest Manifest { get; init; }

    /// <summary>Texts with what the trainer's own code gave for them; checked whenever the file is read.</summary>
    public required ParityPart Parity { get; init; }

    /// <param name="WordShare">Weight of words against characters, which have 1.</param>
    /// <param name="RarityUnknown">Inverse document frequency of an n-gram that the model does not know.</param>
    /// <param name="Hashes">Of the known n-grams, 32 bits each, ascending.</param>
    /// <param name="Rarities">Inverse document frequency of each, 32-bit floats.</param>
    /// <param name="Scales">What one step of a column's weights is worth, 32-bit floats.</param>
    /// <param name="Steps">Weights of each n-gram for every topic, 8 bits each.</param>
    internal sealed record WeightsPart(float WordShare, float RarityUnknown, byte[] Hashes, byte[] Rarities, byte[] Scales, byte[] Steps, float[] Biases);

    /// <param name="Margins">Of every topic, one row a text.</param>
    internal sealed record ParityPart(string[] Texts, float[][] Margins, float[] Probabilities);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NeedModelDocument))]
internal sealed partial class NeedModelJson : JsonSerializerContext;
