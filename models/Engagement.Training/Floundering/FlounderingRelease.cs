using System.Globalization;
using System.Runtime.InteropServices;
using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Simulation;
using Engagement.Training.Trainers;

namespace Engagement.Training.Floundering;

/// <summary>Makes the model file: manifest, version from date and content, parity vectors from the trainer itself.</summary>
internal static class FlounderingRelease
{
    private const int ParityVectors = 32;

    public static byte[] Write(FlounderingModel model, IReadOnlyList<FlounderingSession> sessions, ITrainer trainer, string trainedAt, int visitsPerWorld)
    {
        // Every n-th session, so that each world and kind is among the vectors.
        var count = Math.Min(ParityVectors, sessions.Count);
        var chosen = Enumerable.Range(0, count).Select(i => sessions[(int)((long)i * sessions.Count / count)]).Select(session => session with { Rows = [session.Rows[^1]] }).ToArray();
        var matrix = FlounderingStudy.Matrix(chosen, []);
        var manifest = new ModelManifest
        {
            Trainer = trainer.Name,
            TrainerVersion = trainer.Version,
            Seed = model.Settings.Seed,
            TrainedAt = trainedAt,
            Predicts = "two attempts in vain behind her, and leaving without the answer; asked after each event",
            Data = $"simulated help centres: {string.Join(", ", HelpWorld.All.Select(world => world.Name))}; {visitsPerWorld} visits each",
            DataSha256 = Sha256(sessions),
            Credit = "No recorded visitor: made by this project's simulator; its assumptions and their sources stand in the card.",
            Rows = sessions.Sum(session => session.Rows.Length),
            PositiveRows = sessions.Sum(session => session.RowLabels.Count(label => label)),
            Settings = model.Settings.Describe(),
        };
        return TreeEnsembleWriter.Write(
            "floundering", $"{trainedAt}+{ContentHash(model.Arrays)}", model.Arrays, manifest, [.. matrix.Values.Chunk(FeatureSchema.Count)], model.Trained.Margins(matrix));
    }

    /// <summary>Hash of every row and label that was trained on.</summary>
    private static string Sha256(IReadOnlyList<FlounderingSession> sessions)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (var session in sessions)
        {
            foreach (var row in session.Rows) hash.AppendData(MemoryMarshal.AsBytes(row.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(session.RowLabels.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
