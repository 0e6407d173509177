using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Engagement.Core.Needs;

/// <summary>How a read ended: a model, or an error with words for the operator.</summary>
public readonly record struct NeedModelReadResult(NeedModel? Model, NeedModelError Error, string? Detail)
{
    [MemberNotNullWhen(true, nameof(Model))]
    public bool IsOk => Error == NeedModelError.None;

    public override string ToString() => IsOk ? Model.Version : Detail is null ? $"{Error}" : $"{Error}: {Detail}";
}

/// <summary>
/// Reads a need model's file from its UTF-8 bytes. Nothing in it is believed: format, topics, arrays and rule are validated, and the model must give
/// the trainer's own margins for the file's parity texts. Thread-safe; throws nothing for any bytes.
/// </summary>
public static class NeedModelReader
{
    /// <summary>Largest difference in margins and probabilities that parity may have: the trainer sums in double precision.</summary>
    public const float ParityTolerance = 1e-4f;

    public static NeedModelReadResult Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.ModelBytesMax) return Fault(NeedModelError.TooLarge, $"{utf8.Length} bytes");
        NeedModelDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(utf8, NeedModelJson.Default.NeedModelDocument);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return Fault(NeedModelError.MalformedJson, e.Message);
        }
        if (document is null) return Fault(NeedModelError.MalformedJson, "null");
        if (document.Format != NeedModelDocument.FormatName || document.FormatVersion != NeedModelDocument.FormatVersionNow)
            return Fault(NeedModelError.UnsupportedFormat, $"{Cut(document.Format)} {document.FormatVersion}");
        if (ArraysOf(document) is not { } arrays) return Fault(NeedModelError.ArrayLengthMismatch, "bytes that are no whole numbers");
        if (arrays.Validate() is { Error: not NeedModelError.None } fault) return Fault(fault.Error, fault.Detail);
        var model = new NeedModel($"{document.Name}/{document.Version}", arrays, document.Manifest);
        return ParityFault(model, document.Parity) ?? new NeedModelReadResult(model, NeedModelError.None, null);
    }

    private static NeedModelReadResult? ParityFault(NeedModel model, NeedModelDocument.ParityPart parity)
    {
        if (parity.Texts.Length < Limits.ModelParityVectorsMin) return Fault(NeedModelError.ParityMissing, $"{parity.Texts.Length} texts");
        if (parity.Margins.Length != parity.Texts.Length || parity.Probabilities.Length != parity.Texts.Length)
            return Fault(NeedModelError.ArrayLengthMismatch, "parity");
        var margins = new float[model.Topics.Length];
        for (var i = 0; i < parity.Texts.Length; i++)
        {
            if (parity.Texts[i] is not { } text || parity.Margins[i] is not { } expected || expected.Length != margins.Length)
                return Fault(NeedModelError.ArrayLengthMismatch, $"parity.margins[{i}]");
            var probability = model.ReadingOf(margins, model.Score(text, margins)).Probability;
            if (!Close(probability, parity.Probabilities[i]))
                return Fault(NeedModelError.ParityMismatch, $"text {i}: trainer {parity.Probabilities[i]}, engine {probability}");
            for (var k = 0; k < margins.Length; k++)
            {
                if (!Close(margins[k], expected[k])) return Fault(NeedModelError.ParityMismatch, $"text {i}, topic {k}: trainer {expected[k]}, engine {margins[k]}");
            }
        }
        return null;
    }

    private static bool Close(float a, float b) => MathF.Abs(a - b) <= ParityTolerance;

    private static NeedModelArrays? ArraysOf(NeedModelDocument document)
    {
        var weights = document.Weights;
        if ((weights.Hashes.Length | weights.Rarities.Length | weights.Scales.Length) % sizeof(uint) != 0) return null;
        return new NeedModelArrays
        {
            Languages = [.. document.Languages],
            Topics = [.. document.Topics],
            Shape = document.Ngrams,
            WordShare = weights.WordShare,
            RarityUnknown = weights.RarityUnknown,
            Hashes = MemoryMarshal.Cast<byte, uint>(weights.Hashes).ToArray(),
            Rarities = MemoryMarshal.Cast<byte, float>(weights.Rarities).ToArray(),
            Scales = MemoryMarshal.Cast<byte, float>(weights.Scales).ToArray(),
            Steps = MemoryMarshal.Cast<byte, sbyte>(weights.Steps).ToArray(),
            Biases = weights.Biases,
            Clarity = document.Clarity,
        };
    }

    // What stands in a refused file is untrusted and may be long.
    private static string Cut(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static NeedModelReadResult Fault(NeedModelError error, string? detail) => new(null, error, detail);
}
