using System.Globalization;
using System.Runtime.InteropServices;
using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Rows;

namespace Engagement.Training.Purposeful;

/// <summary>Makes the model file from a trained model: manifest, version from date and content, parity vectors from the trainer itself.</summary>
public static class PurposefulRelease
{
    private const int ParityVectors = 32;

    public static byte[] Write(
        PurposefulModel model, PurposefulStudy study, IReadOnlyList<PrefixRow> rows, string trainer, string trainerVersion, string trainedAt,
        string data, string dataSha256, string credit)
    {
        // Every n-th row, so that short and long sessions are among the vectors.
        int[] chosen = [.. Enumerable.Range(0, Math.Min(ParityVectors, rows.Count)).Select(i => (int)((long)i * rows.Count / Math.Min(ParityVectors, rows.Count)))];
        var matrix = study.Matrix(chosen);
        var manifest = new ModelManifest
        {
            Trainer = trainer,
            TrainerVersion = trainerVersion,
            Seed = model.Settings.Seed,
            TrainedAt = trainedAt,
            Predicts = "a purchase later in the session, asked after each of its events",
            Data = data,
            DataSha256 = dataSha256,
            Credit = credit,
            Rows = rows.Count,
            PositiveRows = rows.Count(row => row.Converted),
            Settings = model.Settings.Describe(),
        };
        return TreeEnsembleWriter.Write(
            "purposeful", $"{trainedAt}+{ContentHash(model.Arrays)}", model.Arrays, manifest,
            [.. matrix.Values.Chunk(FeatureSchema.Count)], model.Trained.Margins(matrix), ModelReference.Of(model.Arrays, [.. rows.Select(row => row.Features)]));
    }

    private static string ContentHash(TreeEnsembleArrays arrays)
    {
        var hash = Identifiers.Hash64(MemoryMarshal.AsBytes(arrays.Threshold.AsSpan()));
        hash = Identifiers.Hash64(MemoryMarshal.AsBytes(arrays.Value.AsSpan()), hash);
        hash = Identifiers.Hash64(MemoryMarshal.AsBytes(arrays.Feature.AsSpan()), hash);
        hash = Identifiers.Hash64(MemoryMarshal.AsBytes((ReadOnlySpan<float>)[arrays.Base, arrays.CalibrationA, arrays.CalibrationB]), hash);
        return (hash & 0xFFFF).ToString("x4", CultureInfo.InvariantCulture);
    }
}
