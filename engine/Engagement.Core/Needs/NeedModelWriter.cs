using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Engagement.Core.Scoring;

namespace Engagement.Core.Needs;

/// <summary>Writes a need model's file; the same input gives the same bytes. Cold path.</summary>
public static class NeedModelWriter
{
    /// <param name="texts">Parity texts, at least <see cref="Limits.ModelParityVectorsMin"/>.</param>
    /// <param name="margins">What the trainer's own code gives for them, of the weights as they are written.</param>
    /// <param name="trainedAt">First part of the version; the second is a digest of the weights.</param>
    public static byte[] Write(
        string name, string trainedAt, NeedModelArrays arrays, ModelManifest manifest, IReadOnlyList<string> texts, IReadOnlyList<float[]> margins,
        IReadOnlyList<float> probabilities)
    {
        var steps = MemoryMarshal.AsBytes(arrays.Steps.AsSpan()).ToArray();
        var document = new NeedModelDocument
        {
            Format = NeedModelDocument.FormatName,
            FormatVersion = NeedModelDocument.FormatVersionNow,
            Name = name,
            Version = $"{trainedAt}+{Convert.ToHexStringLower(SHA256.HashData(steps))[..4]}",
            Languages = [.. arrays.Languages],
            Topics = [.. arrays.Topics],
            Ngrams = arrays.Shape,
            Clarity = arrays.Clarity,
            Manifest = manifest,
            Parity = new NeedModelDocument.ParityPart([.. texts], [.. margins], [.. probabilities]),
            Weights = new NeedModelDocument.WeightsPart(
                arrays.WordShare, arrays.RarityUnknown, MemoryMarshal.AsBytes(arrays.Hashes.AsSpan()).ToArray(),
                MemoryMarshal.AsBytes(arrays.Rarities.AsSpan()).ToArray(), MemoryMarshal.AsBytes(arrays.Scales.AsSpan()).ToArray(), steps, arrays.Biases),
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, NeedModelJson.Default.NeedModelDocument);
    }
}
